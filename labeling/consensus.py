"""What several answers to one item say together, question by question."""

from collections.abc import Mapping, Sequence

from labeling.label_types import LABEL_TYPES
from labeling.schema import LabelSchema
from labeling.votes import Label, ScoredLabel
from labeling.voting import HALF, ROUNDING, majority, weighted_medoid

__all__ = ["consensus", "majority", "weighted_medoid"]


def consensus(
    schema: LabelSchema,
    answers: Sequence[Mapping[str, Label]],
    weights: Sequence[float] | None = None,
) -> dict[str, ScoredLabel]:
    """Return the consensus of each question that has one, in the order of the schema.

    Every label type aggregates in its own way (`LabelType.aggregate`); an answer without a label
    counts as wholly different in the score. A question has no entry when the consensus so far
    hides it, when nobody labelled it, or when it may be left out and more than half of the weight
    left it out. Weights are positive, 1 by default.
    """
    shares = [1.0] * len(answers) if weights is None else list(weights)
    total = sum(shares)
    found: dict[str, ScoredLabel] = {}
    chosen: dict[str, tuple[str | int, ...]] = {}
    for question in schema.questions:
        if question.show_when is not None and not question.show_when.holds(chosen):
            continue
        given = [
            (answer[question.id], weight)
            for answer, weight in zip(answers, shares, strict=True)
            if question.id in answer
        ]
        spoken = sum(weight for _, weight in given)
        is_left_out = not question.is_required and spoken < total * HALF - ROUNDING
        if not given or is_left_out:
            continue
        labels, label_weights = zip(*given, strict=True)
        label_type = LABEL_TYPES[question.type]
        scored = label_type.aggregate(labels, label_weights, question)
        found[question.id] = ScoredLabel(scored.label, scored.score * min(1.0, spoken / total))
        chosen[question.id] = label_type.chosen_values(scored.label)
    return found
