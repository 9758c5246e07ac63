"""A fine-tune is tried against the head on the same labels, and takes over only if it is better.

In parts: fold by fold, then once on all labels. What a part gave is kept with the trial, so a job
that is killed goes on behind its last part, and one that is cancelled leaves nothing behind.
"""

import time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from annotate.announce import announce
from annotate.models import Job, JobKind, ModelVersion, Project, Tuning, TuningOutcome
from annotate.queries.versions import is_audited
from annotate.refusals import Refusal
from annotate.services.heads import stored_head
from annotate.services.jobs import Cancelled, report, start_job
from annotate.services.learn import SEED, keep_head
from annotate.services.own_encoders import discard_own, place_for, publish_own, spec_from
from annotate.services.read_items import begin_reading, category_vectors, encoder_space
from annotate.services.tune_material import Material, begun, material_for, read_again
from annotate.services.tune_report import keep_tuned, report_of, said_from, said_json
from labeling.questions import Question
from models_assist.catalogue import ModelSpec
from models_assist.learners import LEARNERS, Answering
from models_assist.lessons import Lesson, Progress, Tuned, TuneFailed, Tuner
from models_assist.trial import FOLDS, Compared, Verdict, compare, folds_of

PART = 100
"""What each part counts in the progress of the job."""
REPORT_SECONDS = 1.0
HANG_SECONDS = 300.0


class FineTuneFailed(Refusal):
    """The fine-tune came to no end. The model goes on as it is, and people anyway."""

    code = "fine_tune_failed"
    status = 409


def tune_model(job: Job) -> dict[str, Any]:
    """Try a fine-tune of one question's encoder; answers what came of it.

    Raises:
        NoModel: the encoder is not here.
        FineTuneFailed: it can't be trained here.
    """
    begin_reading(job)
    tuning = begun(job)
    if tuning.outcome != TuningOutcome.UNDER_WAY:
        return _result(tuning)
    material = material_for(job, tuning)
    if material is None:
        return _end(job, tuning, TuningOutcome.TOO_FEW)
    try:
        with _tuner(material.base) as tuner:
            return _try(job, tuning, material, tuner)
    except TuneFailed as failed:
        raise FineTuneFailed(reason=str(failed)) from failed


def _tuner(base: ModelSpec) -> Tuner:
    made: Tuner = import_string(settings.TUNER)(base, HANG_SECONDS)
    return made


def _try(job: Job, tuning: Tuning, material: Material, tuner: Tuner) -> dict[str, Any]:
    folds = folds_of(material.labels, SEED)
    report(job, done=PART * len(tuning.folds), total=PART * (FOLDS + 1))
    for fold in range(FOLDS):
        if str(fold) not in tuning.folds:
            learnt, asked = (folds != fold).nonzero()[0], (folds == fold).nonzero()[0]
            _run_fold(job, tuning, material, tuner, (fold, learnt.tolist(), asked.tolist()))
    classes = LEARNERS[material.question.type].classes(material.question)
    said = said_from(tuning.folds, folds, classes)
    verdict = compare(material.question, classes, material.labels, said, folds)
    tuning.report = report_of(tuning, verdict, said, material.items, material.labels)
    if not verdict.is_better:
        return _refuse(job, tuning, material)
    return _take(job, tuning, material, tuner, verdict)


def _run_fold(
    job: Job,
    tuning: Tuning,
    material: Material,
    tuner: Tuner,
    fold: tuple[int, list[int], list[int]],
) -> None:
    """Both learn from the same labels and are asked about the same others."""
    number, learnt, asked = fold
    tuned = tuner.tune(
        _lesson(material, learnt, asked), save_to=None, progress=_progress(job, number)
    )
    head = _probe(material, learnt).predict(material.vectors[asked])
    with transaction.atomic():
        tuning.folds[str(number)] = said_json(Compared(head, tuned.said), tuned)
        tuning.save(update_fields=["folds"])
        report(job, done=PART * len(tuning.folds), cursor=number + 1)


def _probe(material: Material, rows: list[int]) -> Answering:
    """The head as a refit would have it, of some of the labels."""
    question = material.question
    return LEARNERS[question.type].fit(
        question,
        material.vectors[rows],
        [material.labels[row] for row in rows],
        category_vectors(material.spec, 1),
        seed=SEED,
    )


