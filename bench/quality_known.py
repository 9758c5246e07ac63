"""`python bench/quality_known.py [DIR]`: what votes would tell to one who knew all workers.

The yardstick beside `bench/quality.py`: so many votes an item, drawn at random, are weighed by
the confusion of each worker that gold shows on all other items, which no project has. Where this
is hardly above the majority there is little to learn of the workers, and no engine that has only
the votes can be expected to gain much: it can be ahead by choosing which items get more votes,
as ours does. The last line is one JSON object with the means over the sets.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.quality import RECORDED, has_classes, say  # noqa: E402
from bench.quality_goals import cost_to  # noqa: E402
from labeling.ballots import Floats, Integers  # noqa: E402
from labeling.replay.recording import Recording  # noqa: E402
from labeling.replay.span_recording import is_spans, read_directory  # noqa: E402

DEPTHS = (1, 2, 3, 4, 5)
POOLED_VOTES = 4.0
"""Votes that every row of a worker's table has of the whole crowd before the own ones."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, nargs="?", default=RECORDED)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=100)
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    folders = [
        path for path in sorted(options.directory.iterdir()) if (path / "gold.csv").exists()
    ]
    say(f"{'set':16}  at 2: known / majority  at 3: known / majority  votes to five's accuracy")
    gains, votes = [], []
    for path in folders:
        if is_spans(path) or not has_classes(path):
            continue
        known, majority = accuracies(read_directory(path), seeds)
        gains.append((known - majority)[1:3] * 100.0)
        needed = cost_to(list(zip(map(float, DEPTHS), known.tolist(), strict=True)), majority[-1])
        votes.append(needed)
        say(
            f"{path.name:16}  {known[1]:12.3f} / {majority[1]:.3f}   {known[2]:11.3f} / "
            f"{majority[2]:.3f}   {'never' if needed is None else format(needed, '.2f'):>22}"
        )
    at_2, at_3 = np.mean(gains, axis=0).tolist()
    reached = [needed for needed in votes if needed is not None]
    found = {"points_at_2": at_2, "points_at_3": at_3, "votes": float(np.mean(reached))}
    say(json.dumps(found | {"never": len(votes) - len(reached)}))


def accuracies(recording: Recording, seeds: Sequence[int]) -> tuple[Floats, Floats]:
    """Return the accuracy by known workers and by majority, at each of DEPTHS; means over seeds.

    An item with fewer votes has all of its own. Of a tie each class counts its share.
    """
    found = np.array([_of_draw(recording, np.random.default_rng(seed)) for seed in seeds])
    known, majority = found.mean(axis=0)
    return known, majority


def _of_draw(recording: Recording, dice: np.random.Generator) -> list[list[float]]:
    rows = recording.rows[dice.permutation(len(recording.rows))]
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    first = np.searchsorted(rows[:, 0], np.arange(len(recording.items)))
    place = np.arange(len(rows)) - first[rows[:, 0]]
    told, gold = _told(recording, rows), recording.gold
    shape = (len(recording.items), len(recording.classes))
    prior = np.bincount(gold, minlength=shape[1]) + 1.0
    known, majority = [], []
    for depth in DEPTHS:
        of = place < depth
        scores = np.tile(np.log(prior / prior.sum()), (shape[0], 1))
        np.add.at(scores, rows[of, 0], told[of])
        known.append(float(np.mean(scores.argmax(axis=1) == gold)))
        counts = np.zeros(shape)
        np.add.at(counts, (rows[of, 0], rows[of, 2]), 1.0)
        best = counts == counts.max(axis=1, keepdims=True)
        majority.append(float(np.mean(best[np.arange(shape[0]), gold] / best.sum(axis=1))))
    return [known, majority]


def _told(recording: Recording, rows: Integers) -> Floats:
    """Return the log likelihood (N, K) of each vote under each class, by the worker's table
    without this very vote."""
    items, workers, said = rows.T
    truth, classes = recording.gold[items], len(recording.classes)
    tables = np.zeros((len(recording.workers), classes, classes))
    np.add.at(tables, (workers, truth, said), 1.0)
    crowd = tables.sum(axis=0) + 1.0
    crowd /= crowd.sum(axis=1, keepdims=True)
    column = tables[workers, :, said] + POOLED_VOTES * crowd[:, said].T
    whole = tables[workers].sum(axis=2) + POOLED_VOTES
    every = np.arange(len(rows))
    column[every, truth] -= 1.0
    whole[every, truth] -= 1.0
    return np.asarray(np.log(column / whole))


if __name__ == "__main__":
    main()
