"""How far the workers of a project agree, read from its counters. Nothing is scanned.

A tally is what `services.count` stores: the counters at a cut-off of the trail. What an item adds
is a function of its judgments up to a cut-off, so it can be taken back and put again without a
memory of its own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from annotate.documents import schema_version
from annotate.models import (
    ALL_ITEMS,
    AgreementCount,
    AgreementState,
    Item,
    Judgment,
    KappaCount,
    Project,
    TrailCursor,
)
from annotate.prepared import Prepared, json, text
from labeling.agreement_counts import AgreementCounts, AgreementFigures, Measure
from labeling.agreement_figures import own_difference
from labeling.agreement_kappa import cohen_kappa
from labeling.agreement_tally import AgreementTally, Pair, Table, changed_table
from labeling.votes import Answer

FEWEST_TOGETHER = 10
"""Pairs of workers with fewer items in common have no kappa worth showing."""
BATCH_ITEMS = 1000
KAPPA_DIGITS = Decimal(1).scaleb(-12)

_SAID = """
SELECT j.item_id, j.id, j.worker_id, j.answer, j.replaces_id
  FROM annotate_judgment j
 WHERE j.item_id = ANY (%s) AND NOT j.is_surplus AND j.id <= %s ORDER BY j.id
"""


class Said(NamedTuple):
    """A judgment that counts unless a later one replaces it; None: not readable any more."""

    judgment: int
    worker: int
    answer: Answer | None
    replaces: int | None


def said_of(
    tally: AgreementTally, items: Sequence[int], *, upto: int = ALL_ITEMS
) -> dict[int, list[Said]]:
    """The judgments of these items up to an id, each read once; without those of no use."""
    found: dict[int, list[Said]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [list(items), upto])
        for item, judgment, worker, raw, replaces in cursor.fetchall():
            answer = tally.read(orjson.loads(raw))
            found.setdefault(item, []).append(Said(judgment, worker, answer, replaces))
    return found


def answers_at(said: Iterable[Said], cut_off: int) -> dict[int, Answer]:
    """What counted of an item, by worker, when judgment `cut_off` was the last."""
    rows = [row for row in said if row.judgment <= cut_off]
    replaced = {row.replaces for row in rows}
    return {
        row.worker: row.answer
        for row in rows
        if row.answer is not None and row.judgment not in replaced
    }


def count_items(
    tally: AgreementTally, items: Sequence[int], *, before: int, after: int = ALL_ITEMS
) -> None:
    """Move items on in a tally from one cut-off to a later one; 0 is before everything.

    Raises ValueError when they were not counted as of `before`: then only a recount helps.
    """
    for item, said in said_of(tally, items, upto=after).items():
        tally.replace(str(item), answers_at(said, before), answers_at(said, after))


def items_after(project_id: int, item_id: int, most: int = BATCH_ITEMS) -> list[int]:
    """The ids of the next items of a project."""
    rows = Item.objects.filter(project=project_id, pk__gt=item_id).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:most])


def stored_tally(state: AgreementState) -> AgreementTally:
    """The counters of a project as they are stored.

    Raises ValueError when the schema asks for counters of another form.
    """
    schema = schema_version(state.guideline_id)
    rows = AgreementCount.objects.filter(project=state.project_id).values_list(
        "question", "counts"
    )
    return AgreementTally(
        schema,
        {
            question: AgreementCounts.from_json(counts, Measure(schema.question(question)))
            for question, counts in rows
        },
    )


def table_of(document: list[list[Any]]) -> Table:
    return Counter({(one, other): count for one, other, count in document})


def kappa_of(table: Table, measure: Measure) -> Decimal | None:
    """Cohen's kappa of two workers to twelve decimals, whose sums are exact in any order."""
    kappa = cohen_kappa(table, own_difference(measure))
    if kappa is None:
        return None
    return (Decimal(kappa.numerator) / Decimal(kappa.denominator)).quantize(KAPPA_DIGITS)


def figures_json(
    figures: AgreementFigures, kappas: Sequence[Decimal], *, is_counting: bool
) -> dict[str, Any]:
    """Alpha, observed agreement, AC1 and the mean kappa over pairs of workers (Light 1971)."""
    low, high = figures.alpha_interval or (None, None)
    return {
        "observed": _float(figures.observed),
        "alpha": _float(figures.alpha),
        "low": low,
        "high": high,
        "interval": figures.alpha_interval,
        "ac1": _float(figures.ac1),
        "ac1_interval": figures.ac1_interval,
        "kappa": float(sum(kappas) / len(kappas)) if kappas else None,
        "kappa_pairs": len(kappas),
        "items": figures.items,
        "judgments": figures.judgments,
        "metric": figures.metric,
        "is_complete": figures.is_complete,
        "is_counting": is_counting,
    }


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


