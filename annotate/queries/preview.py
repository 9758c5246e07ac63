"""A policy tried on the project's own recorded votes. Nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import CharField, F, Window
from django.db.models.aggregates import Count
from django.db.models.functions import MD5, Cast

from annotate.documents import crowd_version, in_force, latest_crowd
from annotate.models import CrowdVersion, Item, Judgment, Project
from annotate.queries.context import draw_key, facts_of_model
from annotate.queries.deciding import CountedVote, readable_votes
from annotate.queries.predictions import Said, newest_predictions, priors_in
from labeling.policy import RoutingPolicy
from labeling.preview import RecordedItem, RecordedVote, curve, forecast, within_budget
from labeling.priced_routing import Ballot, ItemContext
from labeling.prices import Prices
from labeling.schema import LabelSchema
from labeling.standing import Standing

MOST_ITEMS = 400
MOST_JUDGMENTS = 10_000
"""Of the latest so many the sample is drawn: to draw from all would read all."""
MOST_CURVE_ITEMS = 120
"""A curve replays them once a point."""
_SECONDS_AN_HOUR = 3600.0


class _Drawn(NamedTuple):
    """An item of the sample, and of how many it was drawn."""

    pk: int
    data: dict[str, Any]
    external_id: str | None
    of: int


def preview_policy(project: Project, proposed: RoutingPolicy) -> dict[str, Any]:
    """What the proposed policy and the one in force make of the same votes, side by side.

    Both are billed in the same prices: the proposed ones, else those in force, else the default.
    """
    rules = in_force(project)
    drawn = _sample(project)
    crowd = latest_crowd(project)
    standings: dict[str, Standing] = {} if crowd is None else crowd_version(crowd)
    items = list(_recorded(rules.schema, drawn, standings))
    bill = proposed.prices or rules.policy.prices or Prices()
    forecasts = {}
    for name, policy in (("proposed", proposed), ("current", rules.policy)):
        few = items[:MOST_CURVE_ITEMS]
        met = within_budget(rules.schema, policy, few, standings=standings)
        found = forecast(rules.schema, met, items, standings=standings, bill=bill)
        forecasts[name] = found.to_json()
    return {
        "items": len(items),
        "of": drawn[0].of if drawn else 0,
        "crowd_version": _version(crowd),
        "bill": bill.to_json(),
        **forecasts,
        "curve": curve(rules.schema, proposed, items[:MOST_CURVE_ITEMS], standings=standings),
    }


def _sample(project: Project) -> list[_Drawn]:
    """Items of the latest judgments, drawn by the hash of their id: the same again and again."""
    latest = Judgment.objects.filter(project=project).order_by("-created_at").values("item")
    rows = (
        Item.objects.filter(pk__in=latest[:MOST_JUDGMENTS], judged__gt=0)
        .annotate(of=Window(Count("pk")), draw=MD5(Cast("pk", CharField())))
        .order_by("draw", "pk")
        .values_list("pk", "data", "external_id", "of")[:MOST_ITEMS]
    )
    return [_Drawn(*row) for row in rows]


def _recorded(
    schema: LabelSchema, drawn: Sequence[_Drawn], standings: Mapping[str, Standing]
) -> Iterable[RecordedItem]:
    """The sampled items with their votes that fit the schema in force."""
    votes = _votes(drawn)
    said = _predictions(drawn)
    for item in drawn:
        rows = votes[item.pk]
        readable = readable_votes(schema, item.data, [_counted(row) for row in rows])
        if not readable:
            continue
        ages = {row["id"]: row["age"].total_seconds() / _SECONDS_AN_HOUR for row in rows}
        yield RecordedItem(
            votes=[
                RecordedVote(
                    ballot=Ballot(
                        worker=vote.worker,
                        is_unsure=vote.is_unsure,
                        has_comment=vote.has_comment,
                        saw_prediction=vote.saw_prediction,
                    ),
                    answer=answer,
                    age_hours=round(ages[vote.judgment], 6),
                )
                for vote, answer in readable
            ],
            context=_context(schema, item, said[item.pk], standings),
        )


_READ = ("id", "item_id", "worker_id", "answer", "is_unsure", "comment", "saw_prediction")


def _votes(drawn: Sequence[_Drawn]) -> dict[int, list[Any]]:
    votes: dict[int, list[Any]] = {item.pk: [] for item in drawn}
    rows = (
        Judgment.objects.filter(item__in=votes, is_surplus=False, replaced_by__isnull=True)
        .annotate(age=F("created_at") - F("item__created_at"))
        .order_by("pk")
    )
    for row in rows.values(*_READ, "age"):
        votes[row["item_id"]].append(row)
    return votes


def _counted(row: dict[str, Any]) -> CountedVote:
    return CountedVote(
        judgment=row["id"],
        worker=row["worker_id"],
        answer=row["answer"],
        is_unsure=row["is_unsure"],
        has_comment=row["comment"] != "",
        saw_prediction=row["saw_prediction"],
    )


def _predictions(drawn: Sequence[_Drawn]) -> dict[int, list[Said]]:
    """What models said of each item."""
    said: dict[int, list[Said]] = {item.pk: [] for item in drawn}
    for prediction in newest_predictions(list(said)):
        said[prediction.item].append(prediction)
    return said


def _context(
    schema: LabelSchema,
    item: _Drawn,
    said: Sequence[Said],
    standings: Mapping[str, Standing],
) -> ItemContext:
    labels, score = facts_of_model(schema, said, item.data)
    return ItemContext(
        key=draw_key(item.pk, item.external_id),
        model_label=labels or None,
        model_score=score,
        priors=priors_in(schema, said, standings),
    )


def _version(crowd: int | None) -> int | None:
    if crowd is None:
        return None
    return CrowdVersion.objects.values_list("version", flat=True).get(pk=crowd)