def _lesson(material: Material, rows: list[int], asked: list[int]) -> Lesson:
    return Lesson(
        question=material.question,
        probe=_probe(material, rows).to_bytes(),
        texts=tuple(material.texts[row] for row in rows),
        labels=tuple(material.labels[row] for row in rows),
        asked=tuple(material.texts[row] for row in asked),
        seed=SEED,
    )


def _progress(job: Job, part: int) -> Progress:
    """Tells the job now and then how far a part is; ends the part when the job is cancelled."""
    told = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= REPORT_SECONDS:
            told = time.monotonic()
            report(job, done=PART * part + PART * done // max(total, 1))

    return progress


def _refuse(job: Job, tuning: Tuning, material: Material) -> dict[str, Any]:
    """The head stays; where an earlier fine-tune is in force, a head takes its place."""
    project, question = job.project, material.question
    space = encoder_space(material.spec)
    head = _probe(material, list(range(len(material.labels))))
    with transaction.atomic():
        current = _locked_version(project, question, space)
        may_go = current is not None and current.tuned_from and current.pinned_by_id is None
        if may_go and not is_audited(project):
            tuning.version = keep_head(
                project=project,
                question=question,
                head=head,
                trained_on=len(material.labels),
                space=space,
            )
            _speak_soon(project)
        return _end(job, tuning, TuningOutcome.NOT_BETTER)


def _take(
    job: Job, tuning: Tuning, material: Material, tuner: Tuner, verdict: Verdict
) -> dict[str, Any]:
    """Train on all labels, and let the result speak, unless that must not be now."""
    everything = list(range(len(material.labels)))
    lesson, folder = _lesson(material, everything, []), place_for(tuning)
    try:
        tuned = tuner.tune(lesson, save_to=folder, progress=_progress(job, FOLDS))
    except (Cancelled, TuneFailed):
        discard_own(tuning)
        raise
    document = publish_own(tuning, material.base)
    # Drift and the order of work compare with these vectors; what can't be loaded is not taken.
    read_again(job, material, spec_from(document))
    space = encoder_space(material.spec)
    with transaction.atomic():
        hindrance = _hindrance(job.project, material.question, space)
        if hindrance is not None:
            discard_own(tuning)
            return _end(job, tuning, hindrance)
        tuning.version = _version(tuning, material, verdict, tuned, (space, document))
        _speak_soon(job.project)
        return _end(job, tuning, TuningOutcome.TAKEN)


def _version(
    tuning: Tuning,
    material: Material,
    verdict: Verdict,
    tuned: Tuned,
    own: tuple[str, dict[str, Any]],
) -> ModelVersion:
    head = LEARNERS[material.question.type].read(tuned.head, material.question)
    if head is None:
        raise FineTuneFailed(reason="The question has other classes by now.")
    return keep_tuned(tuning, material.question, head, verdict, own)


def _locked_version(project: Project, question: Question, space: str) -> ModelVersion | None:
    """The version in force; nobody makes another until the transaction ends."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    stored = stored_head(project, question, space)
    return None if stored is None else stored[0]


def _hindrance(project: Project, question: Question, space: str) -> TuningOutcome | None:
    current = _locked_version(project, question, space)
    if current is not None and current.pinned_by_id is not None:
        return TuningOutcome.PINNED
    return TuningOutcome.AUDITED if is_audited(project) else None


def _speak_soon(project: Project) -> None:
    start_job(project=project, kind=JobKind.PRELABEL, user=None, parameters={})


@transaction.atomic
def _end(job: Job, tuning: Tuning, outcome: TuningOutcome) -> dict[str, Any]:
    tuning.outcome, tuning.folds = outcome, {}
    tuning.save(update_fields=["outcome", "folds", "report", "version"])
    Tuning.objects.filter(pk=tuning.pk).update(ended_at=Now())
    report(job, done=PART * (FOLDS + 1), total=PART * (FOLDS + 1))
    announce(job.project_id, "board")
    return _result(tuning)


def _result(tuning: Tuning) -> dict[str, Any]:
    version = tuning.version
    return {
        "outcome": tuning.outcome,
        "labels": len(tuning.lessons),
        "version": None if version is None else version.version,
    }
