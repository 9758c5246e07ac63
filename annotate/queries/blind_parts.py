"""How good one version of a model is in the parts of a project: class by class, slice by slice."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
from django.db import connection

from annotate.documents import schema_version
from annotate.models import ModelVersion, Project
from annotate.queries.blind_accuracy import MET, MOST_ITEMS, is_right
from annotate.refusals import InvalidInput, NotFound
from labeling.blind_figures import FEWEST_OF_PART, bands_of, share_of, worse_than_others
from labeling.problems import Problem
from labeling.questions import Question
from labeling.votes import JSON
from labeling.weighing import has_classes
from models_assist.readings import texts_of

MOST_SLICES = 20
"""The rest is one slice: of many small ones nobody learns anything."""
MOST_VALUES = 50
"""A field with more values, such as a name or a date, cuts into pieces of which none tells."""
_FIELD = "field:"

_SLICES: Final[Mapping[str, str]] = {
    "source": "s.id || ' ' || s.name",
    "length": "(SELECT sum(char_length(i.data ->> name)) FROM unnest(%(texts)s::text[]) AS name)",
    "field": "i.metadata ->> %(field)s",
}
_ROWS = """
SELECT m.label, m.truth, ({slice})::text
  FROM met m
 CROSS JOIN LATERAL (SELECT * FROM annotate_item WHERE id = m.item_id LIMIT 1) AS i
  JOIN annotate_source s ON s.id = i.source_id
 WHERE m.version = %(version)s
"""
_FIELDS = f"""{MET}
SELECT key FROM (SELECT DISTINCT item_id FROM met WHERE version = %(version)s) AS m
 CROSS JOIN LATERAL (SELECT metadata FROM annotate_item WHERE id = m.item_id LIMIT 1) AS i
 CROSS JOIN LATERAL jsonb_each(i.metadata) AS field (key, value)
 WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean')
 GROUP BY key HAVING count(DISTINCT value) BETWEEN 2 AND {MOST_VALUES}
 ORDER BY count(*) DESC, key LIMIT 20
"""  # noqa: S608 - the number is fixed


class _Row(NamedTuple):
    said: JSON
    truth: JSON
    is_right: bool
    slice: str


def blind_parts(project: Project, question_id: str, number: int, by: str) -> dict[str, Any]:
    """Classes and slices of a version, by `blind_accuracy`'s items.

    `by`: "source", "length" (of all texts of an item, in characters), or "field:" and the name of
    a field of the items' metadata. Raises NotFound, and InvalidInput for another `by`.
    """
    version = ModelVersion.objects.filter(
        project=project, question=question_id, version=number
    ).first()
    if version is None or project.guideline_id is None:
        raise NotFound
    schema = schema_version(project.guideline_id)
    question = next((each for each in schema.questions if each.id == question_id), None)
    if question is None:
        raise NotFound
    texts = list(texts_of(schema))
    values = {
        "project": project.pk,
        "most": MOST_ITEMS,
        "version": version.pk,
        "texts": texts,
        "field": by.removeprefix(_FIELD),
    }
    rows = _read(values, by)
    slices = _in_bands(rows) if by == "length" else _by_name(rows)
    return {
        "question": question_id,
        "version": number,
        "by": by,
        "ways": ["source", *(["length"] if texts else []), *_fields(values)],
        "needed": FEWEST_OF_PART,
        "classes": _classes(question, rows),
        "slices": _shares(slices, _TITLES.get(by, str)),
    }


def _read(values: dict[str, Any], by: str) -> list[_Row]:
    way = "field" if by.startswith(_FIELD) else by
    if way not in _SLICES or "\x00" in by:
        message = "It has to be source, length, or field: and the name of a field."
        raise InvalidInput.of([Problem(path="/by", code="invalid", message=message)])
    with connection.cursor() as cursor:
        cursor.execute(MET + _ROWS.format(slice=_SLICES[way]), values)
        found = [(orjson.loads(a), orjson.loads(b), part) for a, b, part in cursor.fetchall()]
    return [_Row(said, truth, is_right(said, truth), part or "") for said, truth, part in found]


def _fields(values: dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_FIELDS, values)
        return [_FIELD + key for (key,) in cursor.fetchall()]


def _by_name(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    """The largest slices; those behind them under None's stand-in, `OTHERS`."""
    often = Counter(row.slice for row in rows).most_common(MOST_SLICES)
    kept = {name for name, _ in often}
    found: dict[str, list[_Row]] = {name: [] for name, _ in often}
    for row in rows:
        found.setdefault(row.slice if row.slice in kept else OTHERS, []).append(row)
    return found


OTHERS = "\x00"
"""No value of an item has this character."""


def _in_bands(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    lengths = [int(row.slice or 0) for row in rows]
    bands = bands_of(lengths) if lengths else []
    found: dict[str, list[_Row]] = {f"{first}-{last}": [] for first, last in bands}
    for row, length in zip(rows, lengths, strict=True):
        first, last = next(band for band in bands if length <= band[1])
        found[f"{first}-{last}"].append(row)
    return found


_TITLES: Mapping[str, Callable[[str], str]] = {"source": lambda value: value.partition(" ")[2]}


def _shares(
    slices: Mapping[str, Sequence[_Row]], title: Callable[[str], str]
) -> list[dict[str, Any]]:
    counts = {name: (sum(row.is_right for row in own), len(own)) for name, own in slices.items()}
    large = {name: each for name, each in counts.items() if each[1] >= FEWEST_OF_PART}
    worse = worse_than_others(large)
    return [
        {
            "value": None if name == OTHERS else title(name),
            **share_of(*count)._asdict(),
            "is_enough": name in large,
            "is_worse": name in worse,
        }
        for name, count in counts.items()
    ]


def _classes(question: Question, rows: Sequence[_Row]) -> list[dict[str, Any]]:
    """How often a class is found where it is, and right where it is named, item by item: of spans
    and boxes all of a category in an item have to be right."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        said, truth = parts_of(question, row.said), parts_of(question, row.truth)
        for name in said.keys() | truth.keys():
            agrees = name in said and name in truth and is_right(said[name], truth[name])
            found[name].update(
                compared=name in truth, named=name in said, agreed=agrees, labels=name in truth
            )
    return [
        {
            "label": name,
            "is_enough": counts["compared"] >= FEWEST_OF_PART,
            "found": _share(counts["agreed"], counts["compared"]),
            "right": _share(counts["agreed"], counts["named"]),
        }
        for name, counts in sorted(found.items())
    ]


def _share(agreed: int, compared: int) -> dict[str, Any] | None:
    return share_of(agreed, compared)._asdict() if compared else None


def parts_of(question: Question, label: JSON) -> dict[str, Any]:
    """By class, what a label says of it; of free words, numbers and orders nothing."""
    if has_classes(question):
        return {str(label): True}
    if not isinstance(label, list) or question.type not in {"choices", "spans", "boxes"}:
        return {}
    if question.type == "choices":
        return {str(name): True for name in label}
    found: dict[str, Any] = defaultdict(list)
    for shape in label:
        found[shape["category"]].append(shape)
    return dict(found)
