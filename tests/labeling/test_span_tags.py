"""Spans over tokens: read, scored, and put together from several workers."""

import csv
from collections import defaultdict
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.ballots import Floats
from labeling.span_tags import (
    _can_follow,
    _chain,
    aggregate_tags,
    fit_tags,
    majority_tags,
    score_tags,
    spans_of,
    tags_of,
)
from labeling.tag_chain import Chain, Layout, likeliest, smooth
from labeling.tag_crowd import TagVotes, measure_rows
from tests.labeling.samples import calmly, seeded

CROWD_DATA = Path(__file__).parents[3] / "shared" / "data" / "crowd" / "conll_ner"
Documents = list[list[tuple[str, list[str]]]]

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
PEOPLE = ("ann", "bob", "cem", "dia")


def rows_of_tags(length: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(TAGS), min_size=length, max_size=length)


@st.composite
def documents(draw: st.DrawFn) -> Documents:
    found = []
    for length in draw(st.lists(st.integers(0, 5), min_size=1, max_size=5)):
        people = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=4))
        found.append([(person, draw(rows_of_tags(length))) for person in people])
    return found


def simulated(seed: int, workers: int = 4, count: int = 60) -> tuple[Documents, list[list[str]]]:
    """Return documents tagged by workers of whom the last two miss half and mix up categories."""
    chance = seeded(seed)
    said, gold = [], []
    for _ in range(count):
        truth = _some_spans(chance.random)
        gold.append(tags_of(truth, 20))
        document = []
        for worker in range(workers):
            missed, mixed = (0.1, 0.05) if worker < 2 else (0.55, 0.4)
            marked = [
                (start, end, "ORG" if kind == "LOC" and chance.random() < mixed else kind)
                for start, end, kind in truth
                if chance.random() > missed
            ]
            document.append((f"worker {worker}", tags_of(marked, 20)))
        said.append(document)
    return said, gold


def _some_spans(chance: object) -> list[tuple[int, int, str]]:
    assert callable(chance)
    spans, place = [], 0
    while place < 18:
        length = 1 + int(chance() * 2)
        if chance() < 0.3:
            spans.append((place, place + length, "LOC" if chance() < 0.5 else "ORG"))
        place += length + 1
    return spans


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O O", []),
        ("B-PER I-PER O", [(0, 2, "PER")]),
        ("B-PER B-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("I-PER I-PER", [(0, 2, "PER")]),
        ("B-PER I-LOC I-LOC", [(0, 1, "PER"), (1, 3, "LOC")]),
        ("O I-A-B", [(1, 2, "A-B")]),
    ],
)
def test_an_inside_without_its_beginning_starts_a_span(
    tags: str, spans: list[tuple[int, int, str]]
) -> None:
    assert spans_of(tags.split()) == spans
    assert spans_of(tags_of(spans, len(tags.split()))) == spans


