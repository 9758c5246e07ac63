"""Replays of BIO tags: what is bought of which document, and how strict the score is."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from labeling.formats.rows import MAX_TEXT_CHARACTERS
from labeling.prices import Prices
from labeling.replay.recording import BadRecording
from labeling.replay.span_recording import (
    SpanRecording,
    Vote,
    is_spans,
    read_spans,
)
from labeling.replay.spans import (
    SpanOrder,
    SpanOutcome,
    category_f1,
    replay_span_majority,
    replay_spans,
    span_agreement,
)
from labeling.span_tags import score_tags

NO_EXPERT = Prices(expert=None)


def recording_of(seed: int, *, documents: int = 40, workers: int = 5) -> SpanRecording:
    """Workers 0 and 1 miss two names in three; the others miss one in ten."""
    dice = np.random.default_rng(seed)
    gold, votes = [], []
    for _ in range(documents):
        truth = [str(tag) for tag in dice.choice(["O", "B-PER", "B-LOC"], 12, p=[0.7, 0.2, 0.1])]
        gold.append(truth)
        votes.append(
            tuple(
                (
                    f"w{worker}",
                    [
                        "O" if dice.random() < (0.67 if worker < 2 else 0.1) else tag
                        for tag in truth
                    ],
                )
                for worker in range(workers)
            )
        )
    names = tuple(f"d{place}" for place in range(documents))
    return SpanRecording(items=names, votes=tuple(votes), gold=tuple(gold))


def replay(recording: SpanRecording, budget: float | None, prices: Prices) -> SpanOutcome:
    order = SpanOrder(dice=np.random.default_rng(1))
    return replay_spans(recording, order, budget=budget, most=50, prices=prices)


def test_learning_the_workers_beats_the_majority_of_each_token() -> None:
    recording = recording_of(1)
    order = SpanOrder(dice=np.random.default_rng(1))
    plain = replay_span_majority(recording, lambda _: False, most=50, order=order)
    learnt = replay(recording, None, NO_EXPERT)
    assert plain.crowd == learnt.crowd == 200
    scores = [score_tags(found.tags, recording.gold).f1 for found in (learnt, plain)]
    assert scores[0] > scores[1] + 0.02


def test_the_budget_is_kept_with_experts_too() -> None:
    recording = recording_of(2)
    crowd = replay(recording, 2.0, NO_EXPERT)
    assert (crowd.crowd, crowd.expert) == (80, 0)
    both = replay(recording, 4.0, Prices(expert=5.0, expert_accuracy=1.0))
    assert both.expert > 0
    assert 4.0 * 40 - 5.0 < both.crowd + 5.0 * both.expert <= 4.0 * 40
    better = [score_tags(found.tags, recording.gold).f1 for found in (both, crowd)]
    assert better[0] > better[1]


def test_workers_who_agree_are_enough() -> None:
    same = ("w0", ["B-PER", "O"]), ("w1", ["B-PER", "O"]), ("w2", ["O", "O"])
    assert span_agreement(same[:2]) == 1.0
    assert span_agreement(same) == pytest.approx(1 / 3)
    assert span_agreement(same[:1]) == 1.0


def test_documents_on_which_people_never_agree_go_to_an_expert() -> None:
    recording, order = recording_of(3), SpanOrder(dice=np.random.default_rng(1))
    prices = Prices(expert_accuracy=1.0)

    def agreed(votes: Sequence[Vote]) -> bool:
        return len(votes) > 1 and span_agreement(votes) >= 0.9

    crowd = replay_span_majority(recording, agreed, most=2, order=order)
    order = SpanOrder(dice=np.random.default_rng(1))
    both = replay_span_majority(recording, agreed, most=2, order=order, prices=prices)
    assert 0 == crowd.expert < both.expert <= 40
    assert both.crowd == crowd.crowd
    (end,) = both.curve
    assert end.cost_per_item == (both.crowd + 5.0 * both.expert) / 40
    assert end.accuracy > crowd.curve[0].accuracy


def test_the_categories_count_alike() -> None:
    gold = [["B-PER", "O", "B-LOC"]]
    assert category_f1([["B-PER", "O", "O"]], gold) == pytest.approx(0.5)


def write(folder: Path, gold: str, labels: str) -> Path:
    (folder / "gold.csv").write_text(f"item_id,gold\n{gold}")
    (folder / "labels.csv").write_text(f"item_id,worker_id,label\n{labels}")
    return folder


def test_tags_are_told_from_classes_and_read(tmp_path: Path) -> None:
    assert not is_spans(write(tmp_path, "a,O\nb,1\n", ""))
    assert not is_spans(write(tmp_path, "a,O\nb,O\n", ""))
    folder = write(tmp_path, "a,B-PER O\n", "a,w,O O\na,w,B-PER O\nz,w,O\n")
    assert is_spans(folder)
    recording = read_spans(folder)
    assert recording.votes == ((("w", ["O", "O"]),),)


@pytest.mark.parametrize(
    ("label", "message"),
    [("O", "1 tags for 2 tokens"), ("B-PER X", '"X" is no tag'), ("O  O", '"" is no tag')],
)
def test_tags_that_do_not_fit_their_document_are_refused(
    tmp_path: Path, label: str, message: str
) -> None:
    with pytest.raises(BadRecording, match=rf"labels.csv, line 2: {message}"):
        read_spans(write(tmp_path, "a,B-PER O\n", f"a,w,{label}\n"))


def test_a_slip_in_the_tags_of_gold_is_named_and_makes_no_classes_of_them(tmp_path: Path) -> None:
    folder = write(tmp_path, "a,B-PER O\nb,O Z\nc,O O\n", "a,w,O O\n")
    assert is_spans(folder)
    with pytest.raises(BadRecording, match=r'gold.csv, line 3: "Z" is no tag'):
        read_spans(folder)


def test_tags_of_documents_that_gold_does_not_name_are_no_recording(tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match=r"No line of labels.csv"):
        read_spans(write(tmp_path, "a,B-PER O\n", "z,w,O O\n"))


def test_no_cell_becomes_longer_than_an_import_reads(tmp_path: Path) -> None:
    """The limit belongs to the process: a replay must not lift that of the server's imports."""
    is_spans(write(tmp_path, "a,B-PER O\n", ""))
    assert csv.field_size_limit() == MAX_TEXT_CHARACTERS
