"""Models of the catalogue speak with labels of their own, as those of a question they map to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.models import (
    Embedding,
    Job,
    ModelKind,
    ModelUse,
    ModelVersion,
    Project,
    Rejection,
    UsePurpose,
)
from annotate.queries.catalogue import spec_in_use
from annotate.refusals import NoModel
from annotate.services.heads import store_version
from annotate.services.mend_mapped import Parameters, mending_of, said_before
from annotate.services.read_items import Items, encode_patiently, inputs_key, see
from annotate.services.read_texts import parts_of, read_texts
from labeling.label_types import LABEL_TYPES
from labeling.problems import InvalidItem, InvalidLabel
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.heads import Prediction, category_text
from models_assist.inputs import Pair
from models_assist.mapped import Mapped, say_boxes, say_classes, say_entailed, say_spans
from models_assist.mapping import classes_of
from models_assist.predicting import text_of
from models_assist.readings import Inputs, pictures_of, texts_of
from models_assist.vectors import Encoded

PAIRS_AT_ONCE = 512

Said = list[tuple[int, Prediction]]


@dataclass(frozen=True, kw_only=True)
class MappedModel:
    """A model at a question, ready to speak."""

    schema: LabelSchema
    question: Question
    version: ModelVersion
    spec: ModelSpec
    mapped: Mapped

    def say(self, job: Job, items: Items) -> Said:
        """What it says of each item that it can read, and of which it says anything.

        A rejection names one that it cannot read, and a mark lets the next run pass it over.
        Raises as `encode_patiently`.
        """
        inputs = self._inputs()
        marked = self._marked(inputs, [item for item, _ in items])
        fresh = [(item, data) for item, data in items if item not in marked]
        if not fresh:
            return []
        before = said_before(self.version, [item for item, _ in fresh])
        new = [(item, data) for item, data in fresh if item not in before]
        told = self._spans(job, new) if self.spec.says == "tags" else self._whole(
            job, inputs, new
        )  # fmt: skip
        mending = mending_of(self.version)
        said = [*before.items(), *((item, mending.mend(each)) for item, each in told)]
        return [(item, each) for item, each in said if self._is_fit(job, item, each, dict(fresh))]

    def _inputs(self) -> Inputs:
        if self.question.on:
            return self.question.on
        is_image = self.spec.reads == "image"
        return pictures_of(self.schema) if is_image else texts_of(self.schema)

    def _whole(self, job: Job, inputs: Inputs, items: Items) -> Said:
        if not items:
            return []
        encoded = self._encode(inputs, items)
        self._reject(job, inputs, items, encoded)
        good = [at for at in range(len(items)) if at not in encoded.failed]
        if not good:
            return []
        said: Sequence[Prediction | None]
        if self.spec.says == "boxes":
            sizes = [self._size(items[at][1], inputs[0]) for at in good]
            said = [
                say_boxes(self.mapped, size, encoded.states[at])
                for size, at in zip(sizes, good, strict=True)
            ]
        elif self.spec.says == "entailment":
            width = len(self.question.category_ids)
            said = say_entailed(self.mapped, encoded.vectors.reshape(-1, width, 2)[good])
        else:
            said = say_classes(self.mapped, encoded.vectors[good])
        pairs = zip(good, said, strict=True)
        return [(items[at][0], each) for at, each in pairs if each is not None]

    def _encode(self, inputs: Inputs, items: Items) -> Encoded:
        """A row an item; of a model of entailment, 2 numbers a category side by side."""
        if self.spec.reads == "image":
            return see([data.get(inputs[0]) for _, data in items], self.spec)
        texts = [text_of(inputs, data) for _, data in items]
        if self.spec.says != "entailment":
            return encode_patiently(texts, self.spec)
        # In portions: of many long texts and categories, all pairs are more than the queue holds.
        step = max(1, PAIRS_AT_ONCE // len(self.question.categories))
        parts = [self._entailed(texts[at : at + step]) for at in range(0, len(texts), step)]
        failed: dict[int, str] = {}
        for number, part in enumerate(parts):
            failed |= {number * step + row: reason for row, reason in part.failed.items()}
        return Encoded(
            vectors=np.concatenate([part.vectors for part in parts]),
            failed=failed,
            space=self.spec.space,
        )

    def _entailed(self, texts: Sequence[str]) -> Encoded:
        claims = [category_text(each.title) for each in self.question.categories]
        pairs = [Pair(text, claim) for text in texts for claim in claims]
        encoded = encode_patiently(pairs, self.spec)
        return Encoded(
            vectors=encoded.vectors.reshape(len(texts), -1),
            failed={at // len(claims): reason for at, reason in encoded.failed.items()},
            space=encoded.space,
        )

    def _spans(self, job: Job, items: Items) -> Said:
        said = []
        for part in parts_of(self.question, items):
            for (item, _), read in zip(
                part, read_texts(job, self.question, part, self.spec), strict=True
            ):
                if read is not None and read.words:
                    said.append((item, say_spans(self.mapped, read.words, read.states)))
        return said

    def _size(self, data: dict[str, Any], name: str) -> tuple[int, int]:
        return self.schema.facts_of(data).image_sizes[name]

    def _marked(self, inputs: Inputs, items: Sequence[int]) -> set[int]:
        marks = Embedding.objects.filter(
            item__in=items, input=inputs_key(inputs), encoder=self.spec.space
        )
        return set(marks.values_list("item", flat=True))

    def _reject(self, job: Job, inputs: Inputs, items: Items, encoded: Encoded) -> None:
        failed = [(items[at][0], reason) for at, reason in encoded.failed.items()]
        Embedding.objects.bulk_create(
            [
                Embedding(
                    item_id=item,
                    input=inputs_key(inputs),
                    encoder=self.spec.space,
                    vector=b"",
                )
                for item, _ in failed
            ],
            ignore_conflicts=True,
        )
        Rejection.objects.bulk_create(
            Rejection(job=job, row=item, code="item_unreadable", message=reason)
            for item, reason in failed
        )

    def _is_fit(
        self, job: Job, item: int, said: Prediction, data: dict[int, dict[str, Any]]
    ) -> bool:
        """Whether it is a label that a person could give; a rejection says so where it is not."""
        label_type = LABEL_TYPES[self.question.type]
        try:
            label_type.parse(said.label, self.question, self.schema.facts_of(data[item]))
        except (InvalidLabel, InvalidItem) as refusal:
            message = refusal.problems[0].message
            Rejection.objects.create(job=job, row=item, code="label_unfit", message=message)
            return False
        return bool(np.isfinite(said.score))


def mapped_models(
    project: Project, schema: LabelSchema
) -> tuple[list[MappedModel], dict[str, NoModel]]:
    """The models in use, each with a version to speak under, and by question why one is left out:
    it is gone, or the question is not what it was."""
    found: list[MappedModel] = []
    left_out: dict[str, NoModel] = {}
    known = {question.id: question for question in schema.questions}
    uses = ModelUse.objects.filter(project=project, purpose=UsePurpose.LABELS)
    for use in uses.select_related("version").order_by("pk"):
        question = known.get(use.question)
        try:
            spec = spec_in_use(use)
        except NoModel as gone:
            left_out[use.question] = gone
            continue
        if question is None or not set(use.mapping.values()) <= set(classes_of(question)):
            message = "The question has other categories by now. Map them again."
            left_out[use.question] = NoModel(message, why="other_categories")
            continue
        mapped = Mapped(
            question=question,
            labels=spec.labels,
            mapping=use.mapping,
            threshold=use.threshold,
        )
        version = use.version or _first_version(project, question, use, spec)
        found.append(
            MappedModel(
                schema=schema, question=question, version=version, spec=spec, mapped=mapped
            )
        )
    return found, left_out


def _first_version(
    project: Project, question: Question, use: ModelUse, spec: ModelSpec
) -> ModelVersion:
    document = {
        "model": spec.name,
        "revision": spec.revision,
        "sha256": spec.sha256,
        "mapping": use.mapping,
        "threshold": use.threshold,
    }
    version = store_version(
        project=project,
        question=question,
        head=Parameters(document=document),
        kind=ModelKind.CATALOGUE,
        trained_on=0,
        encoder=spec.space,
    )
    # Unless a lead has chosen anew meanwhile: what is said now was meant by the earlier choice.
    ModelUse.objects.filter(pk=use.pk, created_at=use.created_at).update(version=version)
    return version
