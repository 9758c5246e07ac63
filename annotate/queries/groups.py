"""Groups of near-duplicates: what they would save, what contradicts them, whose label it was."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from annotate.documents import in_force, schema_version
from annotate.models import (
    BY_PEOPLE,
    Event,
    EventKind,
    FinalLabel,
    FinalSource,
    GroupItem,
    Item,
    ItemGroup,
    ItemStage,
    Job,
    JobKind,
    MemberState,
    Project,
    SimilarRules,
)
from annotate.queries.alike import compared, content_of
from annotate.queries.items import preview_of
from labeling.gold import ALIKE, credit
from labeling.problems import InvalidAnswer
from labeling.schema import LabelSchema

MOST_PAIRS = 20
_NO_LIMIT: Final = 0.0

# A member counts as saved as long as nobody has begun with it; `services.hold_back` says more.
_COUNTS = """
SELECT count(DISTINCT m.group_id), count(*),
       count(*) FILTER (WHERE m.is_equal),
       count(*) FILTER (WHERE m.state = 'found' AND i.stage = 'new' AND i.taken = 0
                        AND NOT EXISTS (SELECT FROM annotate_goldlabel k WHERE k.item_id = i.id)),
       count(*) FILTER (WHERE m.state = 'waiting'), count(*) FILTER (WHERE m.state = 'audit'),
       count(*) FILTER (WHERE m.state = 'own'), count(*) FILTER (WHERE m.state = 'spread'),
       count(*) FILTER (WHERE m.state = 'returned'),
       count(DISTINCT m.group_id) FILTER (WHERE g.reason ->> 'code' = 'contradicted')
  FROM annotate_itemgroup g JOIN annotate_groupitem m ON m.group_id = g.id
  JOIN annotate_item i ON i.id = m.item_id
 WHERE g.project_id = %s
"""
_COUNTED = (
    "groups",
    "members",
    "equal",
    "to_save",
    "waiting",
    "audits",
    "left_alone",
    "spread",
    "returned",
    "contradicted",
)
_NOTHING = dict.fromkeys((*_COUNTED, "items", "saves_judgments"), 0)
# The least alike first: whether they may share a label is what a lead has to see.
_PAIRS = """
SELECT g.first_id, m.item_id, m.is_equal, m.likeness, m.shared
  FROM annotate_itemgroup g JOIN annotate_groupitem m ON m.group_id = g.id
 WHERE g.project_id = %s ORDER BY m.is_equal, m.likeness + m.shared, m.item_id LIMIT %s
"""


def waiting_copies(project: Project) -> int:
    """So many items that nobody has judged wait for the label of the one they are like."""
    return GroupItem.objects.filter(
        group__project=project, state=MemberState.WAITING, item__stage=ItemStage.NEW
    ).count()


def counted_groups(project: Project, audit_share: float) -> dict[str, Any]:
    """What the near-duplicates of a project are, would save, and have come to; by a scan."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [project.pk])
        counts = dict(zip(_COUNTED, cursor.fetchone(), strict=True))
        cursor.execute(_PAIRS, [project.pk, MOST_PAIRS])
        pairs = cursor.fetchall()
    votes = in_force(project).policy.min_overlap
    return {
        "counts": {
            **counts,
            "items": counts["groups"] + counts["members"],
            "saves_judgments": round(counts["to_save"] * (1 - audit_share) * votes),
        },
        "pairs": pairs,
    }


def groups_of(project: Project, rules: SimilarRules) -> dict[str, Any]:
    """The same, as it was last counted, and the latest search."""
    known = rules.counted or {"counts": _NOTHING, "pairs": []}
    jobs = Job.objects.filter(project=project, kind=JobKind.GROUP)
    return {
        "counts": known["counts"],
        "pairs": _shown(known["pairs"]),
        "job": jobs.order_by("-pk").first(),
    }


def _shown(pairs: Sequence[tuple[int, int, bool, float, float]]) -> list[dict[str, Any]]:
    wanted = {item for first, other, *_ in pairs for item in (first, other)}
    items = Item.objects.in_bulk(wanted)
    return [
        {
            "first": {"id": first, "preview": preview_of(items[first].data)},
            "other": {"id": other, "preview": preview_of(items[other].data)},
            "is_equal": is_equal,
            "likeness": likeness,
            "shared": shared,
        }
        for first, other, is_equal, likeness, shared in pairs
        if first in items and other in items
    ]


def contradiction_of(group: ItemGroup, said: FinalLabel) -> dict[str, Any] | None:
    """A member of which people said something else than of the first item, or a copied label that
    is no longer what was said of it; None where there is nothing of the kind."""
    schema = schema_version(said.guideline_id)
    rows = GroupItem.objects.filter(
        group=group,
        state__in=[MemberState.AUDIT, MemberState.OWN],
        item__final_label__source__in=BY_PEOPLE,
    )
    for item, final, answer in rows.order_by("item").values_list(
        "item", "item__final_label", "item__final_label__answer"
    ):
        if not is_same(schema, item, said.answer, answer):
            return {"code": "contradicted", "item": item, "final": final, "said": said.pk}
    copies = GroupItem.objects.filter(
        group=group, state=MemberState.SPREAD, item__final_label__source=FinalSource.SPREAD
    ).exclude(item__final_label__answer=said.answer)
    copied = copies.values_list("item", flat=True).first()
    return None if copied is None else {"code": "decided_anew", "item": copied, "said": said.pk}


def is_same(schema: LabelSchema, item: int, one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two answers are the same under a schema, by the distances of its label types."""
    if one == other:
        return True
    facts = schema.facts_of(Item.objects.values_list("data", flat=True).get(pk=item))
    try:
        a, b = schema.parse_answer(one, facts), schema.parse_answer(other, facts)
    except InvalidAnswer:
        return False
    met = credit(a, b, schema.questions)
    return a.keys() == b.keys() and all(found >= 1 - ALIKE for found in met.values())


def spreads_of_item(item: Item) -> list[dict[str, Any]]:
    """Every label that was copied to an item, oldest first, and whether it was taken back.

    `recomputes`: the two still are near-duplicates when they are compared again, people said just
    that of the other one, and it was not changed on the way.
    """
    rows = FinalLabel.objects.filter(item=item, source=FinalSource.SPREAD).order_by("pk")
    if not rows:
        return []
    reopened = Event.objects.filter(item=item, kind=EventKind.ITEM_REOPENED)
    taken_back = {event.payload["final"]: event.at for event in reopened}
    return [
        {
            "at": row.created_at,
            "answer": row.answer,
            "sentence": row.reason["sentence"],
            **row.reason["spread"],
            "taken_back_at": taken_back.get(row.pk),
            "recomputes": _is_right(item, row),
        }
        for row in rows
    ]


def _is_right(item: Item, row: FinalLabel) -> bool:
    spread = row.reason["spread"]
    said = FinalLabel.objects.select_related("item").filter(pk=spread["final"]).first()
    if said is None or said.item_id != spread["item"] or said.source not in BY_PEOPLE:
        return False
    schema = schema_version(row.guideline_id)
    one, other = content_of(schema, item.data), content_of(schema, said.item.data)
    alike = compared(one, other, _NO_LIMIT)
    return (
        alike is not None
        and (alike.is_equal, alike.shared) == (spread["is_equal"], spread["shared"])
        and said.answer == row.answer
    )
