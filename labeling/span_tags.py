"""Spans over tokens, written as BIO tags: reading, scoring, and what several workers say together.

Tags are "O", "B-category" and "I-category" (Ramshaw & Marcus 1995; Tjong Kim Sang & De Meulder
2003). How they are read: a span begins at every B-, and at an I- that follows no tag of its own
category; it reaches to the last I- of its category in a row. What is written here follows no other
reading: an I- always stands behind a tag of its category.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from labeling.ballots import Floats, Integers
from labeling.tag_chain import Chain, Layout, likeliest, smooth
from labeling.tag_crowd import TagVotes, measure_rows

OUTSIDE = "O"
SWEEPS = 8
"""So few on purpose, as in `labeling.aggregation`."""
CLOSE_ENOUGH = 1e-4
"""EM stops when no probability moves by more in a sweep."""
DOCUMENT_SPANS = 150.0
"""How common the categories are in all documents counts as so many spans of one document."""
STEP_VOTES = 1.0
"""Every step that can be is taken to have been seen so many times more often than it was."""

TaggedSpan = tuple[int, int, str]
"""First token, the token behind the last, category."""
Document = Sequence[tuple[Hashable, Sequence[str]]]
"""What was said of one document: worker and tags, one a token."""


class SpanScore(NamedTuple):
    """Strict entity precision, recall and F1 over all documents: start, end and category match."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, kw_only=True)
class TagFit:
    """What the workers say together of D documents."""

    tags: list[list[str]]
    """By document; empty for a document of which nobody spoke."""
    sureness: list[list[float]]
    """By document, the posterior of each tag; of a token on its own, so that a span's tags may be
    less sure than the span."""


def spans_of(tags: Sequence[str]) -> list[TaggedSpan]:
    """Return the spans that BIO tags write down. Raises ValueError for what is no tag."""
    spans: list[TaggedSpan] = []
    start, running = 0, ""
    for place, tag in enumerate([*tags, OUTSIDE]):
        mark, _, category = tag.partition("-")
        if tag != OUTSIDE and not (mark in {"B", "I"} and category):
            raise ValueError(f"{tag!r} is no BIO tag")
        if running and (mark != "I" or category != running):
            spans.append((start, place, running))
            running = ""
        if category and not running:
            start, running = place, category
    return spans


def tags_of(spans: Sequence[TaggedSpan], length: int) -> list[str]:
    """Return the BIO tags of spans that do not overlap, over so many tokens."""
    tags = [OUTSIDE] * length
    for start, end, category in spans:
        tags[start:end] = [f"I-{category}"] * (end - start)
        tags[start] = f"B-{category}"
    return tags


def score_tags(found: Sequence[Sequence[str]], gold: Sequence[Sequence[str]]) -> SpanScore:
    """Return the strict entity scores, all documents counted together (Tjong Kim Sang 2002).

    0 where there is nothing to divide by, and 1 when neither side has a span. Raises ValueError
    when there are not as many documents on both sides.
    """
    right = marked = true = 0
    for mine, theirs in zip(found, gold, strict=True):
        ours, known = set(spans_of(mine)), set(spans_of(theirs))
        right += len(ours & known)
        marked += len(ours)
        true += len(known)
    if not marked and not true:
        return SpanScore(1.0, 1.0, 1.0)
    return SpanScore(
        right / marked if marked else 0.0,
        right / true if true else 0.0,
        2.0 * right / (marked + true),
    )


def majority_tags(document: Document) -> list[str]:
    """Return the tag most workers gave each token; a tie goes to O, then by the alphabet."""
    columns = zip(*(tags for _, tags in document), strict=True)
    return [
        min(set(column), key=lambda tag: (-column.count(tag), tag != OUTSIDE, tag))
        for column in columns
    ]


def aggregate_tags(documents: Sequence[Document]) -> list[list[str]]:
    """Return the likeliest tags of each document; see `fit_tags`."""
    return fit_tags(documents).tags


