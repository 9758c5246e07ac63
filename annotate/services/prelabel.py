"""Step 2, pre-label: a model speaks on the items that people have not settled.

Inference runs outside any transaction; a batch is stored in one. A second run of the same model
version stores nothing twice, so a killed job simply runs again.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F, Max

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Item,
    ItemStage,
    Job,
    ModelKind,
    ModelVersion,
    Prediction,
    Project,
)
from annotate.queries.models import usable_questions
from annotate.services.jobs import report
from annotate.services.read_items import (
    Vectors,
    begin_reading,
    encode_patiently,
    encoder_space,
    read_items,
)
from annotate.services.refresh import weigh_models_soon
from labeling.questions import Question
from models_assist.heads import Category, Head, ZeroShotHead, category_text, head_from_bytes

BATCH_ITEMS = 128
UNSETTLED = (ItemStage.NEW, ItemStage.OPEN, ItemStage.HELD, ItemStage.DISPUTED)


def categories_of(question: Question) -> list[Category]:
    return [
        Category(id=c.id, text=category_text(c.title, c.description)) for c in question.categories
    ]


def newest_head(project: Project, question: Question) -> tuple[ModelVersion, Head]:
    """The newest model version of a question; a first one is made from its descriptions.

    A version whose categories are no longer those of the question is passed over.
    """
    ids = tuple(category.id for category in question.categories)
    newest = (
        ModelVersion.objects.filter(project=project, question=question.id, encoder=encoder_space())
        .order_by("-version")
        .first()
    )
    if newest is not None:
        head = head_from_bytes(bytes(newest.parameters))
        if head.category_ids == ids:
            return newest, head
    categories = categories_of(question)
    encoded = encode_patiently([category.text for category in categories])
    zero_shot = ZeroShotHead(categories, encoded.vectors)
    version = store_version(
        project=project, question=question, head=zero_shot, kind=ModelKind.ZERO_SHOT, trained_on=0
    )
    return version, zero_shot


@transaction.atomic
def store_version(
    *, project: Project, question: Question, head: Head, kind: ModelKind, trained_on: int
) -> ModelVersion:
    """The next version of a question's model."""
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
        encoder=encoder_space(),
        trained_on=trained_on,
        quality=None
        if quality is None
        else {
            "labels": quality.labels,
            "accuracy": quality.accuracy,
            "log_loss": quality.log_loss,
            "majority_accuracy": quality.majority_accuracy,
            "ece": quality.ece,
        },
        parameters=head.to_bytes(),
    )


def prelabel_items(job: Job) -> dict[str, Any]:
    """Predict every usable question of every item that is not settled; answers the counts.

    Raises:
        NoModel: there are no weights here. Items go to people all the same.
        ModelRests: the model failed again and again. So do they then.
    """
    project = job.project
    begin_reading(job)
    schema = in_force(project).schema
    questions = usable_questions(schema)
    waiting = Item.objects.filter(project=project, stage__in=UNSETTLED)
    total, done, predicted = waiting.count(), 0, 0
    heads = [(question, *newest_head(project, question)) for question in questions]
    for batch in _batches(project):
        vectors = read_items(job, schema, batch)
        for question, version, head in heads:
            predicted += store_predictions(question, version, head, batch, vectors)
        done += len(batch)
        report(job, done=done, total=max(total, done))
        announce(project.pk, "board")
    if predicted:
        weigh_models_soon(project)
    return {"items": done, "predictions": predicted}


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
    head: Head,
    batch: Sequence[tuple[int, dict[str, Any]]],
    vectors: Vectors,
) -> int:
    """Store what a head says of a batch; answers how many predictions are new."""
    readable = np.asarray(np.isfinite(vectors).all(axis=1))
    items = [item for (item, _), good in zip(batch, readable.tolist(), strict=True) if good]
    if not items:
        return 0
    known = set(
        Prediction.objects.filter(
            item__in=items, question=question.id, model_version=version
        ).values_list("item", flat=True)
    )
    rows = [
        Prediction(
            item_id=item,
            question=question.id,
            model_version=version,
            label=prediction.label,
            score=min(max(prediction.score, 0.0), 1.0),
            scores={key: round(value, 6) for key, value in prediction.scores.items()},
        )
        for item, prediction in zip(items, head.predict(vectors[readable]), strict=True)
        if item not in known
    ]
    Prediction.objects.bulk_create(rows, ignore_conflicts=True)
    ModelVersion.objects.filter(pk=version.pk).update(predicted=F("predicted") + len(rows))
    return len(rows)
