"""`python bench/models.py [--texts N] [--sets DIR] [--crowd DIR] [--public DIR] [--conll DIR]
[--parts NAME..] [--keep FILE]`: what the models cost, how right they are, and what to believe.

Parts are measured apart: one that fails loses no other's figures. Texts to encode are those of
`model_texts`; three ways take turns on them in one run (see `models_encoding`). Labels are those
of `table_sets`, and beside them those of `models_heads`, spans those of `models_spans`.
`models_interference` has people work while a server pre-labels. Auto-accept is tried on pools with
known truth (`models_accept`). What is labelled next, and what it costs to order a pool, is
measured by `models_choose`. The last line is JSON: one key a part, each {value, goal, met}; with
`--keep` also what earlier runs wrote into that file, for those who measure in pieces.
"""

import argparse
import json
import sys
from argparse import Namespace
from pathlib import Path
from statistics import median

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.bullets import Bullet, Measure, attempted, joined, say, unmeasured  # noqa: E402
from bench.model_texts import mixed_texts  # noqa: E402
from bench.models_accept import TARGET, allowed, measure_acceptance  # noqa: E402
from bench.models_accuracy import HEADS, heads  # noqa: E402
from bench.models_choose import LABELS as CHOSEN_LABELS  # noqa: E402
from bench.models_choose import measure_order, simulate  # noqa: E402
from bench.models_encoding import BATCH, measure_speed, widest_gap  # noqa: E402
from bench.models_interference import LOADS, measure_interference  # noqa: E402
from bench.models_spans import SENTENCES, TESTED  # noqa: E402
from bench.quality_goals import goal  # noqa: E402

SEED = 1
_COMPARED = 60
_FASTER, _SHARE, _GAP = 5.0, 0.68, 1e-5
_ORDER_SECONDS, _SAMPLE = 10.0, 300
_SLOWER = 0.2


def encoding(options: Namespace) -> Bullet:
    """Prints a line a round; the bullets are the medians of the rounds."""
    texts, counts = mixed_texts(options.texts, SEED)
    say("texts: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
    speeds, shape = measure_speed(texts, options.rounds)
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
    goals = {
        "times_the_pipeline": goal(ratio, _FASTER, is_most=False),
        "share_of_the_limit": goal(share, _SHARE, is_most=False),
        "widest_gap": {"value": gap, "goal": _GAP, "met": gap <= _GAP},
    }
    return joined(goals, texts=len(texts))


def interference(options: Namespace) -> Bullet:
    """Prints two lines a load; met where those who think wait little longer."""
    found = measure_interference(options.pairs, options.cycles)
    say(f"waits without and with pre-labelling, ms, {options.pairs} pairs of windows:")
    for name, row in found.items():
        waits = (
            ("submit p50", row.submit_p50),
            ("p95", row.submit_p95),
            ("claim p95", row.claim_p95),
        )
        say(f"  {name}: " + ", ".join(f"{what} {a:.1f} {b:.1f}" for what, (a, b) in waits))
        say(
            f"    p95 of all waits {row.change:+.1%}, of single pairs {min(row.pairs):+.0%} to "
            f"{max(row.pairs):+.0%}; meanwhile {row.read_items:.0f} items/s read, "
            f"worker at {row.worker_share[0]:.0%} and {row.worker_share[1]:.0%} of a core"
        )
    thinking, steady = (found[name] for name in LOADS)
    apart = {"submits": thinking.submit_p95, "claims": thinking.claim_p95}
    return goal(thinking.change, _SLOWER, is_most=True) | {
        "apart": {
            what: round(with_ / without - 1.0, 4) for what, (without, with_) in apart.items()
        },
        "without_thinking": round(steady.change, 4),
    }


def auto_accept(options: Namespace) -> Bullet:
    """Prints a line a kind of model; how often a promise broke at worst, and shares."""
    draws = options.draws
    found = measure_acceptance(draws, options.pool, SEED)
    say(f"auto-accept at most {TARGET:.0%} wrong, {draws} draws of {options.pool} items each:")
    for name, row in found.items():
        say(
            f"  {name:24} broken {row.broken:5.1%}, accepted {row.share:4.0%} of the items "
            f"after {row.audits:4.0f} audits, taken back {row.alarmed:5.1%}"
        )
    worst = max(row.broken for row in found.values())
    shares = {name: round(row.share, 4) for name, row in found.items()}
    goals = {"promises_broken": goal(worst, allowed(draws), is_most=True)}
    return joined(goals, share_accepted=shares)


def choosing(options: Namespace) -> Bullet:
    """Prints what ordering a pool costs, all told in processor time, and what it saves."""
    items = options.open
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
    goals = {"order_seconds": goal(worst, _ORDER_SECONDS, is_most=True)}
    return joined(goals, items=items)


def labels_saved(options: Namespace) -> Bullet:
    """Prints a line a rule; labels as a share of those that chance needs."""
    if options.crowd is None:
        return unmeasured("what is labelled next is not measured: --crowd is missing", 1.0)
    found = simulate(options.crowd, options.seeds)
    say(f"labels until the {found.accuracy:.3f} that chance has after {CHOSEN_LABELS}:")
    for name, labels in found.labels.items():
        curve = " ".join(f"{accuracy:.3f}" for accuracy in found.curves[name][::3])
        say(f"  {name:10} {labels or '-':>4}   {curve}")
    needed = found.labels["as served"] or CHOSEN_LABELS
    return goal(needed / CHOSEN_LABELS, 1.0, is_most=True)


PARTS: dict[str, Measure] = {
    "choosing": choosing,
    "auto_accept": auto_accept,
    "interference": interference,
    "heads": heads,
    "encoding": encoding,
}
"""One a goal of the models."""
ASKED_FOR: dict[str, Measure] = {"labels_saved": labels_saved}
"""Measured only if named: no goal of their own was set for them."""


def main() -> None:
    """Measure and print."""
    options = _parser().parse_args()
    kept: Path | None = options.keep
    bullets = json.loads(kept.read_text()) if kept is not None and kept.exists() else {}
    for name in options.parts:
        bullets[name] = attempted((PARTS | ASKED_FOR)[name], options)
        if kept is not None:
            kept.write_text(json.dumps(bullets, indent=1))
    say(json.dumps(bullets))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--parts", nargs="+", choices=PARTS | ASKED_FOR, default=list(PARTS), help="which")
    add("--keep", type=Path, help="a JSON file that figures are added to")
    add("--texts", type=int, default=720, help="how many (5000 for the record)")
    add("--rounds", type=int, default=6, help="shares of the texts, in turn")
    add("--crowd", type=Path, help="the folder that holds sentiment_mr")
    add("--public", type=Path, help="a folder of unpacked packages, see public_texts.py")
    add("--sets", type=Path, help="a folder of cloned repositories, see table_sets.py")
    add("--heads", nargs="+", choices=HEADS, default=list(HEADS), help="of the part heads")
    add("--conll", type=Path, help="the folder that holds eng.train, eng.testb")
    add("--sentences", type=int, nargs="+", default=SENTENCES)
    add("--tested", type=int, default=TESTED, help="sentences to be tested on")
    add("--draws", type=int, default=200, help="of pools, for auto-accept")
    add("--pool", type=int, default=4000, help="open items of each")
    add("--open", type=int, default=1_000_000, help="items to put in order")
    add("--seeds", type=int, default=4, help="of what is labelled next")
    add("--pairs", type=int, default=8, help="of windows, for interference")
    add("--cycles", type=int, default=15, help="of each worker in a window")
    return parser


if __name__ == "__main__":
    main()