_FIGURES: Final = Prepared(
    "board_agreement",
    "SELECT question, figures FROM annotate_agreementcount WHERE project_id = $1",
    (text, json),
)


def board_agreement(project: Project) -> dict[str, Any]:
    """What was last read from the counters, for each question of the guideline in force.

    A question of which nothing is counted yet has all figures None, and `is_counting`.
    """
    if project.guideline_id is None:
        return {}
    known = dict(_FIGURES.all(project.pk))
    return {
        question.id: known.get(question.id)
        or figures_json(AgreementCounts(Measure(question)).figures(), [], is_counting=True)
        for question in schema_version(project.guideline_id).questions
    }


def agreement_now(project: Project) -> dict[str, Any]:
    """The same with every judgment that this transaction can see: the counters, and the rest."""
    if project.guideline_id is None:
        return {}
    cursor = TrailCursor.objects.first()
    state = AgreementState.objects.filter(
        project=project, guideline=project.guideline_id, counted_to=ALL_ITEMS
    ).first()
    if cursor is None or state is None:
        tally = tally_of(project.pk, project.guideline_id)
        kappas = {key: _kappas(tally.measures[key], tally.pairs[key]) for key in tally.counts}
    else:
        tally = stored_tally(state)
        _count_later(tally, project, cursor.last_judgment)
        kappas = {key: _kappas_now(project.pk, tally, key) for key in tally.counts}
    return {
        key: figures_json(counts.figures(), kappas[key], is_counting=False)
        for key, counts in tally.counts.items()
    }


def _count_later(tally: AgreementTally, project: Project, cut_off: int) -> None:
    later = Judgment.objects.filter(pk__gt=cut_off, project=project)
    items = sorted(set(later.values_list("item", flat=True)))
    for at in range(0, len(items), BATCH_ITEMS):
        count_items(tally, items[at : at + BATCH_ITEMS], before=cut_off)


def tally_of(
    project_id: int, guideline_id: int, *, upto: int = ALL_ITEMS, last_item: int = ALL_ITEMS
) -> AgreementTally:
    """Count from nothing; the `pairs` of the result are whole tables."""
    tally = AgreementTally(schema_version(guideline_id))
    last = 0
    while batch := [item for item in items_after(project_id, last) if item <= last_item]:
        count_items(tally, batch, before=0, after=upto)
        last = batch[-1]
    return tally


def _kappas(measure: Measure, tables: Mapping[Pair, Table]) -> list[Decimal]:
    found = [
        kappa_of(table, measure) for table in tables.values() if table.total() >= FEWEST_TOGETHER
    ]
    return [kappa for kappa in found if kappa is not None]


def _kappas_now(project_id: int, tally: AgreementTally, question: str) -> list[Decimal]:
    """Of the pairs that changed since they were stored, and of the others as they are stored."""
    changes = tally.pairs[question]
    known = tables_of(project_id, question, changes)
    tables = {
        pair: changed_table(known.get(pair, Counter()), change) for pair, change in changes.items()
    }
    others = stored_kappas(project_id, question, but=changes)
    return [*others, *_kappas(tally.measures[question], tables)]


def stored_kappas(project_id: int, question: str, *, but: Collection[Pair] = ()) -> list[Decimal]:
    """The kappas of pairs of workers with enough items in common."""
    rows = KappaCount.objects.filter(
        project=project_id, question=question, items__gte=FEWEST_TOGETHER
    ).values_list("one", "other", "kappa")
    return [
        kappa for one, other, kappa in rows if kappa is not None and Pair(one, other) not in but
    ]


_TABLES = """
SELECT one_id, other_id, "table" FROM annotate_kappacount
 WHERE project_id = %s AND question = %s
   AND (one_id, other_id) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
"""


def tables_of(project_id: int, question: str, pairs: Iterable[Pair]) -> dict[Pair, Table]:
    """Kappa's tables of these pairs of workers, of those that have one."""
    ones, others = [], []
    for one, other in pairs:
        ones.append(one)
        others.append(other)
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [project_id, question, ones, others])
        return {Pair(one, other): table_of(orjson.loads(t)) for one, other, t in cursor.fetchall()}
