"""How good a head of spans is: strictly, a span counts when start, end and category are right."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from labeling.span_tags import TaggedSpan
from models_assist.calibrate import Indexes, Numbers, calibration_error, reliability
from models_assist.head_quality import CategoryQuality, HeadQuality
from models_assist.token_head import Decoded

Marks = npt.NDArray[np.bool_]


class Told(NamedTuple):
    """What was said out of fold, beside the truth: S spans in N texts."""

    spans: list[set[TaggedSpan]]
    """By text."""
    texts: Indexes
    """(S,) the text of each span."""
    categories: list[str]
    shares: Numbers
    """(S,) how sure of each, before calibration."""
    is_right: Marks
    text_shares: Numbers
    """(N,)"""
    is_text_right: Marks
    loss: float
    """The mean over all words, in nats."""

    @classmethod
    def of(
        cls,
        told: Sequence[Decoded],
        gold: Sequence[Sequence[TaggedSpan]],
        tags: Sequence[Indexes],
    ) -> "Told":
        """From what was said of each text, its spans and the tags of its words."""
        every = [(at, span) for at, each in enumerate(told) for span in each.spans]
        truth = [set(spans) for spans in gold]
        said = [{span.place for span in each.spans} for each in told]
        losses = [
            each.losses[np.arange(len(own)), own] for each, own in zip(told, tags, strict=True)
        ]
        flat = np.concatenate(losses)
        return cls(
            spans=said,
            texts=np.array([at for at, _ in every], dtype=np.intp),
            categories=[span.category for _, span in every],
            shares=np.array([span.share for _, span in every], dtype=float),
            is_right=np.array([span.place in truth[at] for at, span in every], dtype=bool),
            text_shares=np.array([each.share for each in told]),
            is_text_right=np.array([a == b for a, b in zip(said, truth, strict=True)]),
            loss=float(flat.mean()) if len(flat) else 0.0,
        )


def quality_of_spans(
    told: Told, sure: Numbers, gold: Sequence[Sequence[TaggedSpan]], names: Sequence[str]
) -> HeadQuality:
    """`sure` (S,) is how sure the head is of each span, calibrated on other texts.

    `accuracy` is the share of texts whose spans are all right and none is missing, `log_loss` that
    of a word's tag, `reliability` counts spans.
    """
    labels = Counter(frozenset(spans) for spans in gold)
    diagram = reliability(sure, told.is_right)
    right, said = int(told.is_right.sum()), len(told.is_right)
    true = sum(map(len, gold))
    return HeadQuality(
        labels=len(gold),
        accuracy=float(told.is_text_right.mean()),
        log_loss=told.loss,
        majority_accuracy=max(labels.values()) / len(gold),
        ece=calibration_error(diagram),
        kind="token_logistic",
        per_category={name: _category(name, told, gold) for name in names},
        reliability=diagram,
        f1=2.0 * right / (said + true) if said + true else 1.0,
    )


def _category(name: str, told: Told, gold: Sequence[Sequence[TaggedSpan]]) -> CategoryQuality:
    said = np.array([category == name for category in told.categories], dtype=bool)
    right, named = int((said & told.is_right).sum()), int(said.sum())
    labels = sum(span[2] == name for spans in gold for span in spans)
    return CategoryQuality(
        labels=labels,
        recall=right / labels if labels else None,
        precision=right / named if named else None,
    )
