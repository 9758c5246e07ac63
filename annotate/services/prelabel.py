"""Step 2, pre-label: a model speaks on the items that people have not settled.

Inference runs outside any transaction; a batch is stored in one. A second run of the same model
version stores nothing twice, so a killed job simply runs again.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from django.db import transaction
from django.db.models import F, Max

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Item,
    ItemStage,
    Job,
    JobKind,
    JobState,
    ModelKind,
    ModelVersion,
    Prediction,
    Project,
)
from annotate.queries.catalogue import encoder_of, learnable_questions
from annotate.queries.versions import version_in_force
from annotate.refusals import NoModel
from annotate.services.class_regions import region_speakers, speak_of_regions
from annotate.services.jobs import report
from annotate.services.mend_mapped import mend_alone
from annotate.services.own_encoders import own_spec
from annotate.services.read_items import (
    Vectors,
    begin_reading,
    encoder_space,
    read_items,
    vectors_of,
)
from annotate.services.read_texts import parts_of, read_texts
from annotate.services.refresh import weigh_models_soon
from annotate.services.speak_mapped import MappedModel, mapped_models
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.heads import Prediction as Said
from models_assist.learners import LEARNERS, Answering, Storable
from models_assist.readings import READ_BY_WORD, Inputs, inputs_of

BATCH_ITEMS = 128
UNSETTLED = (ItemStage.NEW, ItemStage.OPEN, ItemStage.HELD, ItemStage.DISPUTED)


def newest_head(project: Project, question: Question) -> tuple[ModelVersion, Answering] | None:
    """The newest model version of a question; a first one is made without labels, where its label
    type allows that.

    A version whose classes are no longer those of the question is passed over.
    """
    spec = encoder_of(project, question)
    stored = stored_head(project, question, encoder_space(spec))
    if stored is not None:
        return stored
    if spec is not None and spec.reads == "image":
        return None  # what a category's words look like in a picture is not known
    unlearned = LEARNERS[question.type].unlearned(question, partial(vectors_of, spec=spec))
    if unlearned is None:
        return None
    version = store_version(
        project=project,
        question=question,
        head=unlearned,
        kind=ModelKind.ZERO_SHOT,
        trained_on=0,
        encoder=encoder_space(spec),
    )
    return version, unlearned


def stored_head(
    project: Project, question: Question, space: str
) -> tuple[ModelVersion, Answering] | None:
    """The newest model version of a question over a vector space, or with an encoder tuned from it
    (see `own_spec`), unless there is none or its classes are no longer those of the question."""
    newest = version_in_force(project, question.id, space)
    if newest is None:
        return None
    head = LEARNERS[question.type].read(bytes(newest.parameters), question)
    return None if head is None else (newest, head)


@transaction.atomic
def store_version(
    *,
    project: Project,
    question: Question,
    head: Storable,
    kind: ModelKind,
    trained_on: int,
    encoder: str | None = None,
) -> ModelVersion:
    """The next version of a question's model, of the encoder in use unless another is named."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    latest = ModelVersion.objects.filter(project=project, question=question.id).aggregate(
        latest=Max("version")
    )["latest"]
    quality = head.quality
    return ModelVersion.objects.create(
        project=project,
        question=question.id,
        version=(latest or 0) + 1,
        kind=kind,
        encoder=encoder_space() if encoder is None else encoder,
        trained_on=trained_on,
        quality=None if quality is None else quality.to_json(),
        parameters=head.to_bytes(),
    )


def prelabel_items(job: Job) -> dict[str, Any]:
    """Predict every usable question of every item that is not settled; answers the counts.

    Raises:
        NoModel: there are no weights here. Items go to people all the same.
        ModelRests: the model failed again and again. So do they then.
    """
    begin_reading(job)
    return speak(job)


def speak(job: Job) -> dict[str, Any]:
    """What `prelabel_items` does, for a job that has begun already."""
    project = job.project
    schema = in_force(project).schema
    waiting = Item.objects.filter(project=project, stage__in=UNSETTLED)
    total, done, predicted = waiting.count(), 0, 0
    if "settled" in job.parameters:
        mend_alone(project, keep_version=store_version)
    mapped, left_out = mapped_models(project, schema, keep_version=store_version)
    heads = _heads(project, schema, {each.question.id for each in mapped}, left_out)
    regions = region_speakers(project, schema, left_out, keep_version=store_version)
    if left_out and not (mapped or heads):
        raise NoModel(next(iter(left_out.values())))
    for batch in _batches(project):
        if job.kind == JobKind.PRELABEL and _lesson_waits(project):
            break  # it has this job's lock next, and lets a newer model speak on all that is left
        for model in mapped:  # first, so that what a head has learnt is the last word
            predicted += _speak_mapped(job, model, batch)
        predicted += speak_of_regions(regions, batch, store=store_said)
        by_word = [each for each in heads if each.question.type in READ_BY_WORD]
        whole = [each for each in heads if each.question.type not in READ_BY_WORD]
        vectors = {
            key: read_items(job, key[0], batch, key[1]) for key in {each.reads for each in whole}
        }
        for each in whole:
            read = vectors[each.reads]
            predicted += store_predictions(each.question, each.version, each.head, batch, read)
        for each in by_word:
            predicted += _speak_of_words(job, each.question, each.version, each.head, batch)
        done += len(batch)
        report(job, done=done, total=max(total, done))
        announce(project.pk, "board")
    if predicted:
        weigh_models_soon(project)
    result: dict[str, Any] = {"items": done, "predictions": predicted}
    return {**result, "left_out": left_out} if left_out else result


