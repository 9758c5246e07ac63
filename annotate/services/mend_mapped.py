"""Models of the catalogue learn how far their scores can be believed here.

A mending is a model version of its own, with the same model and mapping: what was predicted under
an earlier one is said anew from the scores that are stored, and nothing is inferred twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F

from annotate.documents import in_force
from annotate.models import (
    Event,
    EventKind,
    Item,
    ItemStage,
    Job,
    JobKind,
    JobState,
    ModelKind,
    ModelUse,
    ModelVersion,
    Prediction,
    Project,
    ProjectStage,
    UsePurpose,
)
from annotate.queries.blind_accuracy import blind_rows, is_right
from annotate.queries.model_rest import is_resting
from annotate.services.heads import store_version
from annotate.services.jobs import start_job
from labeling.blind_figures import FEWEST_TO_CALIBRATE
from labeling.questions import Question
from labeling.schema import LabelSchema
from models_assist.head_quality import HeadQuality
from models_assist.heads import Prediction as Said
from models_assist.mapping import ONE_OF, classes_of
from models_assist.mend import Known, Learnt, Mending, fits, learn_mending

FEWEST_SETTLED = 10
"""Pictures with boxes, of which what is in others can be learnt."""
GROWTH = 1.25
SEED = 0


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What a version of a mapped model keeps, to say later what its predictions were made with."""

    document: dict[str, Any]
    quality: HeadQuality | None = None

    def to_bytes(self) -> bytes:
        """As JSON."""
        return orjson.dumps(self.document)


def mending_of(version: ModelVersion) -> Mending:
    """How a version mends what its model says; as it is, where it does not."""
    kept = orjson.loads(bytes(version.parameters)).get("mending")
    return Mending() if kept is None else Mending.from_json(kept)


def said_before(version: ModelVersion, items: Sequence[int]) -> dict[int, Said]:
    """By item, what the model said of it under another version of the same choice, as this version
    says it."""
    mending = mending_of(version)
    raw = _raw_of(version, items)
    return {item: mending.mend(said) for item, said in raw.items()}


def start_due_mendings() -> list[Job]:
    """Start a job in each open project whose catalogue models can be held against enough more
    labels than before. Where a head learns beside them, its lessons do that."""
    started = []
    used = ModelUse.objects.filter(purpose=UsePurpose.LABELS, version__isnull=False)
    for project in Project.objects.filter(
        stage=ProjectStage.OPEN, guideline__isnull=False, pk__in=used.values("project")
    ):
        names_regions = _names_regions(project)
        if not names_regions and not _without_head(project):
            continue
        fewest = FEWEST_SETTLED if names_regions else FEWEST_TO_CALIBRATE
        settled = Item.objects.filter(project=project, stage=ItemStage.SETTLED).count()
        jobs = Job.objects.filter(project=project, kind=JobKind.PRELABEL)
        last = jobs.filter(parameters__has_key="settled").order_by("-id").first()
        known = int(last.parameters["settled"]) if last else 0
        is_busy = jobs.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists()
        if settled < max(fewest, known * GROWTH) or is_busy or is_resting(project):
            continue
        parameters = {"settled": settled}
        started.append(
            start_job(project=project, kind=JobKind.PRELABEL, user=None, parameters=parameters)
        )
    return started


def _names_regions(project: Project) -> bool:
    """Whether regions that a detector finds are named by what people have named, see
    `class_regions`."""
    boxes = [each.id for each in in_force(project).schema.questions if each.type == "boxes"]
    uses = ModelUse.objects.filter(project=project, question__in=boxes)
    return bool(boxes) and set(uses.values_list("purpose", flat=True)) == set(UsePurpose.values)


def mend_beside_heads(project: Project, questions: Collection[str]) -> int:
    """Learn anew how far the models at these questions can be believed; answers how many are
    mended now. To be called where a new head speaks afterwards: the head has the last word."""
    schema = in_force(project).schema
    uses = ModelUse.objects.filter(
        project=project,
        purpose=UsePurpose.LABELS,
        version__isnull=False,
        question__in=list(questions),
    ).select_related("version")
    return sum(_mend(project, schema, use) for use in uses)


