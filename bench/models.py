"""`python bench/models.py [--texts N] [--rounds N] [--crowd DIR] [--conll DIR]`: what encoding
costs, and how right the heads are.

Texts to encode are those of `model_texts`; three ways take turns on them in one run (see
`models_encoding`). Labels are those of `models_heads`, spans those of `models_spans`. Auto-accept
is tried on pools with known truth (see `models_accept`). What is labelled next, and what it costs
to order a pool, is measured by `models_choose`. The last line is JSON: one key a bullet,
each {value, goal, met}.
"""

import argparse
import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.model_texts import mixed_texts  # noqa: E402
from bench.models_accept import TARGET, allowed, measure_acceptance  # noqa: E402
from bench.models_choose import LABELS as CHOSEN_LABELS  # noqa: E402
from bench.models_choose import measure_order, simulate  # noqa: E402
from bench.models_encoding import BATCH, measure_speed, widest_gap  # noqa: E402
from bench.models_heads import LABELS, SST2, measure_heads  # noqa: E402
from bench.models_spans import SENTENCES, TESTED, furthest_behind, measure_spans  # noqa: E402
from bench.quality_goals import goal  # noqa: E402

SEED = 1
_COMPARED = 60
_FASTER, _SHARE, _GAP = 5.0, 0.68, 1e-5
_BEHIND = 0.02
_ORDER_SECONDS, _SAMPLE = 10.0, 300


