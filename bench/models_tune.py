"""`python bench/models_tune.py DIR [--labels N ...] [--draws N] [--tested N]`: head or fine-tune.

Both learn from the same movie reviews of `sentiment_mr` below DIR (see `models_heads`) and are
asked about the same others, none of which either has seen. The last line is JSON.
"""

import argparse
import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.models_heads import question_of, reviews  # noqa: E402
from models_assist.calibrate import log_losses  # noqa: E402
from models_assist.catalogue import DEFAULT_TEXT_ENCODER  # noqa: E402
from models_assist.head_quality import measure_quality  # noqa: E402
from models_assist.heads import Prediction  # noqa: E402
from models_assist.learners import LEARNERS  # noqa: E402
from models_assist.lessons import Lesson  # noqa: E402
from models_assist.loading import load_encoder  # noqa: E402
from models_assist.tune import tune  # noqa: E402

LABELS = (128, 512)
TESTED = 400


class Side(NamedTuple):
    """One of the two on the held out texts."""

    accuracy: float
    log_loss: float
    ece: float


class Row(NamedTuple):
    """One draw of so many labels."""

    labels: int
    draw: int
    head: Side
    tuned: Side
    seconds: float


def measure_tuning(
    crowd: Path, sizes: Sequence[int] = LABELS, draws: int = 1, tested: int = TESTED
) -> dict[str, Any]:
    """The means over the draws, by the number of labels; prints a line a draw.

    {"128": {"head": {accuracy, log_loss, ece}, "tuned": {...}, "seconds": processor time of one
    fine-tune and what it is asked}, ..., "peak_mb": of this process}.
    """
    texts, labels = reviews(crowd / "sentiment_mr")
    order = np.random.default_rng(0).permutation(len(texts)).tolist()
    held_out, pool = order[-tested:], order[:-tested]
    rows = []
    for labelled in sizes:
        for draw in range(draws):
            chosen = np.random.default_rng(draw).permutation(pool)[:labelled].tolist()
            rows.append(_row(texts, labels, chosen, held_out, draw))
            _say(rows[-1])
    found: dict[str, Any] = {
        str(labelled): _mean([row for row in rows if row.labels == labelled]) for labelled in sizes
    }
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**found, "peak_mb": round(kilobytes / 1024)}


def _row(
    texts: Sequence[str],
    labels: Sequence[Any],
    chosen: Sequence[int],
    held_out: Sequence[int],
    draw: int,
) -> Row:
    encoder = load_encoder(DEFAULT_TEXT_ENCODER, threads=1)
    question, truth = question_of("choice"), [labels[at] for at in held_out]
    learnt, known = [texts[at] for at in chosen], [labels[at] for at in chosen]
    asked = [texts[at] for at in held_out]
    head = LEARNERS["choice"].fit(
        question,
        encoder.encode(learnt).vectors,
        known,
        lambda names: encoder.encode(names).vectors,
        seed=draw,
    )
    lesson = Lesson(
        question=question,
        probe=head.to_bytes(),
        texts=tuple(learnt),
        labels=tuple(known),
        asked=tuple(asked),
        seed=draw,
    )
    tuned = tune(DEFAULT_TEXT_ENCODER, lesson, progress=lambda *_: None)
    fixed = _side(head.predict(encoder.encode(asked).vectors), truth)
    return Row(len(chosen), draw, fixed, _side(tuned.said, truth), tuned.seconds)


def _side(said: Sequence[Prediction], truth: Sequence[Any]) -> Side:
    classes = list(said[0].scores)
    shares = np.array([[each.scores[name] for name in classes] for each in said])
    logits = np.log(np.maximum(shares, 1e-12))
    targets = np.array([classes.index(label) for label in truth], dtype=np.intp)
    found = measure_quality(logits, targets, classes, "asked")
    return Side(found.accuracy, float(log_losses(logits, targets).mean()), found.ece)


def _mean(rows: Sequence[Row]) -> dict[str, Any]:
    def side(sides: Sequence[Side]) -> dict[str, float]:
        means = np.array(sides).mean(axis=0)
        return {name: round(float(x), 4) for name, x in zip(Side._fields, means, strict=True)}

    return {
        "head": side([row.head for row in rows]),
        "tuned": side([row.tuned for row in rows]),
        "seconds": round(float(np.mean([row.seconds for row in rows])), 1),
    }


def _say(row: Row) -> None:
    sides = "   ".join(
        f"{name} {side.accuracy:.3f} right, log loss {side.log_loss:.3f}, ECE {side.ece:.3f}"
        for name, side in (("head", row.head), ("fine-tune", row.tuned))
    )
    sys.stdout.write(
        f"{row.labels:5} labels, draw {row.draw}: {sides}   "
        f"{row.seconds:.0f} s of processor time\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("crowd", type=Path, help="the folder that holds sentiment_mr")
    parser.add_argument("--labels", type=int, nargs="+", default=list(LABELS))
    parser.add_argument("--draws", type=int, default=1)
    parser.add_argument("--tested", type=int, default=TESTED)
    options = parser.parse_args()
    found = measure_tuning(options.crowd, options.labels, options.draws, options.tested)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
