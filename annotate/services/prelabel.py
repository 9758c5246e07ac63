"""Step 2, pre-label: a model speaks on the items that people have not settled.

Inference runs outside any transaction; a batch is stored in one. A second run of the same model
version stores nothing twice, so a killed job simply runs again.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F

from annotate.announce import announce
from annotate.documents import in_force
from annotate.models import (
    Item,
    ItemStage,
    Job,
    JobKind,
    JobState,
    ModelVersion,
    Prediction,
    Project,
)
from annotate.services.class_regions import region_speakers, speak_of_regions
from annotate.services.heads import Speaker, speakers
from annotate.services.jobs import report
from annotate.services.mend_mapped import mend_alone
from annotate.services.read_items import (
    Vectors,
    begin_reading,
    read_items,
)
from annotate.services.read_texts import parts_of, read_texts
from annotate.services.refresh import weigh_models_soon
from annotate.services.speak_mapped import MappedModel, mapped_models
from labeling.questions import Question
from models_assist.heads import Prediction as Said
from models_assist.learners import Answering
from models_assist.readings import READ_BY_WORD

BATCH_ITEMS = 128
UNSETTLED = (ItemStage.NEW, ItemStage.OPEN, ItemStage.HELD, ItemStage.DISPUTED)


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
        mend_alone(project)
    mapped, left_out = mapped_models(project, schema)
    heads = speakers(project, schema, {each.question.id for each in mapped}, left_out)
    regions = region_speakers(project, schema, left_out)
    if left_out and not (mapped or heads):
        raise next(iter(left_out.values()))
    for batch in _batches(project):
        if job.kind == JobKind.PRELABEL and _lesson_waits(project):
            break  # it has this job's lock next, and lets a newer model speak on all that is left
        for model in mapped:  # first, so that what a head has learnt is the last word
            predicted += _speak_mapped(job, model, batch)
        predicted += speak_of_regions(regions, batch, store=store_said)
        predicted += _speak_by_heads(job, heads, batch)
        done += len(batch)
        report(job, done=done, total=max(total, done))
        announce(project.pk, "board")
    if predicted:
        weigh_models_soon(project)
    result: dict[str, Any] = {"items": done, "predictions": predicted}
    if left_out:
        result["left_out"] = {question: no.message for question, no in left_out.items()}
        whys = {question: no.extra.get("why", no.code) for question, no in left_out.items()}
        result["left_out_why"] = whys
    return result


def _speak_by_heads(
    job: Job, heads: list[Speaker], batch: Sequence[tuple[int, dict[str, Any]]]
) -> int:
    by_word = [each for each in heads if each.question.type in READ_BY_WORD]
    whole = [each for each in heads if each.question.type not in READ_BY_WORD]
    vectors = {
        key: read_items(job, key[0], batch, key[1]) for key in {each.reads for each in whole}
    }
    predicted = 0
    for each in whole:
        read = vectors[each.reads]
        predicted += store_predictions(each.question, each.version, each.head, batch, read)
    for each in by_word:
        predicted += _speak_of_words(job, each.question, each.version, each.head, batch)
    return predicted


def _lesson_waits(project: Project) -> bool:
    return Job.objects.filter(project=project, kind=JobKind.TEACH, state=JobState.QUEUED).exists()


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