def fit_tags(documents: Sequence[Document]) -> TagFit:
    """Fit how workers tag and what the true tags are, by EM, and return the likeliest tags.

    True tags follow one another as in a Markov chain (Nguyen et al. 2017, "Aggregating and
    predicting sequence labels from crowd annotations", HMM-Crowd), workers err as in
    `labeling.tag_crowd`. What only one worker said cannot be checked: it stands as it is and
    teaches nothing. Raises ValueError for what is no tag and when workers saw different numbers of
    tokens in a document.
    """
    read = [_read(document) for document in documents]
    fit = TagFit(
        tags=[list(document[0][1]) if document else [] for document in read],
        sureness=[[1.0] * len(document[0][1]) if document else [] for document in read],
    )
    judged = [place for place, document in enumerate(read) if len(document) > 1 and document[0][1]]
    if not judged:
        return fit
    chosen = [read[place] for place in judged]
    categories = sorted({tag[2:] for votes in chosen for _, tags in votes for tag in tags} - {""})
    names = [OUTSIDE, *(f"{mark}-{category}" for mark in "BI" for category in categories)]
    layout = Layout.of([len(document[0][1]) for document in chosen])
    votes = _votes(chosen, names, layout)
    posterior, chain, evidence = _fit(votes, layout)
    states = likeliest(chain, evidence, layout)
    for sequence, (place, document) in enumerate(zip(judged, chosen, strict=True)):
        tokens = layout.places(sequence, len(document[0][1]))
        fit.tags[place] = [names[state] for state in states[tokens]]
        fit.sureness[place] = posterior[tokens, states[tokens]].tolist()
    return fit


def _read(document: Document) -> list[tuple[Hashable, list[str]]]:
    """Return the document with tags written as this file writes them."""
    if len({len(tags) for _, tags in document}) > 1:
        raise ValueError("workers tagged different numbers of tokens of one document")
    return [(worker, tags_of(spans_of(tags), len(tags))) for worker, tags in document]


def _votes(documents: Sequence[Document], names: Sequence[str], layout: Layout) -> TagVotes:
    numbers = {name: number for number, name in enumerate(names)}
    workers: dict[Hashable, int] = {}
    columns: list[Integers] = []
    for sequence, document in enumerate(documents):
        places = layout.places(sequence, len(document[0][1]))
        for worker, tags in document:
            said = np.array([numbers[tag] for tag in tags], dtype=np.int64)
            who = np.full(len(said), workers.setdefault(worker, len(workers)))
            before = np.concatenate([[0], said[:-1]])
            columns.append(np.stack([places, who, before, said]))
    tokens, people, before, said = np.concatenate(columns, axis=1)
    return TagVotes(
        tokens=tokens,
        workers=people,
        before=before,
        said=said,
        token_count=layout.token_count,
        worker_count=len(workers),
        category_count=len(names) // 2,
    )


def _fit(votes: TagVotes, layout: Layout) -> tuple[Floats, Chain, Floats]:
    posterior = votes.shares()
    follows = np.zeros((votes.tag_count, votes.tag_count))
    for here, before in layout.times():
        follows += posterior[before].T @ posterior[here]
    can_follow = _can_follow(votes.category_count)
    begins = slice(1, 1 + votes.category_count)
    chain, evidence = _chain(posterior, follows, layout, can_follow), posterior
    for _ in range(SWEEPS):
        chain = _chain(posterior, follows, layout, can_follow)
        evidence = votes.evidence(measure_rows(votes, posterior))
        evidence[:, begins] += _lean(posterior[:, begins], layout)
        old = posterior
        posterior, follows = smooth(chain, evidence, layout)
        if np.abs(posterior - old).max() < CLOSE_ENOUGH:
            break
    return posterior, chain, evidence


def _lean(begins: Floats, layout: Layout) -> Floats:
    """Return how much likelier each category is in the document of a token, in logarithms (N, C).

    A document is about something: log(p_dc / p_c), p_dc = (n_dc + w p_c) / (n_d + w), from the
    spans that the posterior says begin (N, C), w = DOCUMENT_SPANS.
    """
    ranks = layout.ranks()
    count = len(layout.rank)
    spans = np.stack([np.bincount(ranks, column, count) for column in begins.T], axis=-1)
    share = (spans.sum(axis=0) + 1.0) / (spans.sum() + spans.shape[1])
    own = spans + DOCUMENT_SPANS * share
    return np.asarray(np.log(own / own.sum(axis=1, keepdims=True) / share)[ranks])


def _chain(posterior: Floats, follows: Floats, layout: Layout, can_follow: Floats) -> Chain:
    first = (posterior[: layout.starts[1]].sum(axis=0) + STEP_VOTES) * can_follow[0]
    step = (follows + STEP_VOTES) * can_follow
    return Chain(first=first / first.sum(), step=step / step.sum(axis=1, keepdims=True))


def _can_follow(categories: int) -> Floats:
    """Return 1 where the second tag can follow the first: I- only its own category."""
    size = 1 + 2 * categories
    table = np.ones((size, size))
    table[:, 1 + categories :] = 0.0
    own = np.arange(categories)
    table[1 + own, 1 + categories + own] = 1.0
    table[1 + categories + own, 1 + categories + own] = 1.0
    return table
