"""The bullet of heads: choices, spans, and fine-tunes, beside earlier figures."""

from argparse import Namespace
from statistics import fmean

from bench.bullets import Bullet, Measure, attempted, joined, say, unmeasured
from bench.models_heads import LABELS, measure_heads
from bench.models_spans import conll_below, furthest_behind, measure_spans
from bench.models_table import TUNED, WITHOUT_GOAL, measure_table, measure_tuned
from bench.quality_goals import goal

_BEHIND = 0.02


def whole_texts(options: Namespace) -> Bullet:
    """Prints a line a set and number of labels; met where none is far behind the earlier one."""
    _other_sets(options)
    if options.sets is None:
        return unmeasured("whole texts are not measured: --sets names no folder", _BEHIND)
    say("labels, accuracy (of GoEmotions micro-F1), and in the earlier measurement")
    goals, shown = {}, {}
    for name, rows in measure_table(options.sets):
        if rows is None:
            goals[name] = unmeasured(f"{name} is not below --sets", _BEHIND)
            continue
        for row in rows:
            say(f"  {name:24} {row.labels:4} {row.right:6.3f} {row.earlier:6.2f}")
        worst = goal(max(row.earlier - row.right for row in rows), _BEHIND, is_most=True)
        if name in WITHOUT_GOAL:
            shown[name] = worst["value"]
        else:
            goals[name] = worst
    return joined(goals, **shown)


def _other_sets(options: Namespace) -> None:
    """Sets without an earlier row of their own: shown, and no goal of any."""
    if options.crowd is None and options.public is None:
        return
    say("other sets, accuracy after so many labels: " + ", ".join(map(str, LABELS)))
    for name, row in measure_heads(options.crowd, options.public).items():
        line = "".join("      -" if right is None else f"  {right:5.3f}" for right in row)
        say(f"  {name:32}{line}")


def fine_tunes(options: Namespace) -> Bullet:
    """Prints a line a number of labels; met where no fine-tune is far behind the earlier one.

    The goal is of fine-tunes themselves and of the texts that the earlier ones were asked, and of
    the mean of the draws. Beside it, and no goal of any: how right they are of more texts, who
    speaks after the trial of the first draw, and how right.
    """
    if options.sets is None:
        return unmeasured("fine-tunes are not measured: --sets names no folder", _BEHIND)
    say("fine-tunes, labels: accuracy of the head, of the fine-tune (each draw), and earlier")
    goals: dict[str, Bullet] = {}
    shown: dict[str, float | str] = {}
    for row in measure_tuned(options.sets):
        name, speaks = f"{row.name} {row.labels}", "the fine-tune" if row.is_taken else "the head"
        tuned = fmean(row.tuned)
        goals[name] = goal(row.earlier - tuned, _BEHIND, is_most=True)
        shown[f"{name}, of more texts"] = round(row.earlier - fmean(row.all_tuned), 4)
        shown[f"{name}, who speaks"] = f"{speaks}, {row.served:.3f}"
        draws = " ".join(f"{right:.3f}" for right in row.tuned)
        say(
            f"  {name:10} {fmean(row.heads):6.3f} {tuned:6.3f} ({draws}) {row.earlier:6.2f}"
            f"   of more texts {fmean(row.all_tuned):.3f}"
            f"   first trial: {speaks} speaks, {row.served:.3f}   {row.seconds:.0f} s"
        )
    if len(goals) < len(TUNED):
        goals["the rest"] = unmeasured("a set of the fine-tunes is not below --sets", _BEHIND)
    return joined(goals, **shown)


def spans(options: Namespace) -> Bullet:
    """Prints a line a size."""
    folder = options.conll or (options.sets and conll_below(options.sets))
    if folder is None:
        return unmeasured("spans are not measured: no folder of CoNLL-2003 is named", _BEHIND)
    say("spans: sentences, F1 of the head, as it foretold, F1 and precision of the memory")
    rows = measure_spans(folder, options.sentences, options.tested)
    for row in rows:
        say(
            f"  {row.sentences:5} {row.head.f1:6.3f} {row.foretold:6.3f}"
            f" {row.memory.f1:6.3f} {row.memory.precision:6.3f}"
        )
    worst = furthest_behind(rows)
    if worst is None:
        return unmeasured("no size of --sentences was measured before", _BEHIND)
    return goal(worst, _BEHIND, is_most=True)


HEADS: dict[str, Measure] = {"whole texts": whole_texts, "spans": spans, "fine-tunes": fine_tunes}
"""What the bullet of heads is made of; `--heads` measures some of it."""


def heads(options: Namespace) -> Bullet:
    """Those of HEADS that were asked for, each apart; the rest is not met."""
    found = {
        name: attempted(measure, options)
        if name in options.heads
        else unmeasured(f"{name}: not asked for", _BEHIND)
        for name, measure in HEADS.items()
    }
    return joined(found)
