"""What a list of items is filtered by, and the index that serves each filter in item order."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from annotate.models import FinalSource, ItemStage
from annotate.queries.search_words import query_of, query_of_external
from annotate.refusals import InvalidInput
from labeling.problems import Problem

SURE_STEP = 5
"""Confidence is listed in steps of so many percent."""
MOST_DAYS = 92
MOST_LABELS = 20
LONGEST_SEARCH = 200


class Condition(NamedTuple):
    """Rows that name the items for which it holds: of an index that has them in order."""

    table: str
    item: str
    """The column with the item's id."""
    where: str
    values: tuple[Any, ...]
    facets: tuple[str, ...] = ()
    """Of facets, any of which will do: each of them has its own order."""


def conditions_of(
    project_id: int, query: Mapping[str, Any], readers: "Mapping[str, Reader] | None" = None
) -> list[Condition]:
    """The conditions of a filter, all of which have to hold; none for all items.

    `query` is what an address or a saved view says: names and texts. `readers`: the filters there
    are, by name; those of items. Raises InvalidInput, with every problem.
    """
    readers = READERS if readers is None else readers
    problems: list[Problem] = []
    found: list[Condition] = []
    for name, value in query.items():
        if name not in readers:
            problems.append(_problem(name, "unknown", f"There is no filter «{name}»."))
        elif str(value) != "":
            try:
                found += readers[name](project_id, _text(str(value)))
            except _Unfit as unfit:
                problems.append(_problem(name, "invalid", str(unfit)))
    if problems:
        raise InvalidInput.of(problems)
    return found


def facet_of_label(question: str, label: Any) -> list[str]:
    """The facets of one label: of its one value, or of each of several; long ones have none."""
    values = label if isinstance(label, list) else [label]
    plain = (str(one) for one in values if isinstance(one, str | int | float))
    return [f"label:{question}:{one}"[:200] for one in plain if len(one) <= 64]


def facet_of_confidence(confidence: float) -> str:
    return f"sure:{int(confidence * 100 + 1e-9) // SURE_STEP:02d}"


class _Unfit(ValueError):
    """A value that its filter cannot take; the message says what it can."""


def _problem(name: str, code: str, message: str) -> Problem:
    return Problem(path=f"/{name[:40]}", code=code, message=message)


def _facets(project_id: int, facets: list[str]) -> list[Condition]:
    return [
        Condition(
            table="annotate_itemfacet",
            item="item_id",
            where="project_id = %s AND facet = ANY(%s)",
            values=(project_id, facets),
            facets=tuple(facets),
        )
    ]


def _text(value: str) -> str:
    if "\x00" in value:
        raise _Unfit("It can't have the character NUL.")
    return value


def one_of(value: str, choices: list[str]) -> str:
    """The value of a filter that is one of these; to a reader of `conditions_of`."""
    if value not in choices:
        raise _Unfit(f"It has to be one of {', '.join(choices)}.")
    return value


def _number(value: str, most: int = 2**63 - 1) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 19 and int(value) <= most):
        raise _Unfit(f"It has to be a whole number from 0 to {most}.")
    return int(value)


def _stage(project_id: int, value: str) -> list[Condition]:
    stage = one_of(value, list(ItemStage.values))
    where = "project_id = %s AND stage = %s"
    return [Condition("annotate_item", "id", where, (project_id, stage))]


def _label(project_id: int, value: str) -> list[Condition]:
    names = value.split(",")[:MOST_LABELS]
    if not all(":" in name and len(name) <= 190 for name in names):
        raise _Unfit("It has to be question:label, or several with commas between.")
    return _facets(project_id, [f"label:{name}" for name in names])


def _source(project_id: int, value: str) -> list[Condition]:
    return _facets(project_id, [f"source:{_number(value)}"])


def _settled_by(project_id: int, value: str) -> list[Condition]:
    return _facets(project_id, [f"by:{one_of(value, list(FinalSource.values))}"])


def _sure(project_id: int, value: str) -> list[Condition]:
    low, dash, high = value.partition("-")
    if not dash:
        raise _Unfit("It has to be two percentages, as 50-80.")
    first, last = _number(low, 100) // SURE_STEP, -(-_number(high, 100) // SURE_STEP)
    last = last if int(high) < 100 else 100 // SURE_STEP + 1
    return _facets(project_id, [f"sure:{step:02d}" for step in range(first, max(last, first + 1))])


def _settled_on(project_id: int, value: str) -> list[Condition]:
    try:
        first, last = (date.fromisoformat(part) for part in value.split("_"))
    except ValueError:
        raise _Unfit("It has to be two days, as 2026-01-01_2026-01-31.") from None
    if not timedelta(0) <= last - first < timedelta(MOST_DAYS):
        raise _Unfit(f"It has to be a time of 1 to {MOST_DAYS} days.")
    days = range((last - first).days + 1)
    return _facets(project_id, [f"day:{first + timedelta(day)}" for day in days])


def _differs(project_id: int, value: str) -> list[Condition]:
    one_of(value, ["yes"])
    return _facets(project_id, ["model:differs"])


def _commented(project_id: int, value: str) -> list[Condition]:
    one_of(value, ["yes"])
    where = "project_id = %s AND comment <> ''"
    return [Condition("annotate_judgment", "item_id", where, (project_id,))]


def _gold(project_id: int, value: str) -> list[Condition]:
    one_of(value, ["yes"])
    return [Condition("annotate_goldlabel", "item_id", "project_id = %s", (project_id,))]


def _judged_by(project_id: int, value: str) -> list[Condition]:
    # Of this project's workers: so the index of a worker's items answers alone.
    where = "worker_id = (SELECT id FROM annotate_worker WHERE id = %s AND project_id = %s)"
    return [Condition("annotate_judgment", "item_id", where, (_number(value), project_id))]


def _search(project_id: int, value: str) -> list[Condition]:
    if len(value) > LONGEST_SEARCH:
        raise _Unfit(f"It has to be at most {LONGEST_SEARCH} characters.")
    words = query_of(value)
    if not words:
        raise _Unfit("It has no letters or digits to search for.")
    return [_texts(project_id, words)]


def _external(project_id: int, value: str) -> list[Condition]:
    return [_texts(project_id, query_of_external(value[:LONGEST_SEARCH]))]


def _texts(project_id: int, words: str) -> Condition:
    where = "project_id = %s AND words @@ %s::tsquery"
    return Condition("annotate_itemtext", "item_id", where, (project_id, words))


Reader = Callable[[int, str], list[Condition]]
"""Of a project and a value, the conditions."""
READERS: dict[str, Reader] = {
    "stage": _stage,
    "label": _label,
    "source": _source,
    "settled_by": _settled_by,
    "settled_on": _settled_on,
    "sure": _sure,
    "differs": _differs,
    "commented": _commented,
    "gold": _gold,
    "judged_by": _judged_by,
    "external": _external,
    "search": _search,
}
"""By the name of a filter, what it asks."""