def mend_alone(project: Project) -> int:
    """The same at the questions that no head has learnt."""
    return mend_beside_heads(project, _without_head(project))


def _without_head(project: Project) -> set[str]:
    uses = ModelUse.objects.filter(
        project=project, purpose=UsePurpose.LABELS, version__isnull=False
    )
    heads = ModelVersion.objects.filter(project=project, kind=ModelKind.HEAD)
    return set(uses.values_list("question", flat=True)) - set(
        heads.values_list("question", flat=True)
    )


def _mend(project: Project, schema: LabelSchema, use: ModelUse) -> bool:
    question = next((each for each in schema.questions if each.id == use.question), None)
    version = use.version
    if question is None or version is None:
        return False
    classes = classes_of(question) if question.type in ONE_OF else ()
    known = {
        item: each
        for item, each in _known(project, question, version).items()
        if fits(each, classes)
    }
    learnt = learn_mending(classes, list(known.values()), seed=SEED)
    if learnt is None:
        return False
    _keep(project, question, use, learnt, list(known))
    return True


def _known(project: Project, question: Question, version: ModelVersion) -> dict[int, Known]:
    """What the model said by itself of items that people judged blind, and they."""
    truths = blind_rows(project, question.id, [each.pk for each in _family(version)])
    raw = _raw_of(version, list(truths))
    return {
        item: Known(raw[item], truth, is_right(raw[item].label, truth))
        for item, truth in truths.items()
        if item in raw
    }


def _raw_of(version: ModelVersion, items: Sequence[int]) -> dict[int, Said]:
    """What the model said by itself, by item. Of items that people had settled before, later
    versions speak out of fold: these are not looked at, the first ones are."""
    family = {each.pk: mending_of(each) for each in _family(version)}
    rows = Prediction.objects.filter(item__in=items, model_version__in=family)
    return {
        row.item_id: family[row.model_version_id or 0].undone(
            Said(label=row.label, score=row.score, scores=row.scores)
        )
        for row in rows.order_by("-pk")
    }


def _family(version: ModelVersion) -> list[ModelVersion]:
    """The versions of the same model with the same mapping, mended or not."""
    versions = ModelVersion.objects.filter(
        project=version.project_id,
        question=version.question,
        kind=ModelKind.CATALOGUE,
        encoder=version.encoder,
    )
    own = _choice_of(version)
    return [each for each in versions if _choice_of(each) == own]


def _choice_of(version: ModelVersion) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(bytes(version.parameters))
    return {name: value for name, value in document.items() if name != "mending"}


@transaction.atomic
def _keep(
    project: Project, question: Question, use: ModelUse, learnt: Learnt, items: Sequence[int]
) -> None:
    """Also what is said, out of fold, of the items it was learnt from: by these it is weighed as
    a rater, and by what it said unmended it would be weighed wrongly."""
    if use.version is None:
        return
    version = store_version(
        project=project,
        question=question,
        head=Parameters(
            document={**_choice_of(use.version), "mending": learnt.mending.to_json()},
            quality=learnt.quality,
        ),
        kind=ModelKind.CATALOGUE,
        trained_on=len(items),
        encoder=use.version.encoder,
    )
    Prediction.objects.bulk_create(
        Prediction(
            item_id=item,
            question=question.id,
            model_version=version,
            label=said.label,
            score=said.score,
            scores={name: round(value, 6) for name, value in said.scores.items()},
        )
        for item, said in zip(items, learnt.said, strict=True)
    )
    ModelVersion.objects.filter(pk=version.pk).update(predicted=F("predicted") + len(items))
    # Unless a lead has chosen anew meanwhile.
    ModelUse.objects.filter(pk=use.pk, version=use.version).update(version=version)
    Event.objects.create(
        project=project,
        kind=EventKind.MODEL_TRAINED,
        payload={
            "question": question.id,
            "version": version.version,
            "trained_on": len(items),
            "accuracy": learnt.quality.accuracy,
        },
    )
