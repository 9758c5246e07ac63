"""Whole numbers from which agreement is read: what an item adds, and the sum over many items.

Every number is a count or a sum of distances in whole units (`agreement_measure.UNIT`), sorted by
m, the number of labels of the item: so sums are exact, and the order of adding says nothing.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b
from itertools import combinations
from typing import TypeVar

from labeling.agreement_measure import Measure
from labeling.votes import JSON, Label

K = TypeVar("K", bound=Hashable)
N = TypeVar("N", int, Fraction)

GROUPS = 100
"""Items fall into so many groups by the hash of their id; agreement is resampled by group."""
SAMPLED_ITEMS = 2
"""A group shows at most about so many items for the distance between labels of two items."""
SUMS = ("sum", "squares", "spread")
"""Of an item's m numbers x: sum x, sum x^2, and m sum x^2 - (sum x)^2, which is the sum of
(x - y)^2 over all pairs."""
_LOW_BITS = 32


def hash_of(item_id: str) -> int:
    """Return 64 bits that are the same for this id on every machine (BLAKE2b, RFC 7693)."""
    return int.from_bytes(blake2b(item_id.encode(), digest_size=8, person=b"agreement").digest())


@dataclass(frozen=True, kw_only=True)
class ItemContribution:
    """What one item with its present labels adds. A function of its id and its labels alone."""

    item: int
    """`hash_of` its stable id."""
    size: int
    """m, the number of labels."""
    labels: tuple[tuple[str, int], ...] = ()
    """Counted by name: the distinct labels, sorted, and how many workers gave each."""
    pairs: tuple[tuple[str, str, int], ...] = ()
    """Ordinal: two different names, the smaller first, and how many pairs of workers gave them."""
    apart: int = 0
    """The others: the distances of all m (m - 1) / 2 pairs of labels, summed, in UNIT."""
    sums: tuple[tuple[str, Fraction], ...] = ()
    """Interval: the sums of the numbers x that SUMS names."""
    names: tuple[str, ...] = ()
    """Not counted: the names of the labels, sorted. Most groups forget them at once."""

    @classmethod
    def of(cls, item_id: str, labels: Sequence[Label], measure: Measure) -> "ItemContribution":
        """From the m labels of an item, in any order; O(m), or m (m - 1) / 2 distances."""
        names = sorted(measure.name(label) for label in labels)
        item = hash_of(item_id)
        if not measure.is_counted:
            apart = sum(measure.units_apart(a, b) for a, b in combinations(labels, 2))
            if measure.keeps_sums:
                return cls(item=item, size=len(names), apart=apart, sums=_sums_of(names))
            return cls(item=item, size=len(names), apart=apart, names=tuple(names))
        counts = tuple(sorted(Counter(names).items()))
        if measure.keeps_pairs:
            pairs = tuple((a, b, one * two) for (a, one), (b, two) in combinations(counts, 2))
            return cls(item=item, size=len(names), labels=counts, pairs=pairs)
        apart = sum(
            one * other * measure.units_of_names(a, b)
            for (a, one), (b, other) in combinations(counts, 2)
        )
        return cls(item=item, size=len(names), labels=counts, apart=apart)

    @property
    def group(self) -> int:
        """The group of the item, 0 .. GROUPS - 1."""
        return self.item % (1 << _LOW_BITS) % GROUPS


def level_of(item: int) -> int:
    """Return how many of the high bits are 0: level L or higher has one item of 2 ** L."""
    return _LOW_BITS - (item >> _LOW_BITS).bit_length()


@dataclass(kw_only=True)
class GroupCounts:
    """The sum of contributions. Equal sets of items give equal counts, whatever came before."""

    items: Counter[int] = field(default_factory=Counter)
    """Items, by m."""
    labels: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Labels, by m and name."""
    pairs: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """Ordinal: pairs of different labels of one item, by m and both names, the smaller first."""
    apart: Counter[int] = field(default_factory=Counter)
    """The others: summed distances of the pairs of labels of one item, by m, in UNIT."""
    sums: dict[tuple[int, str], Fraction] = field(default_factory=dict)
    """Interval: the sums of SUMS, by m; exact fractions."""
    sample: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Not counted: the names of the labels of items with m >= 2 of level `kept_from` or above."""
    kept_from: int = 0

    def add(self, contribution: ItemContribution) -> None:
        """Add one item; O(its distinct labels squared)."""
        self._change(contribution, 1)
        if contribution.names and contribution.size > 1:
            if level_of(contribution.item) >= self.kept_from:
                self.sample[contribution.item] = contribution.names
            self._forget()

    def remove(self, contribution: ItemContribution) -> None:
        """Take one item away that was added as it is here.

        Raises ValueError, and changes nothing, when that cannot be: then only a recount helps.
        """
        size = contribution.size
        is_known = self.items[size] > 0 and self.apart[size] >= contribution.apart
        if size and not (is_known and self._holds(contribution)):
            raise ValueError("this item was never added as it is here; recount the agreement")
        self._change(contribution, -1)
        self.sample.pop(contribution.item, None)

    def _holds(self, contribution: ItemContribution) -> bool:
        size = contribution.size
        return all(
            self.labels[size, name] >= count for name, count in contribution.labels
        ) and all(self.pairs[size, a, b] >= count for a, b, count in contribution.pairs)

    def merge(self, other: "GroupCounts") -> None:
        """Add all items of other counts; no item may be in both."""
        self.items.update(other.items)
        self.labels.update(other.labels)
        self.pairs.update(other.pairs)
        self.apart.update(other.apart)
        self.add_sums(other)
        self.sample.update(other.sample)
        self.kept_from = max(self.kept_from, other.kept_from)
        self._forget()

    def add_sums(self, other: "GroupCounts") -> None:
        """Add the sums of numbers of other counts."""
        for key, amount in other.sums.items():
            _bump(self.sums, key, amount)

    def pairable_items(self) -> int:
        """Return the number of items with two labels or more."""
        return sum(count for size, count in self.items.items() if size > 1)

    def shown_from(self) -> int:
        """Return the level from which on the group shows at most about SAMPLED_ITEMS items.

        A function of the number of items; higher only after most of the items were removed.
        """
        return max(self.kept_from, _shown_from(self.pairable_items()))

    def items_from(self, level: int) -> list[tuple[int, tuple[str, ...]]]:
        """Return the sampled items of a level or higher with the names of their labels."""
        return [entry for entry in sorted(self.sample.items()) if level_of(entry[0]) >= level]

    def is_complete(self) -> bool:
        """Whether the sample is the one that a recount gives."""
        return self.kept_from <= _shown_from(self.pairable_items())

    def _forget(self) -> None:
        """Keep one level below the one shown, so that a few removals cost nothing."""
        lowest = _shown_from(self.pairable_items()) - 1
        self.kept_from = max(self.kept_from, lowest)
        if self.kept_from:
            low = [item for item in self.sample if level_of(item) < self.kept_from]
            for item in low:
                del self.sample[item]

    def _change(self, contribution: ItemContribution, sign: int) -> None:
        size = contribution.size
        if not size:
            return
        _bump(self.items, size, sign)
        if contribution.apart:
            _bump(self.apart, size, sign * contribution.apart)
        for name, count in contribution.labels:
            _bump(self.labels, (size, name), sign * count)
        for name, amount in contribution.sums:
            _bump(self.sums, (size, name), sign * amount)
        for a, b, count in contribution.pairs:
            _bump(self.pairs, (size, a, b), sign * count)

    def to_json(self) -> dict[str, JSON]:
        """Return the counts as JSON, always in the same order; `from_json` loses nothing."""
        return {
            "items": sorted([*entry] for entry in self.items.items()),
            "labels": sorted([*key, count] for key, count in self.labels.items()),
            "pairs": sorted([*key, count] for key, count in self.pairs.items()),
            "apart": sorted([*entry] for entry in self.apart.items()),
            "sums": sorted([*key, str(amount)] for key, amount in self.sums.items()),
            "sample": [[f"{item:016x}", *names] for item, names in sorted(self.sample.items())],
            "kept_from": self.kept_from,
        }

    @classmethod
    def from_json(cls, raw: JSON) -> "GroupCounts":
        """Raises ValueError when this is not what `to_json` writes."""
        try:
            return cls(
                items=Counter({_whole(m): _whole(count) for m, count in raw["items"]}),
                labels=Counter({(_whole(m), str(a)): _whole(n) for m, a, n in raw["labels"]}),
                pairs=Counter(
                    {(_whole(m), str(a), str(b)): _whole(n) for m, a, b, n in raw["pairs"]}
                ),
                apart=Counter({_whole(m): _whole(units) for m, units in raw["apart"]}),
                sums={(_whole(m), str(a)): Fraction(x) for m, a, x in raw.get("sums", ())},
                sample={int(item, 16): tuple(map(str, names)) for item, *names in raw["sample"]},
                kept_from=_whole(raw["kept_from"]),
            )
        except (KeyError, TypeError, ZeroDivisionError) as error:
            raise ValueError("these are no counts of agreement") from error


def _shown_from(items: int) -> int:
    level = 0
    while items >> level > SAMPLED_ITEMS:
        level += 1
    return level


def _sums_of(names: Sequence[str]) -> tuple[tuple[str, Fraction], ...]:
    """Return the sums of numbers that are written as decimals, exactly."""
    numbers = [Fraction(name) for name in names]
    total, squares = sum(numbers, Fraction(0)), sum((x * x for x in numbers), Fraction(0))
    return tuple(zip(SUMS, (total, squares, len(names) * squares - total**2), strict=True))


def _bump(counter: dict[K, N], key: K, change: N) -> None:
    """Change one number; zeros are left out, so that equal counts are equal."""
    value = counter.get(key, 0) + change
    if value:
        counter[key] = value
    else:
        counter.pop(key, None)


def _whole(value: JSON) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("a count is a whole number of at least 0")
    return value