@pytest.mark.parametrize("tag", ["", "B", "B-", "X-PER", "PER", "o"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="no BIO tag"):
        spans_of(["O", tag])


def test_strict_scores_count_spans_whose_borders_and_category_match() -> None:
    gold = [["B-PER", "I-PER", "O", "B-LOC"], ["B-LOC", "O"]]
    found = [["B-PER", "O", "O", "B-LOC"], ["B-PER", "B-LOC"]]
    assert score_tags(found, gold) == pytest.approx((1 / 4, 1 / 3, 2 / 7))
    assert score_tags(gold, gold) == (1.0, 1.0, 1.0)
    assert score_tags([["O"]], [["O"]]) == (1.0, 1.0, 1.0)
    assert score_tags([["O"]], [["B-X"]]) == (0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="zip"):
        score_tags([["O"]], [])


def test_the_posterior_and_the_likeliest_states_are_those_of_brute_force() -> None:
    chance = np.random.default_rng(3)
    lengths, states = (3, 1, 4), 3
    layout = Layout.of(lengths)
    step = chance.random((states, states))
    step[0, 2] = 0.0
    step /= step.sum(axis=1, keepdims=True)
    chain = Chain(first=np.array([0.5, 0.5, 0.0]), step=step)
    evidence = chance.normal(0, 2, (layout.token_count, states))
    posterior, pairs = smooth(chain, evidence, layout)
    best = likeliest(chain, evidence, layout)
    expected_pairs = np.zeros((states, states))
    for sequence, length in enumerate(lengths):
        places = layout.places(sequence, length)
        weights = {
            path: chain.first[path[0]]
            * np.prod([step[a, b] for a, b in pairwise(path)])
            * np.exp(
                sum(evidence[place, state] for place, state in zip(places, path, strict=True))
            )
            for path in product(range(states), repeat=length)
        }
        total = sum(weights.values())
        expected = np.zeros((length, states))
        for path, weight in weights.items():
            for time, state in enumerate(path):
                expected[time, state] += weight / total
            for a, b in pairwise(path):
                expected_pairs[a, b] += weight / total
        assert posterior[places] == pytest.approx(expected)
        assert tuple(best[places]) == max(weights, key=weights.__getitem__)
    assert pairs == pytest.approx(expected_pairs)


def _kind(truth: int, said: int) -> int:
    """Return 0 missed, 1 the same category (or both outside), 2 another."""
    if said == 0:
        return 1 if truth == 0 else 0
    return 1 if truth and (truth - 1) % 2 == (said - 1) % 2 else 2


def _factors(table: Floats, after: Floats, rows: range) -> Floats:
    """Return f_jg for these true tags, from counts (worker, before, truth, said)."""
    seen, due = np.zeros((len(table), 3)), np.zeros((len(table), 3))
    for worker, before, truth, said in product(range(len(table)), range(5), rows, range(5)):
        kind = _kind(truth, said)
        seen[worker, kind] += table[worker, before, truth, said]
        due[worker, kind] += table[worker, before, truth].sum() * after[before, truth, said]
    share = (due.sum(axis=0) + 1) / (due.sum() + 3)
    return np.asarray((seen + 20 * share) / (due + 20 * share))


def test_a_workers_row_is_the_formula_by_brute_force() -> None:
    chance = np.random.default_rng(0)
    size, workers, tokens = 5, 3, 40
    votes = TagVotes(
        tokens=np.repeat(np.arange(tokens), workers),
        workers=np.tile(np.arange(workers), tokens),
        before=chance.integers(0, size, tokens * workers),
        said=chance.integers(0, size, tokens * workers),
        token_count=tokens,
        worker_count=workers,
        category_count=2,
    )
    posterior = chance.dirichlet(np.ones(size), tokens)
    table = np.zeros((workers, size, size, size))
    for token, worker, before, said in zip(
        votes.tokens, votes.workers, votes.before, votes.said, strict=True
    ):
        table[worker, before, :, said] += posterior[token]
    pool = table.sum(axis=(0, 1))
    accuracy = (np.trace(pool) + 30 * 0.75) / (pool.sum() + 30)
    coin = np.full((size, size), (1 - accuracy) / 4)
    np.fill_diagonal(coin, accuracy)
    pool += (30 + pool.sum() / size) * coin
    pool /= pool.sum(axis=1, keepdims=True)
    after = table.sum(axis=0) + 30 * pool
    after /= after.sum(axis=2, keepdims=True)
    outside, inside = (_factors(table, after, rows) for rows in (range(1), range(1, 5)))
    for cell, row in zip(votes.cells[0], measure_rows(votes, posterior), strict=True):
        worker, before, said = cell // size**2, cell // size % size, cell % size
        for truth in range(size):
            factor = (inside if truth else outside)[worker]
            kinds = [_kind(truth, other) for other in range(size)]
            expected = after[before, truth] * factor[kinds]
            counts = table[worker, before, truth] + 20 * expected / expected.sum()
            assert row[truth] == pytest.approx((counts / counts.sum())[said])


def test_the_model_of_workers_beats_the_majority_by_far() -> None:
    for seed in range(3):
        said, gold = simulated(seed)
        majority = score_tags([majority_tags(document) for document in said], gold).f1
        assert score_tags(aggregate_tags(said), gold).f1 > majority + 0.1


def test_a_majority_takes_the_commonest_tag_and_outside_in_a_tie() -> None:
    document = [("ann", ["B-X", "B-X", "O"]), ("bob", ["B-X", "O", "B-X"])]
    assert majority_tags(document) == ["B-X", "O", "O"]
    assert majority_tags([]) == []


def test_what_one_worker_said_stands_and_unanimity_stands() -> None:
    alone = [("ann", ["I-PER", "O", "B-LOC"])]
    same = [("ann", ["B-PER", "I-PER"]), ("bob", ["B-PER", "I-PER"])]
    assert aggregate_tags([alone, [], same, [("ann", []), ("bob", [])]]) == [
        ["B-PER", "O", "B-LOC"],
        [],
        ["B-PER", "I-PER"],
        [],
    ]


def test_documents_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="different numbers"):
        aggregate_tags([[("ann", ["O"]), ("bob", ["O", "O"])]])


