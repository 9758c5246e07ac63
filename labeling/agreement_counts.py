"""Agreement of one question, kept by counters that a judgment changes at one place.

When an item gets a judgment, its contribution is replaced: `replace(before, after)`, both
functions of the item's labels, and only the counters of the item's group change. A server keeps
`to_json` of them and changes it in the background. Everything is read from the counters: no figure
scans the judgments, and all are the same after a recount in any order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from labeling.agreement_figures import exact_ac1, exact_alpha, exact_observed
from labeling.agreement_groups import GroupCounts, ItemContribution
from labeling.agreement_interval import Interval, ac1_interval, alpha_interval
from labeling.agreement_measure import Measure
from labeling.agreement_sample import Across, across
from labeling.votes import JSON, Label

__all__ = ["AgreementCounts", "AgreementFigures", "ItemContribution", "Measure", "count_items"]

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class AgreementFigures:
    """What a screen shows of one question. None where nothing can be said; never NaN."""

    metric: str
    """`krippendorff_` and the level of measurement."""
    items: int
    """Items with two labels or more."""
    judgments: int
    """Labels of those items."""
    observed: Fraction | None
    """1 minus the mean distance, 0..1."""
    alpha: Fraction | None
    alpha_interval: Interval | None
    ac1: Fraction | None
    """Nominal labels only."""
    ac1_interval: Interval | None
    is_complete: bool
    """False when a recount could give another sample: most of the items were removed."""


class AgreementCounts:
    """The sum of the contributions of items, by group."""

    def __init__(self, measure: Measure, groups: Mapping[int, GroupCounts] | None = None) -> None:
        self.measure = measure
        self.groups: dict[int, GroupCounts] = dict(groups or {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AgreementCounts) and self.groups == other.groups

    __hash__ = None  # type: ignore[assignment]  # it changes

    def add(self, contribution: ItemContribution) -> None:
        """Add an item; O(its labels squared). One without labels adds nothing."""
        if contribution.size:
            self.groups.setdefault(contribution.group, GroupCounts()).add(contribution)

    def remove(self, contribution: ItemContribution) -> None:
        """Take an item away. Raises ValueError, and changes nothing, if it was never added."""
        if not contribution.size:
            return
        group = self.groups.get(contribution.group, GroupCounts())
        group.remove(contribution)
        if not group.items:
            del self.groups[contribution.group]

    def replace(self, before: ItemContribution, after: ItemContribution) -> None:
        """Put the item's new labels in place of the old: what every judgment does."""
        self.remove(before)
        self.add(after)

    def merge(self, other: "AgreementCounts") -> None:
        """Add the items of other counts of the same question; no item may be in both."""
        for place, group in other.groups.items():
            self.groups.setdefault(place, GroupCounts()).merge(group)

    def to_json(self) -> dict[str, JSON]:
        """Return the counters of every group by its number, "0" to "99"; nothing is lost."""
        groups = {str(place): group.to_json() for place, group in sorted(self.groups.items())}
        return {"form": self.measure.form, "groups": groups}

    @classmethod
    def from_json(cls, raw: JSON, measure: Measure) -> "AgreementCounts":
        """Read what `to_json` wrote, or some of its groups.

        Raises ValueError for other things, and for counts of another form: then recount.
        """
        form, groups = (raw.get("form"), raw.get("groups")) if isinstance(raw, dict) else ("", "")
        if form != measure.form or not isinstance(groups, dict):
            raise ValueError(f"these are no counts of {measure.form}; recount the agreement")
        found = {int(at): GroupCounts.from_json(group) for at, group in groups.items()}
        return cls(measure, found)

    def total(self) -> GroupCounts:
        """Return the sum over all groups; without the sample, which stays with its groups."""
        total = GroupCounts()
        for group in self.groups.values():
            total.items.update(group.items)
            total.apart.update(group.apart)
            total.labels.update(group.labels)
            total.pairs.update(group.pairs)
            total.add_sums(group)
        return total

    def observed(self) -> Fraction | None:
        """Return 1 - D_o by the label type's distance, exactly."""
        return exact_observed(self.total(), self.measure)

    def alpha(self) -> Fraction | None:
        """Return Krippendorff's alpha, exactly; None when nothing varies."""
        return exact_alpha(self.total(), self.measure, self._across)

    def ac1(self) -> Fraction | None:
        """Return Gwet's AC1, exactly; None but for nominal labels."""
        return exact_ac1(self.total(), self.measure)

    def alpha_interval(self, level: float = LEVEL) -> Interval | None:
        """Return the bootstrap interval of alpha over groups of items."""
        sampled = self._across() if self.measure.is_sampled else None
        return alpha_interval(self.groups, self.measure, sampled, level)

    def ac1_interval(self, level: float = LEVEL) -> Interval | None:
        """Return the bootstrap interval of AC1 over groups of items."""
        return ac1_interval(self.groups, self.measure, level)

    def figures(self, level: float = LEVEL) -> AgreementFigures:
        """Return all of it; what several figures need is computed once."""
        total = self.total()
        sampled = cache(self._across)
        alpha = exact_alpha(total, self.measure, sampled)
        drawn = sampled() if self.measure.is_sampled else None
        interval = (
            None if alpha is None else alpha_interval(self.groups, self.measure, drawn, level)
        )
        return AgreementFigures(
            metric=f"krippendorff_{self.measure.level.value}",
            items=total.pairable_items(),
            judgments=sum(m * count for m, count in total.items.items() if m > 1),
            observed=exact_observed(total, self.measure),
            alpha=alpha,
            alpha_interval=interval,
            ac1=exact_ac1(total, self.measure),
            ac1_interval=ac1_interval(self.groups, self.measure, level),
            is_complete=all(group.is_complete() for group in self.groups.values()),
        )

    def _across(self) -> Across:
        return across(self.groups, self.measure)


def count_items(items: Iterable[tuple[str, Sequence[Label]]], measure: Measure) -> AgreementCounts:
    """Count from nothing: (stable id, labels) of each item, in any order."""
    counts = AgreementCounts(measure)
    for item_id, labels in items:
        counts.add(ItemContribution.of(item_id, labels, measure))
    return counts
