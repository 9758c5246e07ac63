"""The head of a spans question: what it learnt, how sure it is, and how well, out of fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from labeling.label_types.spans import Span
from labeling.span_tags import TaggedSpan, tags_of
from models_assist.calibrate import Indexes, Numbers
from models_assist.head_quality import HeadQuality
from models_assist.head_storage import UnreadableHead, pack
from models_assist.heads import Prediction
from models_assist.platt import FEWEST, Platt, fit_platt, mended_out_of_fold
from models_assist.readings import span_key
from models_assist.span_quality import Told, quality_of_spans
from models_assist.token_features import Features, ReadText, features_of
from models_assist.token_head import Decoded, TagMap, decode, fit_tags, tag_names
from models_assist.words import covered

FOLDS = 4
MOST_WORDS = 25_000
"""Two to three hundred megabytes of features; the latest texts come first."""
CHARACTERS_A_WORD = 5.0
"""About, signs that stand alone and blanks included. To count them would be to read them."""
_LEAST = 1e-30
_TENSORS = {"weights", "bias", "platt"}


@dataclass(frozen=True, kw_only=True, eq=False)
class SpanHead:
    """Finds spans in texts that were read word by word."""

    categories: tuple[str, ...]
    tags: TagMap
    of_spans: Platt
    of_texts: Platt
    quality: HeadQuality | None

    def predict(self, vectors: Sequence[ReadText]) -> list[Prediction]:
        """One prediction a text: its spans in order, how sure of each, and of all together.

        Raises ValueError for states that are not finite or of another encoder.
        """
        features = [features_of(read) for read in vectors]
        width = self.tags.weights.shape[1]
        if any(len(each) and each.shape[1] != width for each in features):
            raise ValueError("These states are of another encoder than the head's.")
        told = decode(self.tags, features, self.categories)
        return [self._said(read, each) for read, each in zip(vectors, told, strict=True)]

    def _said(self, read: ReadText, told: Decoded) -> Prediction:
        sure = self.of_spans.mend(np.array([span.share for span in told.spans], dtype=float))
        label, scores = [], {}
        for span, share in zip(told.spans, sure.tolist(), strict=True):
            start, end = read.words[span.first].start, read.words[span.last - 1].end
            label.append(Span(start, end, span.category)._asdict())
            scores[span_key(start, end, span.category)] = share
        score = float(self.of_texts.mend(np.array([told.share]))[0])
        return Prediction(label=label, score=score, scores=scores)

    def word_margins(self, scores: Numbers, characters: Numbers) -> Numbers:
        """How far the tag of an average word is ahead, 0 to 1, from the scores of whole texts and
        their lengths, (n,) each.

        The mean log probability of the words' tags, so that a long text is not unsure for being
        long (Shen et al., "Deep Active Learning for Named Entity Recognition", ICLR 2018).
        """
        words = np.maximum(characters / CHARACTERS_A_WORD, 1.0)
        sure = np.exp(np.log(np.maximum(self.of_texts.undo(scores), _LEAST)) / words)
        return np.asarray(np.clip(2.0 * sure - 1.0, 0.0, 1.0))

    def to_bytes(self) -> bytes:
        """`SpanHead.of` undoes it."""
        header = {"type": "spans", "classes": self.categories}
        platt = np.array([self.of_spans, self.of_texts])
        return pack(header, self.quality, {**self.tags._asdict(), "platt": platt})

    @classmethod
    def of(
        cls,
        header: Mapping[str, Any],
        quality: HeadQuality | None,
        tensors: Mapping[str, npt.NDArray[Any]],
    ) -> "SpanHead":
        """What `unpack` gave; raises `UnreadableHead` for a head of another label type."""
        if header.get("type") != "spans" or set(tensors) != _TENSORS:
            raise UnreadableHead("This is no head of a spans question.")
        categories = tuple(header["classes"])
        tags = TagMap(tensors["weights"], tensors["bias"])
        count = len(tag_names(categories))
        if tags.weights.ndim != 2 or len(tags.weights) != count or tags.bias.shape != (count,):
            raise UnreadableHead("The numbers of this head do not fit its categories.")
        of_spans, of_texts = (Platt(*map(float, row)) for row in tensors["platt"])
        return cls(
            categories=categories,
            tags=tags,
            of_spans=of_spans,
            of_texts=of_texts,
            quality=quality,
        )


def outermost(spans: Sequence[Span]) -> list[Span]:
    """Return the spans that lie within no other, in order; of equals the first."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def tagged(read: ReadText, spans: Sequence[Span]) -> list[TaggedSpan]:
    """Return the outermost spans over words: all words that a span touches are of it."""
    found: list[TaggedSpan] = []
    for span in outermost(spans):
        first, last = covered(read.words, span.start, span.end)
        first = max(first, found[-1][1] if found else 0)
        if first < last:
            found.append((first, last, span.category))
    return found


