"""How far any two workers agree: Cohen's kappa from one table of labels a pair of workers.

Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
Measurement 20, 37-46.
Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70, 213-220.
Light, R. J. (1971). Measures of response agreement for qualitative data. Psychological Bulletin
76, 365-377 (the mean over pairs).
"""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from labeling.agreement_figures import Difference, own_difference
from labeling.agreement_measure import Measure
from labeling.votes import JSON, Label

Pair = tuple[str, str]
"""Two workers by their stable ids, the smaller first; or what they said, in that order."""


def cohen_kappa(table: Mapping[Pair, int], difference: Difference) -> Fraction | None:
    """Return 1 - observed / expected disagreement, exactly, of K x K counts of pairs of names.

    With a difference of 1 it is Cohen's kappa (1960), with another the weighted one (1968). None
    without an item in common, and when both always gave one and the same label.
    """
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    observed = expected = Fraction(0)
    for (one, other), count in table.items():
        rows[one] += count
        columns[other] += count
        if one != other:
            observed += count * difference(one, other)
    for one, row in rows.items():
        for other, column in columns.items():
            if one != other:
                expected += row * column * difference(one, other)
    return 1 - observed * sum(table.values()) / expected if expected else None


class KappaTables:
    """The tables of all pairs of workers with an item in common, for labels counted by name."""

    def __init__(self, measure: Measure) -> None:
        if not measure.is_counted:
            raise ValueError("kappa needs labels that are counted by name")
        self.measure = measure
        self.tables: dict[Pair, Counter[Pair]] = {}

    def add(self, worker: str, label: Label, others: Mapping[str, Label]) -> None:
        """Count a worker's label of an item beside those of the others; O(others)."""
        self._change(worker, label, others, 1)

    def remove(self, worker: str, label: Label, others: Mapping[str, Label]) -> None:
        """Take it back. Raises ValueError, and changes nothing, if it was never counted so."""
        for other, theirs in others.items():
            pair, said = self._place(worker, label, other, theirs)
            if self.tables.get(pair, Counter())[said] < 1:
                raise ValueError("this label was never counted beside those; recount the tables")
        self._change(worker, label, others, -1)

    def merge(self, other: "KappaTables") -> None:
        """Add the tables of other items."""
        for pair, table in other.tables.items():
            self.tables.setdefault(pair, Counter()).update(table)

    def kappa(self, worker: str, other: str) -> Fraction | None:
        """Return Cohen's kappa of two workers, weighted by the label type's distance."""
        table = self.tables.get(min((worker, other), (other, worker)), Counter())
        return cohen_kappa(table, own_difference(self.measure))

    def kappas(self, *, fewest: int = 1) -> dict[Pair, Fraction]:
        """Return the kappa of each pair that has one, with at least so many items in common."""
        difference = own_difference(self.measure)
        found = {
            pair: cohen_kappa(table, difference)
            for pair, table in sorted(self.tables.items())
            if table.total() >= fewest
        }
        return {pair: kappa for pair, kappa in found.items() if kappa is not None}

    def mean_kappa(self, *, fewest: int = 1) -> Fraction | None:
        """Return the mean over pairs (Light 1971), every pair alike; None without one."""
        kappas = self.kappas(fewest=fewest)
        return sum(kappas.values(), Fraction(0)) / len(kappas) if kappas else None

    def to_json(self) -> list[JSON]:
        """Return [worker, other, [[label, label, items], ..]] of each pair, in a fixed order."""
        return [
            [*pair, sorted([*said, count] for said, count in table.items())]
            for pair, table in sorted(self.tables.items())
        ]

    @classmethod
    def from_json(cls, raw: JSON, measure: Measure) -> "KappaTables":
        """Read what `to_json` wrote."""
        tables = cls(measure)
        for one, other, cells in raw:
            tables.tables[one, other] = Counter({(a, b): count for a, b, count in cells})
        return tables

    def _change(self, worker: str, label: Label, others: Mapping[str, Label], sign: int) -> None:
        for other, theirs in others.items():
            pair, said = self._place(worker, label, other, theirs)
            table = self.tables.setdefault(pair, Counter())
            table[said] += sign
            if not table[said]:
                del table[said]
            if not table:
                del self.tables[pair]

    def _place(self, worker: str, label: Label, other: str, theirs: Label) -> tuple[Pair, Pair]:
        if worker == other:
            raise ValueError("a worker is not compared with the same worker")
        mine, yours = self.measure.name(label), self.measure.name(theirs)
        if worker < other:
            return (worker, other), (mine, yours)
        return (other, worker), (yours, mine)
