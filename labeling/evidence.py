"""What the votes of one item say of each question: a label, and how sure it is."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from labeling.label_types import LABEL_TYPES
from labeling.policy import Measure
from labeling.questions import Question
from labeling.schema import LabelSchema
from labeling.votes import Label, ScoredLabel
from labeling.voting import HALF, mean_pairwise_agreement, one_coin_posterior


class Silence(Enum):
    """What stands for the label of a worker who gave none."""

    HIDDEN = "hidden"  # the question was hidden from the worker, or left out


class Evidence(NamedTuple):
    """What the votes say of one question."""

    question: str
    label: Callable[[], Label | None]
    """Makes the consensus; None when it is that there is no label. Only a settled item needs it,
    and for shapes it costs more than all the rest."""
    confidence: float
    """The posterior or the agreement, as `measure` says."""
    measure: Measure
    agreement: float
    """1 minus the mean distance over all pairs of votes; a missing label is a value of its own."""
    labels: int
    """How many votes have a label."""
    is_missing: bool = False
    """The consensus shows the question and it is required, yet no vote has a label of it."""


def no_label() -> None:
    """Stand for the consensus that there is no label."""


class Judged(NamedTuple):
    """A label that is made when it is asked for, and how sure it is."""

    label: Callable[[], Label]
    confidence: float


Posterior = Callable[[Question, Sequence[Label], Sequence[int]], Judged | None]
"""The most probable of the labels that the answers at these positions gave, or None."""


def gather(
    schema: LabelSchema,
    answers: Sequence[Mapping[str, Label]],
    accuracies: Sequence[float] | None,
    posterior: Posterior | None = None,
) -> list[Evidence]:
    """Return the evidence on every question that the votes or the consensus show.

    With accuracies, a posterior is taken where the label type has one; without, agreement alone.
    `posterior` replaces the label type's, for who knows the voters better.
    Questions are weighed in order, so that the consensus itself decides what it hides.
    """
    found = []
    chosen: dict[str, tuple[str | int, ...]] = {}
    for question in schema.questions:
        is_shown = question.show_when is None or question.show_when.holds(chosen)
        labels = [answer.get(question.id, Silence.HIDDEN) for answer in answers]
        given = [label for label in labels if label is not Silence.HIDDEN]
        if not given and not (is_shown and question.is_required):
            continue
        is_silent = not question.is_required and len(given) < len(labels) * HALF
        if not given:
            evidence = Evidence(
                question.id, no_label, 0.0, Measure.AGREEMENT, 1.0, 0, is_missing=True
            )
        elif not is_shown or is_silent:
            evidence = _of_silence(question, labels, accuracies)
        else:
            evidence = _of_label(question, labels, accuracies, posterior)
            label_type = LABEL_TYPES[question.type]
            if label_type.condition_values(question):
                chosen[question.id] = label_type.chosen_values(evidence.label())
        found.append(evidence)
    return found


def _agreement(question: Question, labels: Sequence[Label]) -> float:
    label_type = LABEL_TYPES[question.type]

    def distance(a: Label, b: Label) -> float:
        if a is Silence.HIDDEN or b is Silence.HIDDEN:
            return 1.0  # equal values are never handed to a distance
        return label_type.distance(a, b, question)

    return mean_pairwise_agreement(labels, distance)


def _of_silence(
    question: Question, labels: Sequence[Label], accuracies: Sequence[float] | None
) -> Evidence:
    """Return the evidence that there is no label: that the question is hidden, or left out."""
    agreement = _agreement(question, labels)
    given = sum(label is not Silence.HIDDEN for label in labels)
    if accuracies is None:
        return Evidence(question.id, no_label, agreement, Measure.AGREEMENT, agreement, given)
    confidence = 1.0 - _chance_of_label(labels, accuracies)
    return Evidence(question.id, no_label, confidence, Measure.POSTERIOR, agreement, given)


def _of_label(
    question: Question,
    labels: Sequence[Label],
    accuracies: Sequence[float] | None,
    judge: Posterior | None,
) -> Evidence:
    """Return the evidence on the label itself."""
    label_type = LABEL_TYPES[question.type]
    given = [label for label in labels if label is not Silence.HIDDEN]
    agreement = _agreement(question, labels)
    voters = [place for place, label in enumerate(labels) if label is not Silence.HIDDEN]
    judged: Judged | None = None
    if judge is not None:
        judged = judge(question, given, voters)
    elif accuracies is not None:
        heard = [accuracies[voter] for voter in voters]
        judged = _as_judged(label_type.posterior(given, heard, question))
    if judged is None or accuracies is None:

        def aggregated() -> Label:
            return label_type.aggregate(given, [1.0] * len(given), question).label

        return Evidence(
            question.id, aggregated, agreement, Measure.AGREEMENT, agreement, len(given)
        )
    confidence = judged.confidence
    if len(given) < len(labels):
        confidence *= _chance_of_label(labels, accuracies)
    return Evidence(
        question.id, judged.label, confidence, Measure.POSTERIOR, agreement, len(given)
    )


def _as_judged(scored: ScoredLabel | None) -> Judged | None:
    return None if scored is None else Judged(lambda: scored.label, scored.score)


def _chance_of_label(labels: Sequence[Label], accuracies: Sequence[float]) -> float:
    """Return the one-coin posterior that there is a label at all, of two possible values."""
    is_given = [label is not Silence.HIDDEN for label in labels]
    likelier = one_coin_posterior(is_given, accuracies, 2, int)
    return likelier.score if likelier.label is True else 1.0 - likelier.score