@settings(calmly, max_examples=100)
@given(said=documents())
def test_any_tags_give_tags_that_are_sure_between_0_and_1(said: Documents) -> None:
    fit = fit_tags(said)
    for document, tags, sure in zip(said, fit.tags, fit.sureness, strict=True):
        length = len(document[0][1]) if document else 0
        assert len(tags) == len(sure) == length
        assert tags == tags_of(spans_of(tags), length)
        assert all(0.0 <= share <= 1.0 + 1e-9 for share in sure)
        assert set(tags) <= set(TAGS)


@settings(calmly, max_examples=25)
@given(seed=st.integers(0, 5), shuffle=st.integers(0, 99))
def test_other_orders_and_names_give_the_same_tags(seed: int, shuffle: int) -> None:
    said, _ = simulated(seed, count=12)
    chance = seeded(shuffle)
    order = list(range(len(said)))
    chance.shuffle(order)
    swap = {"B-LOC": "B-ORG", "I-LOC": "I-ORG", "B-ORG": "B-LOC", "I-ORG": "I-LOC", "O": "O"}
    turned = [
        [
            (f"{worker} the same", [swap[tag] for tag in tags])
            for worker, tags in chance.sample(said[place], len(said[place]))
        ]
        for place in order
    ]
    straight = fit_tags(said)
    crooked = fit_tags(turned)
    for place, tags, sure in zip(order, crooked.tags, crooked.sureness, strict=True):
        assert [swap[tag] for tag in tags] == straight.tags[place]
        assert sure == pytest.approx(straight.sureness[place], abs=1e-6)


def test_overwhelming_evidence_underflows_to_no_nan_and_allows_nothing_impossible() -> None:
    layout = Layout.of([3, 3])
    chain = Chain(first=np.array([1.0, 0.0]), step=np.array([[1.0, 0.0], [0.5, 0.5]]))
    evidence = np.zeros((6, 2))
    evidence[:, 0] = -5000.0
    posterior, pairs = smooth(chain, evidence, layout)
    assert posterior == pytest.approx(np.tile([1.0, 0.0], (6, 1)))
    assert pairs == pytest.approx(np.array([[4.0, 0.0], [0.0, 0.0]]))
    assert likeliest(chain, evidence, layout).tolist() == [0] * 6


def test_no_document_begins_inside_a_span() -> None:
    layout, can_follow = Layout.of([2]), _can_follow(1)
    chain = _chain(np.full((2, 3), 1 / 3), np.ones((3, 3)), layout, can_follow)
    assert chain.first.tolist() == pytest.approx([0.5, 0.5, 0.0])
    assert chain.step[0, 2] == 0.0
    assert chain.step.sum(axis=1) == pytest.approx(np.ones(3))


@pytest.mark.skipif(not CROWD_DATA.exists(), reason="the public crowd data are not here")
def test_real_workers_gain_ten_points_over_the_majority() -> None:
    said = defaultdict(list)
    with (CROWD_DATA / "labels.csv").open() as file:
        for row in csv.DictReader(file):
            said[row["item_id"]].append((row["worker_id"], row["label"].split()))
    with (CROWD_DATA / "gold.csv").open() as file:
        truth = {row["item_id"]: row["gold"].split() for row in csv.DictReader(file)}
    items = sorted(said.keys() & truth.keys())
    gold = [truth[item] for item in items]
    majority = score_tags([majority_tags(said[item]) for item in items], gold).f1
    assert score_tags(aggregate_tags([said[item] for item in items]), gold).f1 > majority + 0.1
