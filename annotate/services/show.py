"""What a worker is shown of the model: decided before anything is shown, and kept.

Chance keeps some predictions back, by item and worker. Nobody is told of which assignments: to a
worker they look like those of which the model has said nothing.
"""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, F, QuerySet, When
from django.utils.crypto import salted_hmac

from annotate.documents import InForce
from annotate.models import Assignment, Display, ModelKind, Prediction, Project
from annotate.queries.blind_items import is_kept_blind
from annotate.queries.calibrated import is_calibrated
from annotate.services.recall import recall
from labeling.model_rules import AFTER_ANSWER, HIDDEN, SHOWN


class Shown(NamedTuple):
    """What a worker is shown of the model."""

    answer: dict[str, Any]
    score: float
    """The lowest of its predictions, 0 to 1."""
    is_calibrated: bool
    """All of its scores were held against labels of people, so they can be read as shares."""


def questions_in(rules: InForce, mode: str) -> frozenset[str]:
    """The questions of a mode, of `model_rules.MODES`."""
    return frozenset(q.id for q in rules.schema.questions if rules.policy.mode_of(q) == mode)


def shows_anything(rules: InForce) -> bool:
    """Whether some question's prediction is shown at some time."""
    return any(rules.policy.mode_of(question) != HIDDEN for question in rules.schema.questions)


def decide_display(
    lease: tuple[UUID, int, dict[str, Any]], worker: int, project: Project, rules: InForce
) -> Shown | None:
    """Decide what is shown of a new lease, keep it, and answer what is shown from its start.

    `lease` is the assignment, its item and the item's content. Nothing is shown of an item whose
    label is to say whether the model may be believed.
    """
    assignment, item, data = lease
    at_once: list[Prediction] = []
    kept: list[Prediction] = []
    display = Display.BLIND
    if not is_kept_blind(item, rules.policy.model.kept_blind):
        recall(item, project, data)
        said = _said(item, but=questions_in(rules, HIDDEN))
        if not said:
            display = Display.NOTHING
        elif is_control(item, worker, rules.policy.model.control_share):
            display, kept = Display.CONTROL, said
        else:
            at_once = [each for each in said if each.question in questions_in(rules, SHOWN)]
            kept = [each for each in said if each not in at_once]
            display = Display.SHOWN if at_once else Display.AFTER
    Assignment.objects.filter(pk=assignment).update(
        display=display,
        prediction=_last(at_once),
        kept_back=_last(kept),
        shown=[each.pk for each in at_once],
        kept=[each.pk for each in kept],
    )
    return as_answer(at_once)


def shown_before(assignment: UUID, item: int, latest: int, rules: InForce) -> Shown | None:
    """What was shown when the lease began, also where models have spoken since; and nothing of a
    question whose predictions are not shown from the start."""
    ids = Assignment.objects.values_list("shown", flat=True).get(pk=assignment)
    found = _of_old(item, latest) if ids is None else Prediction.objects.filter(pk__in=ids)
    at_once = questions_in(rules, SHOWN)
    return as_answer([each for each in found.order_by("question") if each.question in at_once])


def show_after(row: Assignment, rules: InForce) -> Shown | None:
    """Show what is to be seen once the worker has answered, and keep that it was shown. From then
    on what is said was said by somebody who has seen the model's answer. The row is locked."""
    if row.display == Display.CONTROL or row.kept_back_id is None:
        return None
    if row.kept is None:
        found = _of_old(row.item_id, row.kept_back_id)
    else:
        found = Prediction.objects.filter(pk__in=[*(row.shown or ()), *row.kept])
    after = questions_in(rules, AFTER_ANSWER)
    told = [each for each in found.order_by("question") if each.question in after]
    if told:
        seen = {each.pk for each in told}
        row.prediction_id = max(row.prediction_id or 0, *seen)
        if row.kept is not None:
            row.shown = sorted({*(row.shown or ()), *seen})
            row.kept = sorted({*row.kept} - seen)
        row.save(update_fields=["shown", "kept", "prediction"])
    return as_answer(told)


def _of_old(item: int, latest: int) -> QuerySet[Prediction]:
    """Of a lease of an older release, which named the newest prediction alone."""
    newest = _newest_first(Prediction.objects.filter(item=item, pk__lte=latest))
    return Prediction.objects.filter(pk__in=newest.values("pk"))


def is_control(item: int, worker: int, share: float) -> bool:
    """Whether the prediction is kept back from this worker: the same whenever it is asked, and
    nothing that a worker could find out."""
    if share == 0.0:
        return False
    digest = salted_hmac("annotate.control", f"{item}:{worker}", algorithm="sha256").digest()
    return int.from_bytes(digest[:8]) < share * 2.0**64


def as_answer(predictions: Sequence[Prediction]) -> Shown | None:
    """One answer of all of them."""
    if not predictions:
        return None
    return Shown(
        answer={prediction.question: prediction.label for prediction in predictions},
        score=min(prediction.score for prediction in predictions),
        is_calibrated=all(is_calibrated(each.model_version_id) for each in predictions),
    )


def _said(item: int, *, but: Collection[str]) -> list[Prediction]:
    """The newest prediction of each question that is not hidden."""
    return list(_newest_first(Prediction.objects.filter(item=item).exclude(question__in=but)))


def _last(predictions: Sequence[Prediction]) -> Prediction | None:
    return max(predictions, key=lambda each: each.pk, default=None)


def _newest_first(predictions: QuerySet[Prediction]) -> QuerySet[Prediction]:
    """One of each question; what the memory of spans says only where nothing else speaks."""
    is_modest = Case(When(model_version__kind=ModelKind.MEMORY, then=1), default=0)
    return predictions.order_by("question", is_modest, F("id").desc()).distinct("question")
