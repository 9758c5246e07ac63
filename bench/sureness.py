"""`python bench/sureness.py [DIR] [--together NAME ...]`: is it as right as it is sure?

DIR holds one folder a data set, as `manage.py replay` reads it. Measured are labels that decide
polls: every set of spans, and the folders of --together, whose labels are 0 or 1, as one set of
categories. Of each item so many votes are drawn; the crowd is learnt from all of them, and from
no expert. Then made-up crowds, of which more and more err together, without and with the verdicts
of an expert on the most disputed items.

Right is, of categories, whether the whole set is; of spans and boxes 1 minus the distance to the
truth, beside how often the whole label is right. ECE: ten bins of equal width (Naeini, Cooper &
Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning").
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.sureness_sets import Crowd, read_tagged, read_together, tempted  # noqa: E402
from labeling.label_types import LABEL_TYPES  # noqa: E402
from labeling.poll_learning import learn_polls  # noqa: E402
from labeling.poll_standing import PollStanding  # noqa: E402
from labeling.poll_weighing import PollsWeighed, Voters, weigh_polls  # noqa: E402
from labeling.prices import Prices  # noqa: E402
from labeling.replay.span_recording import is_spans  # noqa: E402
from labeling.votes import Label  # noqa: E402

VOTES = (1, 2, 3, 5, 9)
BINS = 10
VERDICTS = 60
PRICES = Prices()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass(kw_only=True)
class Record:
    """What was promised of the items, and what was right, item by item."""

    before: list[float] = field(default_factory=list)
    """By the posterior alone."""
    now: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, nargs="?", help="default: made-up crowds only")
    parser.add_argument("--together", nargs="+", type=Path, help="folders of 0 and 1", default=())
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = options.directory.glob("*/gold.csv") if options.directory else ()
    folders = sorted(path.parent for path in found)
    crowds = {path.name: read_tagged(path) for path in folders if is_spans(path)}
    if options.together:
        crowds["together"] = read_together(options.together)
    say("set                  votes   before    now  right  whole   ECE before    now")
    for name, crowd in crowds.items():
        show(name, crowd, options.seed)
    for kind in ("choices", "spans", "boxes"):
        for hard in (0.0, 0.2, 0.5):
            crowd = tempted(kind, hard, seed=options.seed)
            show(f"{kind} {hard:.0%}", crowd, options.seed)
            verdicts = disputed(crowd)
            show(f"{kind} {hard:.0%}, ruled", crowd, options.seed, verdicts)


def show(name: str, crowd: Crowd, seed: int, verdicts: Mapping[int, Label] | None = None) -> None:
    """Print a line for each number of votes."""
    standing = learnt(crowd, verdicts or {})
    most = max(map(len, by_item(crowd).values()))
    for votes in (votes for votes in VOTES if votes <= most):
        found = measure(crowd, standing, votes, Random(seed))  # noqa: S311 - a replay, no secret
        before, now = (ece(sure, found.right) for sure in (found.before, found.now))
        means = [np.mean(part) for part in (found.before, found.now, found.right, found.whole)]
        say(
            f"{name:20} {votes:5}   "
            + "  ".join(f"{mean:5.3f}" for mean in means)
            + f"        {before:5.3f}  {now:5.3f}"
        )


def learnt(crowd: Crowd, verdicts: Mapping[int, Label]) -> PollStanding:
    standing = learn_polls(crowd.question, crowd.votes, verdicts, expert_accuracy=0.99)
    if standing is None:
        raise SystemExit("These are too few votes to learn a crowd from.")
    return standing


def measure(crowd: Crowd, standing: PollStanding, votes: int, dice: Random) -> Record:
    """Decide every item by so many of its votes, drawn."""
    label_type, record = LABEL_TYPES[crowd.question.type], Record()
    for item, said in by_item(crowd).items():
        few = dice.sample(said, min(votes, len(said)))
        now, truth = weighed(crowd, standing, few), crowd.truth[item]
        is_whole = bool(now.label == truth)
        record.now.append(now.confidence)
        older = replace(standing, counts_dissent=False)
        record.before.append(weighed(crowd, older, few).confidence)
        record.whole.append(is_whole)
        record.right.append(
            float(is_whole)
            if crowd.question.type == "choices"
            else 1.0 - label_type.distance(now.label, truth, crowd.question)
        )
    return record


def disputed(crowd: Crowd) -> dict[int, Label]:
    """The truth of the items on which an expert helps most."""
    standing = learnt(crowd, {})
    risks = {item: weighed(crowd, standing, said).risk for item, said in by_item(crowd).items()}
    worst = sorted(risks, key=lambda item: -risks[item])[:VERDICTS]
    return {item: crowd.truth[item] for item in worst}


def weighed(
    crowd: Crowd, standing: PollStanding, said: Sequence[tuple[int, Label]]
) -> PollsWeighed:
    voters = Voters(workers=[worker for worker, _ in said], numbers=range(len(said)), can_ask=True)
    labels = [label for _, label in said]
    found = weigh_polls(crowd.question, labels, voters, standing, PRICES)
    if found is None:
        raise SystemExit("The crowd was learnt of another question.")
    return found


def by_item(crowd: Crowd) -> dict[int, list[tuple[int, Label]]]:
    found: dict[int, list[tuple[int, Label]]] = defaultdict(list)
    for item, worker, label in crowd.votes:
        found[item].append((worker, label))
    return found


def ece(sure: Sequence[float], right: Sequence[float]) -> float:
    """The expected calibration error."""
    place = np.minimum((np.array(sure) * BINS).astype(int), BINS - 1)
    gaps = np.bincount(place, np.array(sure) - np.array(right), minlength=BINS)
    return float(np.abs(gaps).sum() / len(sure))


if __name__ == "__main__":
    main()