def fit_span_head(
    categories: Sequence[str],
    texts: Sequence[ReadText],
    labels: Sequence[Sequence[Span]],
    *,
    seed: int,
) -> SpanHead:
    """Fit on texts and their spans, the first texts first, until there are MOST_WORDS.

    A text counts by its `trust`. How sure the head is, and how good, is learnt from fully trusted
    texts alone once there are enough of these: what a model said first, it knows.
    Raises ValueError for no text, and as `features_of`.
    """
    if not texts or len(texts) != len(labels):
        raise ValueError(f"There are {len(texts)} texts, but {len(labels)} labels.")
    names = tag_names(categories)
    number = {name: at for at, name in enumerate(names)}
    kept = _within(texts)
    features = [features_of(read) for read in texts[:kept]]
    gold = [tagged(read, spans) for read, spans in zip(texts[:kept], labels, strict=False)]
    tags = [
        np.array([number[tag] for tag in tags_of(spans, len(read.words))], dtype=np.intp)
        for spans, read in zip(gold, texts, strict=False)
    ]
    folds = np.random.default_rng(seed).permutation(kept) % min(FOLDS, kept)
    trust = [np.full(len(read.words), read.trust) for read in texts[:kept]]
    told = _out_of_fold(features, tags, trust, folds, categories, seed=seed)
    quality, of_spans, of_texts = None, Platt(), Platt()
    if told:
        own = _own(texts[:kept])
        told, gold_of_own = [told[at] for at in own], [gold[at] for at in own]
        record = Told.of(told, gold_of_own, [tags[at] for at in own])
        of_spans = fit_platt(record.shares, record.is_right)
        of_texts = fit_platt(record.text_shares, record.is_text_right)
        sure = mended_out_of_fold(record.shares, record.is_right, folds[own][record.texts])
        quality = quality_of_spans(record, sure, gold_of_own, categories)
    return SpanHead(
        categories=tuple(categories),
        tags=fit_tags(
            np.concatenate(features),
            np.concatenate(tags),
            len(names),
            np.concatenate(trust),
            seed=seed,
        ),
        of_spans=of_spans,
        of_texts=of_texts,
        quality=quality,
    )


def _own(texts: Sequence[ReadText]) -> Indexes:
    """The texts whose labels are people's own; all where these are too few."""
    own = np.flatnonzero([read.trust >= 1.0 for read in texts])
    return own if len(own) >= FEWEST else np.arange(len(texts))


def _within(texts: Sequence[ReadText]) -> int:
    """How many of the first texts hold MOST_WORDS together; at least one."""
    counts = np.cumsum([len(read.words) for read in texts])
    return max(int((counts <= MOST_WORDS).sum()), 1)


def _out_of_fold(
    features: Sequence[Features],
    tags: Sequence[Indexes],
    trust: Sequence[Numbers],
    folds: Indexes,
    categories: Sequence[str],
    *,
    seed: int,
) -> list[Decoded]:
    """What heads that had not seen a text said of it; nothing when there is but one."""
    if len(np.unique(folds)) < 2:
        return []
    told: dict[int, Decoded] = {}
    for fold in np.unique(folds):
        asked = np.flatnonzero(folds == fold).tolist()
        known = np.flatnonzero(folds != fold).tolist()
        found = fit_tags(
            np.concatenate([features[at] for at in known]),
            np.concatenate([tags[at] for at in known]),
            len(tag_names(categories)),
            np.concatenate([trust[at] for at in known]),
            seed=seed,
        )
        said = decode(found, [features[at] for at in asked], categories)
        told |= dict(zip(asked, said, strict=True))
    return [told[at] for at in range(len(features))]