def say(line: str) -> None:
    """One line of the table."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def encoding(count: int, rounds: int) -> dict[str, Any]:
    """Prints a line a round; returns the bullets, each the median of the rounds."""
    texts, counts = mixed_texts(count, SEED)
    say("texts: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
    speeds, shape = measure_speed(texts, rounds)
    say("tokens a text: " + ", ".join(f"{name} {value:.0f}" for name, value in shape.items()))
    say(f"items a second of processor time: ours, pipeline at batch {BATCH}, limit of products")
    for speed in speeds:
        ratio, share = speed.ours / speed.theirs, speed.ours / speed.limit
        say(
            f"  {speed.ours:6.1f} {speed.theirs:6.1f} {speed.limit:6.1f}"
            f"   {ratio:.2f} times, {share:.0%} of the limit"
        )
    gap = widest_gap(texts[:_COMPARED])
    say(f"widest gap to the plain model, {_COMPARED} texts one by one: {gap:.1e}")
    ratio = median(speed.ours / speed.theirs for speed in speeds)
    share = median(speed.ours / speed.limit for speed in speeds)
    return {
        "times_the_pipeline": goal(ratio, _FASTER, is_most=False),
        "share_of_the_limit": goal(share, _SHARE, is_most=False),
        "widest_gap": {"value": gap, "goal": _GAP, "met": gap <= _GAP},
    }


def heads(crowd: Path | None) -> dict[str, Any]:
    """Prints a line a set; returns the bullet that has a figure to be compared with."""
    say("accuracy after so many labels: " + ", ".join(map(str, LABELS)))
    found = measure_heads(crowd)
    for name, row in found.items():
        say(f"  {name:32}" + "".join("      -" if a is None else f"  {a:5.3f}" for a in row))
    reviews = found.get("choice, sentiment_mr")
    if reviews is None:
        say("  choice is not measured: --crowd names no folder of public sets")
        return {}
    pairs = zip(reviews, SST2.values(), strict=True)
    behind = max(then - now for now, then in pairs if now is not None)
    return {"choice_behind_earlier": goal(behind, _BEHIND, is_most=True)}


def spans(folder: Path | None, sizes: list[int], tested: int) -> dict[str, Any]:
    """Prints a line a size; returns the bullet."""
    if folder is None:
        say("spans are not measured: --conll names no folder of CoNLL-2003")
        return {}
    say("spans: sentences, F1 of the head, as it foretold, F1 and precision of the memory")
    rows = measure_spans(folder, sizes, tested)
    for row in rows:
        say(
            f"  {row.sentences:5} {row.head.f1:6.3f} {row.foretold:6.3f}"
            f" {row.memory.f1:6.3f} {row.memory.precision:6.3f}"
        )
    behind = furthest_behind(rows)
    return {} if behind is None else {"spans_behind_earlier": goal(behind, _BEHIND, is_most=True)}


def acceptance(draws: int, size: int) -> dict[str, Any]:
    """Prints a line a kind of model; returns how often a promise broke, and shares."""
    found = measure_acceptance(draws, size, SEED)
    say(f"auto-accept at most {TARGET:.0%} wrong, {draws} draws of {size} items for each model:")
    for name, row in found.items():
        say(
            f"  {name:24} broken {row.broken:5.1%}, accepted {row.share:4.0%} of the items "
            f"after {row.audits:4.0f} audits, taken back {row.alarmed:5.1%}"
        )
    shares = {name: round(row.share, 4) for name, row in found.items()}
    worst = max(row.broken for row in found.values())
    return {
        "promises_broken": goal(worst, allowed(draws), is_most=True),
        "share_accepted": {"value": shares, "goal": None, "met": True},
    }


def choosing(crowd: Path | None, seeds: int) -> dict[str, Any]:
    """Prints a line a rule; returns the bullet, labels as a share of those that chance needs."""
    if crowd is None:
        say("what is labelled next is not measured: --crowd names no folder of public sets")
        return {}
    found = simulate(crowd, seeds)
    say(f"labels until the {found.accuracy:.3f} that chance has after {CHOSEN_LABELS}:")
    for name, labels in found.labels.items():
        curve = " ".join(f"{accuracy:.3f}" for accuracy in found.curves[name][::3])
        say(f"  {name:10} {labels or '-':>4}   {curve}")
    needed = found.labels["as served"] or CHOSEN_LABELS
    return {"labels_of_those_of_chance": goal(needed / CHOSEN_LABELS, 1.0, is_most=True)}


def ordering(items: int) -> dict[str, Any]:
    """Prints what a pool costs; returns the bullet: seconds of processor time, all told."""
    found = measure_order(items, _SAMPLE)
    took = {
        name: found[name]["ours"] + found[name]["database"] for name in ("first", "again", "rows")
    }
    by_rows = took["rows"] / _SAMPLE * items
    say(
        f"{items} open items put in order in {took['first']:.1f} s of processor time, "
        f"{took['again']:.1f} s again; item by item {by_rows:.0f} s, "
        f"{by_rows / took['first']:.0f} times as long"
    )
    worst = max(took["first"], took["again"])
    return {"order_seconds": goal(worst, _ORDER_SECONDS, is_most=True)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=720, help="how many (5000 for the record)")
    parser.add_argument("--rounds", type=int, default=6, help="shares of the texts, in turn")
    parser.add_argument("--crowd", type=Path, help="the folder that holds sentiment_mr")
    parser.add_argument("--conll", type=Path, help="the folder that holds eng.train, eng.testb")
    parser.add_argument("--sentences", type=int, nargs="+", default=SENTENCES)
    parser.add_argument("--tested", type=int, default=TESTED, help="sentences to be tested on")
    parser.add_argument("--draws", type=int, default=200, help="of pools, for auto-accept")
    parser.add_argument("--pool", type=int, default=4000, help="open items of each")
    parser.add_argument("--open", type=int, default=1_000_000, help="items to put in order")
    parser.add_argument("--seeds", type=int, default=4, help="of what is labelled next")
    options = parser.parse_args()
    bullets = {
        **choosing(options.crowd, options.seeds),
        **ordering(options.open),
        **spans(options.conll, options.sentences, options.tested),
        **acceptance(options.draws, options.pool),
        **heads(options.crowd),
        **encoding(options.texts, options.rounds),
    }
    say(json.dumps(bullets))


if __name__ == "__main__":
    main()
