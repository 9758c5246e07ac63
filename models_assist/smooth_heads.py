"""The heads of ratings, sets and comparisons: what they learnt, and how well, out of fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.label_types.choices import ChoicesLimits
from labeling.questions import Question, limits_of
from models_assist.calibrate import Indexes, Numbers
from models_assist.choose import Margins, set_margins, share_margins
from models_assist.head_quality import HeadQuality, quality_of_classes, quality_of_sets
from models_assist.head_storage import UnreadableHead, pack
from models_assist.heads import AnyVectors, Prediction
from models_assist.many import chosen_sets, fit_many, many_shares, set_losses, tuned_thresholds
from models_assist.ordinal import fit_ordinal, median_steps, ordinal_shares
from models_assist.out_of_fold import Fit, chosen_losses, fit_best
from models_assist.pairs import differences, fit_pairs, pair_shares


@dataclass(frozen=True, kw_only=True, eq=False)
class SmoothHead:
    """Parameters of one of the kinds below, and what they mean for one question."""

    question: Question

    classes: tuple[str, ...]
    """The steps, categories or sides, as text."""

    parameters: Numbers

    thresholds: Numbers
    """(classes,) of sets; (0,) of others."""

    quality: HeadQuality | None

    def predict(self, vectors: AnyVectors) -> list[Prediction]:
        """One prediction a row; raises ValueError for vectors that are not finite."""
        inputs = _checked(vectors)
        shares = _shares(self.question, self.classes, self.parameters, inputs)
        if self.question.type == "choices":
            return [self._set_of(*each) for each in zip(shares, self._chosen(shares), strict=True)]
        return [
            Prediction(
                label=_label(self.question, self.classes[place]),
                score=float(row[place]),
                scores=dict(zip(self.classes, row.tolist(), strict=True)),
            )
            for row, place in zip(shares, _places(self.question, shares).tolist(), strict=True)
        ]

    @property
    def classes_said(self) -> tuple[str, ...]:
        """The classes."""
        return self.classes

    def margins(self, vectors: AnyVectors) -> Margins:
        """How sure it is of each row, 0 to 1; see `choose`."""
        found = _shares(self.question, self.classes, self.parameters, vectors.astype(float))
        shares = found.astype(np.float32)
        return set_margins(shares) if self.question.type == "choices" else share_margins(shares)

    def to_bytes(self) -> bytes:
        """`SmoothHead.of` undoes it."""
        header = {"type": self.question.type, "classes": self.classes}
        tensors = {"parameters": self.parameters, "thresholds": self.thresholds}
        return pack(header, self.quality, tensors)

    @classmethod
    def of(
        cls,
        header: Mapping[str, Any],
        quality: HeadQuality | None,
        tensors: Mapping[str, npt.NDArray[Any]],
        question: Question,
    ) -> "SmoothHead":
        """What `unpack` gave; raises `UnreadableHead` for a head of another label type."""
        if header.get("type") != question.type or set(tensors) != {"parameters", "thresholds"}:
            raise UnreadableHead(f"This is no head of a {question.type} question.")
        return cls(
            question=question,
            classes=tuple(header["classes"]),
            parameters=tensors["parameters"],
            thresholds=tensors["thresholds"],
            quality=quality,
        )

    def _chosen(self, shares: Numbers) -> Numbers:
        limits = limits_of(self.question, ChoicesLimits)
        return chosen_sets(shares, self.thresholds, limits.min, limits.max)

    def _set_of(self, shares: Numbers, chosen: Numbers) -> Prediction:
        named = [name for name, is_in in zip(self.classes, chosen, strict=True) if is_in]
        # Categories are taken for independent: the product is how likely this very set is.
        score = float(np.where(chosen > 0, shares, 1.0 - shares).prod())
        scores = dict(zip(self.classes, shares.tolist(), strict=True))
        return Prediction(label=named, score=score, scores=scores)


def fit_rating_head(
    question: Question,
    classes: Sequence[str],
    vectors: AnyVectors,
    labels: Sequence[int],
    *,
    seed: int,
) -> SmoothHead:
    """Proportional odds, see `ordinal`; the median step is said."""
    return _fit_classes(
        question,
        classes,
        _checked(vectors),
        [str(label) for label in labels],
        partial(fit_ordinal, steps=len(classes)),
        seed=seed,
    )


def fit_pair_head(
    question: Question,
    classes: Sequence[str],
    vectors: AnyVectors,
    labels: Sequence[str],
    *,
    seed: int,
) -> SmoothHead:
    """Bradley-Terry-Davidson on differences, see `pairs`. Of two vectors side by side."""

    def fit(inputs: Numbers, targets: Numbers, inverse_penalty: float) -> Numbers:
        return fit_pairs(differences(inputs), targets, inverse_penalty, len(classes))

    return _fit_classes(question, classes, _checked(vectors), labels, fit, seed=seed)


def fit_set_head(
    question: Question,
    classes: Sequence[str],
    vectors: AnyVectors,
    labels: Sequence[Sequence[str]],
    *,
    category_vectors: AnyVectors,
    seed: int,
) -> SmoothHead:
    """One against the rest, drawn to the texts of the categories, one vector a class; what is said
    is tuned, see `many`."""
    inputs = _checked(vectors)
    targets = np.array([[float(name in label) for name in classes] for label in labels])
    fit = partial(fit_many, category_vectors=_checked(category_vectors))
    served = fit_best(inputs, targets, fit=fit, says=many_shares, losses=set_losses, seed=seed)
    limits = limits_of(question, ChoicesLimits)
    thresholds = tuned_thresholds(served.said, targets, limits.min, limits.max)
    chosen = chosen_sets(served.said, thresholds, limits.min, limits.max)
    return SmoothHead(
        question=question,
        classes=tuple(classes),
        parameters=served.parameters,
        thresholds=thresholds,
        quality=quality_of_sets(chosen, served.said, targets, classes, served.losses),
    )


def _fit_classes(
    question: Question,
    classes: Sequence[str],
    inputs: Numbers,
    labels: Sequence[str],
    fit: Fit,
    *,
    seed: int,
) -> SmoothHead:
    places = {name: place for place, name in enumerate(classes)}
    targets = np.array([places[label] for label in labels], dtype=np.intp)

    def says(parameters: Numbers, features: Numbers) -> Numbers:
        return _shares(question, classes, parameters, features)

    served = fit_best(
        inputs, targets.astype(float), fit=fit, says=says, losses=chosen_losses, seed=seed
    )
    return SmoothHead(
        question=question,
        classes=tuple(classes),
        parameters=served.parameters,
        thresholds=np.zeros(0),
        quality=quality_of_classes(
            _places(question, served.said),
            served.said,
            targets,
            classes,
            kind={"rating": "ordinal", "pairwise": "bradley_terry"}[question.type],
            losses=served.losses,
        ),
    )


def _shares(
    question: Question, classes: Sequence[str], parameters: Numbers, inputs: Numbers
) -> Numbers:
    if question.type == "rating":
        return ordinal_shares(parameters, inputs)
    if question.type == "pairwise":
        return pair_shares(parameters, differences(inputs), len(classes))
    return many_shares(parameters, inputs)


def _places(question: Question, shares: Numbers) -> Indexes:
    """The place of the class that is said of each row."""
    if question.type == "rating":
        return np.asarray(median_steps(shares), dtype=np.intp)
    return np.asarray(shares.argmax(axis=1), dtype=np.intp)


def _label(question: Question, name: str) -> Any:
    return int(name) if question.type == "rating" else name


def _checked(vectors: AnyVectors) -> Numbers:
    if vectors.ndim != 2 or not np.isfinite(vectors).all():
        raise ValueError("Some vectors are not finite: their texts were not encoded.")
    return vectors.astype(float)