def _lesson_waits(project: Project) -> bool:
    return Job.objects.filter(project=project, kind=JobKind.TEACH, state=JobState.QUEUED).exists()


class Speaker(NamedTuple):
    """A head at a question, and what is read for it by which model."""

    question: Question
    version: ModelVersion
    head: Answering
    reads: tuple[tuple[Inputs, ...], ModelSpec | None]


def _heads(
    project: Project, schema: LabelSchema, mapped: set[str], left_out: dict[str, str]
) -> list[Speaker]:
    """The heads that may speak; those whose model is gone are noted in `left_out`.

    Where a model of the catalogue answers, none speaks that has learnt nothing yet.
    """
    found = []
    for question in learnable_questions(project, schema):
        try:
            spec = encoder_of(project, question)
            newest = (
                stored_head(project, question, encoder_space(spec))
                if question.id in mapped
                else newest_head(project, question)
            )
            own = None if newest is None else own_spec(newest[0])
        except NoModel as gone:
            left_out[question.id] = gone.message
            continue
        if newest is None or (newest[0].kind == ModelKind.ZERO_SHOT and question.id in mapped):
            continue
        found.append(Speaker(question, *newest, (inputs_of(schema, question), own or spec)))
    return found


def _speak_mapped(
    job: Job, model: MappedModel, batch: Sequence[tuple[int, dict[str, Any]]]
) -> int:
    known = _known(model.question, model.version, [item for item, _ in batch])
    missing = [(item, data) for item, data in batch if item not in known]
    said = model.say(job, missing) if missing else []
    with transaction.atomic():
        items = [item for item, _ in said]
        return store_said(model.question, model.version, items, [each for _, each in said])


def _batches(project: Project) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    last = 0
    while True:
        batch = list(
            Item.objects.filter(project=project, stage__in=UNSETTLED, pk__gt=last)
            .order_by("pk")
            .values_list("pk", "data")[:BATCH_ITEMS]
        )
        if not batch:
            return
        yield batch
        last = batch[-1][0]


@transaction.atomic
def store_predictions(
    question: Question,
    version: ModelVersion,
    head: Answering,
    batch: Sequence[tuple[int, dict[str, Any]]],
    vectors: Vectors,
) -> int:
    """Store what a head says of a batch; answers how many predictions are new."""
    readable = np.asarray(np.isfinite(vectors).all(axis=1))
    items = [item for (item, _), good in zip(batch, readable.tolist(), strict=True) if good]
    if not items:
        return 0
    return store_said(question, version, items, head.predict(vectors[readable]))


def _speak_of_words(
    job: Job,
    question: Question,
    version: ModelVersion,
    head: Answering,
    batch: Sequence[tuple[int, dict[str, Any]]],
) -> int:
    """The same of a head that reads word by word: no more texts at once than fit in memory."""
    known = _known(question, version, [item for item, _ in batch])
    missing = [(item, data) for item, data in batch if item not in known]
    stored = 0
    for part in parts_of(question, missing):
        read = read_texts(job, question, part)
        items = [item for (item, _), text in zip(part, read, strict=True) if text is not None]
        texts = [text for text in read if text is not None]
        said = head.predict(texts)
        with transaction.atomic():
            stored += store_said(question, version, items, said)
    return stored


def _known(question: Question, version: ModelVersion, items: Sequence[int]) -> set[int]:
    return set(
        Prediction.objects.filter(
            item__in=items, question=question.id, model_version=version
        ).values_list("item", flat=True)
    )


def store_said(
    question: Question, version: ModelVersion, items: Sequence[int], said: Sequence[Said]
) -> int:
    """Store what a model version says of items, one prediction an item and each once; answers
    how many are new. Within the caller's transaction."""
    # A worker that was taken for dead and comes back runs the same job as the one after it: under
    # the lock what either stores is counted once.
    ModelVersion.objects.select_for_update(no_key=True).only("pk").get(pk=version.pk)
    known = _known(question, version, items)
    rows = [
        Prediction(
            item_id=item,
            question=question.id,
            model_version=version,
            label=prediction.label,
            score=min(max(prediction.score, 0.0), 1.0),
            scores={key: round(value, 6) for key, value in prediction.scores.items()},
        )
        for item, prediction in zip(items, said, strict=True)
        if item not in known
    ]
    Prediction.objects.bulk_create(rows, ignore_conflicts=True)
    ModelVersion.objects.filter(pk=version.pk).update(predicted=F("predicted") + len(rows))
    return len(rows)
