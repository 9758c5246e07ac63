"""What is most like an item, with what was said of that.

Compared are the items of its group, and a pool whose size does not grow with the project: the
items whose final labels are the latest, one by one, by the vectors that a model has stored. For a
worker it is the latest items that the same worker has judged.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from annotate.documents import in_force
from annotate.models import Embedding, Item, ItemGroup, Judgment, Project, SimilarRules, Worker
from annotate.queries.alike import compared, content_of
from annotate.queries.groups import is_same
from annotate.queries.items import preview_of
from annotate.queries.precedents import likenesses_to

MOST_POOLED: Final = 5000
MOST_MATES: Final = 50
MOST_OWN: Final = 1000
MOST_SHOWN: Final = 10
MOST_SHOWN_OWN: Final = 3

# Sent as two values, not as thousands of rows: that takes a third of the time.
_VECTORS = """
SELECT coalesce(array_agg(e.item_id ORDER BY e.item_id), '{{}}'),
       coalesce(string_agg(e.vector, ''::bytea ORDER BY e.item_id), ''::bytea)
  FROM (SELECT DISTINCT item_id FROM ({latest}) AS pool) AS latest
  JOIN annotate_embedding e
    ON e.item_id = latest.item_id AND e.input = %(input)s AND e.encoder = %(encoder)s
       AND octet_length(e.vector) = octet_length(%(vector)s::bytea)
 WHERE e.item_id <> %(item)s
"""
_POOL = _VECTORS.format(
    latest="""
    SELECT f.item_id FROM annotate_finallabel f
     WHERE f.project_id = %(project)s ORDER BY f.created_at DESC LIMIT %(most)s
    """
)
_OWN = _VECTORS.format(
    latest="""
    SELECT j.item_id FROM annotate_judgment j
     WHERE j.worker_id = %(worker)s ORDER BY j.id DESC LIMIT %(most)s
    """
)


class Similar(NamedTuple):
    """`is_known`: a model has read the item, so that its like can be found."""

    is_known: bool
    group: dict[str, Any] | None
    items: list[dict[str, Any]]


class OwnSimilar(NamedTuple):
    """What a worker said of an item like the one at hand."""

    preview: str
    answer: dict[str, Any]
    likeness: float


def similar_to(project: Project, item: Item) -> Similar:
    """The items most like this one, near-duplicates first, for leads."""
    own = _vector_of(item)
    group = _group_of(item)
    mates = _mates(group, item)
    near: dict[int, float | None] = dict.fromkeys(mates)
    if own is not None:
        items, vectors = _pooled(_POOL, item, own, most=MOST_POOLED)
        near |= likenesses_to(bytes(own.vector), items, vectors, MOST_SHOWN)
    return Similar(
        is_known=own is not None,
        group=None if group is None else _told_group(group, mates),
        items=_shown(project, item, near, set(mates)),
    )


def own_similar_to(worker: Worker, item: Item) -> list[OwnSimilar]:
    """What this worker said of the own items most like this one, the nearest first."""
    own = _vector_of(item)
    if own is None:
        return []
    items, vectors = _pooled(_OWN, item, own, most=MOST_OWN, worker=worker.pk)
    near = likenesses_to(bytes(own.vector), items, vectors, MOST_SHOWN_OWN)
    said = {
        judgment.item_id: judgment
        for judgment in Judgment.objects.filter(worker=worker, item__in=list(near))
        .select_related("item")
        .order_by("pk")
    }
    return [
        OwnSimilar(preview_of(said[key].item.data), said[key].answer, round(likeness, 4))
        for key, likeness in near.items()
    ]


def shows_own(project: Project) -> bool:
    """Whether workers of the project are shown similar items of their own."""
    return SimilarRules.objects.filter(project=project, shows_own=True).exists()


def _vector_of(item: Item) -> Embedding | None:
    return Embedding.objects.filter(item=item).exclude(vector=b"").order_by("-pk").first()


def _pooled(query: str, item: Item, own: Embedding, **more: int) -> tuple[list[int], bytes]:
    """The items of a pool, and their vectors one behind the other."""
    values: dict[str, Any] = {
        "project": item.project_id,
        "item": item.pk,
        "input": own.input,
        "encoder": own.encoder,
        "vector": bytes(own.vector),
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        items, vectors = cursor.fetchone()
    return items, bytes(vectors)


def _group_of(item: Item) -> ItemGroup | None:
    led = ItemGroup.objects.filter(first=item).first()
    return led or ItemGroup.objects.filter(members__item=item).first()


def _mates(group: ItemGroup | None, item: Item) -> list[int]:
    """The other items of the group, the oldest first."""
    if group is None:
        return []
    members = group.members.order_by("item").values_list("item", flat=True)[:MOST_MATES]
    return [key for key in (group.first_id, *members) if key != item.pk]


def _told_group(group: ItemGroup, mates: Sequence[int]) -> dict[str, Any]:
    size = group.members.count() + 1
    return {"first": group.first_id, "state": group.state, "items": size, "shown": len(mates)}


def _shown(
    project: Project, item: Item, near: dict[int, float | None], mates: set[int]
) -> list[dict[str, Any]]:
    found = Item.objects.select_related("final_label").in_bulk(list(near))
    rules = SimilarRules.objects.filter(project=project).first()
    rows: list[dict[str, Any]] = []
    for key, likeness in near.items():
        other = found[key]
        is_duplicate = key in mates or _is_duplicate(project, rules, (item, other), likeness)
        rows.append(
            {
                "id": key,
                "external_id": other.external_id,
                "preview": preview_of(other.data),
                "stage": other.stage,
                "final": other.final_label
                and {"answer": other.final_label.answer, "source": other.final_label.source},
                "likeness": None if likeness is None else round(likeness, 4),
                "is_near_duplicate": is_duplicate,
                "is_inconsistent": is_duplicate and _differ(project, item, other),
            }
        )
    rows.sort(key=lambda row: (not row["is_near_duplicate"], -(row["likeness"] or 1.0)))
    return rows[:MOST_SHOWN]


def _is_duplicate(
    project: Project,
    rules: SimilarRules | None,
    pair: tuple[Item, Item],
    likeness: float | None,
) -> bool:
    """Whether the two would be in one group, whatever was grouped so far."""
    least = (0.95, 0.8) if rules is None else (rules.least_likeness, rules.least_shared)
    if likeness is None or likeness < least[0]:
        return False
    schema = in_force(project).schema
    one, other = (content_of(schema, each.data) for each in pair)
    return compared(one, other, least[1]) is not None


def _differ(project: Project, item: Item, other: Item) -> bool:
    one, two = item.final_label, other.final_label
    if one is None or two is None:
        return False
    return not is_same(in_force(project).schema, item.pk, one.answer, two.answer)
