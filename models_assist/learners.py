"""One learner a label type, behind one protocol: those who use them know no type.

To teach another label type: a class here, and a line in LEARNERS.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from labeling.label_types import LABEL_TYPES
from labeling.label_types.spans import Span
from labeling.questions import ItemFacts, Question
from labeling.votes import JSON, Label
from models_assist.choose import Margins
from models_assist.head_quality import HeadQuality
from models_assist.head_storage import unpack
from models_assist.heads import (
    AnyVectors,
    Category,
    Prediction,
    ZeroShotHead,
    category_text,
    fit_head,
    head_from_bytes,
)
from models_assist.smooth_heads import SmoothHead, fit_pair_head, fit_rating_head, fit_set_head
from models_assist.span_head import SpanHead, fit_span_head
from models_assist.token_features import ReadText

Encode = Callable[[Sequence[str]], AnyVectors]
"""Texts to vectors, for the texts of categories."""


class Storable(Protocol):
    """Can be kept as a model version."""

    @property
    def quality(self) -> HeadQuality | None:
        """Measured out of fold; None where nothing was learnt."""

    def to_bytes(self) -> bytes:
        """As the `read` of its learner undoes it."""


class Answering(Storable, Protocol):
    """Answers one question of items by their vectors."""

    def predict(self, vectors: Any) -> list[Prediction]:
        """One prediction a row, or a text, of what its learner reads; raises ValueError for what
        is not finite."""


@runtime_checkable
class Ranking(Protocol):
    """Can say of many vectors at once how sure it is, and so what to label next."""

    @property
    def classes_said(self) -> tuple[str, ...]:
        """The classes it tells apart."""

    def margins(self, vectors: AnyVectors) -> Margins:
        """One a row, 0 to 1, smallest where it wavers; see `choose`."""


class Learner(Protocol):
    """How the questions of one label type are learnt.

    From one row of vectors an item; of the types in `readings.READ_BY_WORD` from one `ReadText`.
    """

    def classes(self, question: Question) -> tuple[str, ...]:
        """What a label may be, or hold; a head of other classes is of no use any more."""

    def fit(
        self,
        question: Question,
        vectors: Any,
        labels: Sequence[JSON],
        encode: Encode,
        *,
        seed: int,
    ) -> Answering:
        """Fit on labels as `parse` accepts them, one a row; the same input and seed give the
        same."""

    def unlearned(self, question: Question, encode: Encode) -> Answering | None:
        """What can be said before there is a label, from the categories alone; None: nothing."""

    def read(self, data: bytes, question: Question) -> Answering | None:
        """Undo `to_bytes`; None for one of other classes. Raises `UnreadableHead`."""


class ChoiceLearner:
    """One category: prototypes or logistic regression, which see the categories' texts too."""

    def classes(self, question: Question) -> tuple[str, ...]:
        """The categories."""
        return question.category_ids

    def fit(
        self,
        question: Question,
        vectors: AnyVectors,
        labels: Sequence[JSON],
        encode: Encode,
        *,
        seed: int,
    ) -> Answering:
        """See `heads.fit_head`."""
        categories = _categories_of(question)
        texts = encode([category.text for category in categories])
        return fit_head(vectors, [str(label) for label in labels], categories, texts, seed=seed)

    def unlearned(self, question: Question, encode: Encode) -> Answering | None:
        """By the likeness of the text to those of the categories."""
        categories = _categories_of(question)
        return ZeroShotHead(categories, encode([category.text for category in categories]))

    def read(self, data: bytes, question: Question) -> Answering | None:
        """See `heads.head_from_bytes`."""
        head = head_from_bytes(data)
        return head if head.category_ids == question.category_ids else None


class SmoothLearner:
    """Label types whose heads are a `SmoothHead`; they say nothing before they have labels."""

    def __init__(self, fit: Callable[..., SmoothHead], *, sees_texts: bool = False) -> None:
        """`fit` is one of `smooth_heads`; it may see the categories' texts, as vectors, too."""
        self._fit, self._sees_texts = fit, sees_texts

    def classes(self, question: Question) -> tuple[str, ...]:
        """The categories, or the values that the label may have."""
        values: Sequence[Label] = LABEL_TYPES[question.type].condition_values(question)
        return question.category_ids or tuple(str(value) for value in values)

    def fit(
        self,
        question: Question,
        vectors: AnyVectors,
        labels: Sequence[JSON],
        encode: Encode,
        *,
        seed: int,
    ) -> Answering:
        """See `smooth_heads`."""
        label_type = LABEL_TYPES[question.type]
        known = [label_type.parse(label, question, ItemFacts()) for label in labels]
        fit = self._fit
        if self._sees_texts:
            texts = [category.text for category in _categories_of(question)]
            fit = partial(fit, category_vectors=encode(texts))
        return fit(question, self.classes(question), vectors, known, seed=seed)

    def unlearned(self, question: Question, encode: Encode) -> Answering | None:  # noqa: ARG002
        """Nothing."""
        return None

    def read(self, data: bytes, question: Question) -> Answering | None:
        """A head of this question, unless its classes changed."""
        header, quality, tensors = unpack(data)
        head = SmoothHead.of(header, quality, tensors, question)
        return head if head.classes == self.classes(question) else None


class SpanLearner:
    """Spans of one text, see `span_head`; where spans may nest, the outermost are learnt."""

    def classes(self, question: Question) -> tuple[str, ...]:
        """The categories."""
        return question.category_ids

    def fit(
        self,
        question: Question,
        vectors: Sequence[ReadText],
        labels: Sequence[JSON],
        encode: Encode,  # noqa: ARG002 - it learns from labels alone
        *,
        seed: int,
    ) -> Answering:
        """See `span_head.fit_span_head`."""
        spans = [[Span(**span) for span in label] for label in labels]
        return fit_span_head(question.category_ids, vectors, spans, seed=seed)

    def unlearned(self, question: Question, encode: Encode) -> Answering | None:  # noqa: ARG002
        """Nothing."""
        return None

    def read(self, data: bytes, question: Question) -> Answering | None:
        """A head of this question, unless its categories changed."""
        head = SpanHead.of(*unpack(data))
        return head if head.categories == question.category_ids else None


def _categories_of(question: Question) -> list[Category]:
    return [
        Category(id=c.id, text=category_text(c.title, c.description)) for c in question.categories
    ]


LEARNERS: Mapping[str, Learner] = {
    "choice": ChoiceLearner(),
    "choices": SmoothLearner(fit_set_head, sees_texts=True),
    "rating": SmoothLearner(fit_rating_head),
    "pairwise": SmoothLearner(fit_pair_head),
    "spans": SpanLearner(),
}


def known_label(
    question: Question, label: JSON, data: Mapping[str, Any] = MappingProxyType({})
) -> JSON | None:
    """Return a label of an item with these data that may be learnt from; None for one that the
    question no longer allows."""
    label_type: Any = LABEL_TYPES[question.type]
    texts = {name: data.get(name, "") for name in question.on}
    lengths = {name: len(text) for name, text in texts.items() if isinstance(text, str)}
    try:
        return label_type.dump(label_type.parse(label, question, ItemFacts(text_lengths=lengths)))
    except ValueError:
        return None
