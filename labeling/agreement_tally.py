"""The agreement on all questions of a schema, kept by counters and kappa's tables."""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

from labeling.agreement_counts import AgreementCounts, ItemContribution, Measure
from labeling.item_facts import facts_of_any_item
from labeling.problems import InvalidAnswer
from labeling.schema import LabelSchema
from labeling.votes import JSON, Answer, Label


class Pair(NamedTuple):
    """Two workers, the lower id first."""

    one: int
    other: int


Table = Counter[tuple[str, str]]
"""Items in common by the names of both labels, in the order of the pair."""


class AgreementTally:
    """Counters by question. `pairs` holds only the changes of kappa's tables, which are many."""

    def __init__(
        self, schema: LabelSchema, counts: Mapping[str, AgreementCounts] | None = None
    ) -> None:
        self.schema = schema
        self.measures = {question.id: Measure(question) for question in schema.questions}
        found = dict(counts or {})
        self.counts = {
            key: found.get(key) or AgreementCounts(measure)
            for key, measure in self.measures.items()
        }
        self.pairs: dict[str, dict[Pair, Table]] = {key: {} for key in self.measures}
        self.changed: set[str] = set()
        self._any_item = facts_of_any_item(schema.inputs)

    def read(self, raw: JSON) -> Answer | None:
        """Return an answer, or None for one that the schema no longer accepts.

        Every answer was checked against its item when it was given, so the item is not needed.
        """
        try:
            return self.schema.parse_answer(raw, self._any_item)
        except InvalidAnswer:
            return None

    def replace(
        self, item_id: str, before: Mapping[int, Answer], after: Mapping[int, Answer]
    ) -> None:
        """Put what an item's workers say now in place of what they said; O(its labels squared).

        Raises ValueError when `before` was never counted: then only a recount helps.
        """
        for key, measure in self.measures.items():
            was, now = _labels(before, key), _labels(after, key)
            if was == now:
                continue
            self.changed.add(key)
            self.counts[key].replace(
                ItemContribution.of(item_id, list(was.values()), measure),
                ItemContribution.of(item_id, list(now.values()), measure),
            )
            if measure.is_counted:
                self._pair(key, was, -1)
                self._pair(key, now, 1)

    def _pair(self, key: str, labels: Mapping[int, Label], sign: int) -> None:
        names = sorted((worker, self.measures[key].name(said)) for worker, said in labels.items())
        for (one, mine), (other, theirs) in combinations(names, 2):
            self.pairs[key].setdefault(Pair(one, other), Counter())[mine, theirs] += sign


def _labels(answers: Mapping[int, Answer], key: str) -> dict[int, Label]:
    return {worker: answer[key] for worker, answer in answers.items() if key in answer}


def changed_table(table: Table, change: Table) -> Table:
    """Return the table with a change; cells of nothing are left out.

    Raises ValueError when a cell would be less than nothing: then only a recount helps.
    """
    found = Counter(table)
    for names, count in change.items():
        found[names] += count
        if found[names] < 0:
            raise ValueError("these two never said so of an item; recount the agreement")
    return Counter({names: count for names, count in found.items() if count})
