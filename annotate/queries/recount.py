"""Count everything again from the append-only rows, and compare with what is stored.

Each check gives the places where the two differ. Run all of them in one transaction that sees one
moment (REPEATABLE READ): the counters say up to which row they are counted, so that work which
goes on meanwhile is no difference.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

from annotate.documents import schema_version
from annotate.models import (
    AgreementCount,
    AgreementState,
    Competence,
    KappaCount,
    TrailCursor,
    Worker,
)
from annotate.queries.agreement import kappa_of, table_of, tally_of
from annotate.queries.credit import all_credits
from annotate.queries.recount_lists import wrong_lists
from annotate.queries.recount_measures import (
    unreadable_crowds,
    wrong_agreement_figures,
    wrong_evidence,
    wrong_expert_figures,
)
from labeling.agreement_counts import AgreementCounts, Measure
from labeling.agreement_tally import AgreementTally, Pair

SQL = (Path(__file__).with_suffix(".sql"), Path(__file__).with_name("recount_measures.sql"))


class Difference(NamedTuple):
    """One number that is not what it should be."""

    project: int | None
    what: str
    stored: Any
    counted: Any

    def __str__(self) -> str:
        place = "" if self.project is None else f"project {self.project}: "
        return f"{place}{self.what} is {self.stored}, but {self.counted} when counted again"


def differences() -> Iterator[tuple[str, list[Difference]]]:
    """Each check by name, with what it found."""
    cursor = TrailCursor.objects.first() or TrailCursor(
        last_judgment=0, last_final=0, last_prediction=0
    )
    ends = {
        "judgment": cursor.last_judgment,
        "final": cursor.last_final,
        "prediction": cursor.last_prediction,
    }
    for name, query in _checks():
        with connection.cursor() as rows:
            rows.execute(query, ends)
            yield name, [Difference(*row) for row in rows.fetchall()]
    yield "facets and words of each item", [Difference(*one) for one in wrong_lists()]
    yield "competence of each expert", list(_competences())
    yield "agreement of each question", list(_agreement(cursor.last_judgment))
    for name, found in (
        ("figures of agreement", wrong_agreement_figures()),
        ("figures of experts", wrong_expert_figures()),
        ("rolling audits", wrong_evidence()),
        ("what each crowd knows", unreadable_crowds()),
    ):
        yield name, [Difference(*one) for one in found]


def _competences() -> Iterator[Difference]:
    """Kept as sums of shares: equal to the sixth digit, whatever they were added up by."""
    again: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for credit in all_credits():
        sums = again[credit.worker, credit.category]
        sums[0] += credit.right
        sums[1] += credit.seen
    stored = {
        (row.worker_id, row.category): [row.right, row.seen] for row in Competence.objects.all()
    }
    known = Worker.objects.in_bulk({worker for worker, _ in {*again, *stored}})
    for worker, category in sorted({*again, *stored}):
        was, now = (
            "{:.6f} of {:.6f}".format(*found.get((worker, category), (0.0, 0.0)))
            for found in (stored, again)
        )
        if was != now:
            name = f"what {known[worker].pseudonym} is good at in {category}"
            yield Difference(known[worker].project_id, name, was, now)


def _checks() -> Iterator[tuple[str, str]]:
    """The queries of the files beside this one, by name."""
    for part in chain.from_iterable(file.read_text().split("-- check: ")[1:] for file in SQL):
        name, _, query = part.partition("\n")
        yield name, query.strip().removesuffix(";")


def _agreement(cut_off: int) -> Iterator[Difference]:
    for state in AgreementState.objects.order_by("pk"):
        counted = tally_of(
            state.project_id, state.guideline_id, upto=cut_off, last_item=state.counted_to
        )
        stored = dict(
            AgreementCount.objects.filter(project=state.project_id).values_list(
                "question", "counts"
            )
        )
        for key in sorted({*counted.counts, *stored}):
            yield from _question(state, counted, key, stored.get(key))
            yield from _tables(state, counted, key)


def _question(
    state: AgreementState, counted: AgreementTally, key: str, stored: Any
) -> Iterator[Difference]:
    name = f"the agreement on {key}"
    if key not in counted.counts:
        yield Difference(state.project_id, name, "counted", "not a question")
        return
    again = counted.counts[key]
    try:
        measure = Measure(schema_version(state.guideline_id).question(key))
        known = AgreementCounts.from_json(stored, measure)
    except ValueError as error:
        yield Difference(state.project_id, name, f"not readable ({error})", _shown(again))
        return
    if known != again:
        yield Difference(state.project_id, name, _shown(known), _shown(again))


def _shown(counts: AgreementCounts) -> str:
    """What a person can compare; two that differ elsewhere alone look the same."""
    total = counts.total()
    return f"alpha {counts.alpha()} of {sum(total.items.values())} items"


def _tables(state: AgreementState, counted: AgreementTally, key: str) -> Iterator[Difference]:
    tables = counted.pairs.get(key, {})
    rows = KappaCount.objects.filter(project=state.project_id, question=key)
    stored = {Pair(row.one_id, row.other_id): row for row in rows.iterator()}
    for pair in sorted({*tables, *stored}):
        again = tables.get(pair, table_of([]))
        known = stored.get(pair)
        kappa = kappa_of(again, counted.measures[key]) if again else None
        if known is None or (table_of(known.table), known.items, known.kappa) != (
            again,
            again.total(),
            kappa,
        ):
            name = f"what workers {pair.one} and {pair.other} said of {key}"
            yield Difference(
                state.project_id,
                name,
                None if known is None else f"{known.table} ({known.kappa})",
                f"{sorted(again.items())} ({kappa})",
            )
