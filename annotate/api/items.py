"""Items, as leads see them."""

from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor, limit_of, number_of, page_of
from annotate.api.intake import ItemsInput, ItemsTakenOutput, take_posted_items
from annotate.api.lists import FILTERS, filter_of
from annotate.api.parsing import json_response
from annotate.api.pictures import picture_response, shown_data
from annotate.api.shapes import BEFORE, CURSOR, LIMIT, AnyObject, EventOutput, paged
from annotate.models import FinalSource, Item, ItemStage
from annotate.queries.item_filter import conditions_of
from annotate.queries.item_pages import page_of_items
from annotate.queries.items import (
    final_rows,
    gold_of,
    held_of,
    input_names,
    judgment_rows,
    judgments_of,
    prediction_rows,
)
from annotate.queries.skips import skips_of_item
from annotate.queries.trail import event_row, events_of
from annotate.refusals import NotFound
from annotate.services.skip import SKIP_REASONS

MOST_EVENTS = 200


class FinalShort(serializers.Serializer[Any]):
    source = serializers.ChoiceField(FinalSource.choices)  # type: ignore[assignment]  # a field, not the base's property
    confidence = serializers.FloatField()


class HeldOutput(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    rule = serializers.CharField(help_text="The name of the rule that holds it.")
    sentence = serializers.CharField()
    guideline_version = serializers.IntegerField()


class ItemRowOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    stage = serializers.ChoiceField(ItemStage.choices)
    overlap = serializers.IntegerField()
    judged = serializers.IntegerField()
    preview = serializers.CharField()
    final = FinalShort(allow_null=True)
    held = HeldOutput(allow_null=True)


class ItemPageOutput(serializers.Serializer[Any]):
    results = ItemRowOutput(many=True)
    previous = serializers.CharField(
        allow_null=True, help_text="`before` of the page before; null on the first."
    )
    next = serializers.CharField(
        allow_null=True, help_text="`cursor` of the next page. A filtered page may be short."
    )


class JudgmentOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    worker = serializers.CharField(help_text="The pseudonym.")
    tier = serializers.ChoiceField(["crowd", "expert"])
    answer = AnyObject()
    seconds = serializers.FloatField()
    comment = serializers.CharField()
    unsure = serializers.BooleanField()
    counted = serializers.BooleanField()
    saw_prediction = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class PredictionOutput(serializers.Serializer[Any]):
    model_version = serializers.IntegerField(allow_null=True)
    model = serializers.CharField(allow_null=True, help_text="Where an imported one came from.")
    answer = AnyObject()
    score = serializers.FloatField()
    is_calibrated = serializers.BooleanField(
        help_text="Whether the score was held against labels of people; else it is the model's "
        "own word, and no share of what it gets right."
    )
    scores = AnyObject()


class FinalOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    answer = AnyObject()
    source = serializers.ChoiceField(FinalSource.choices)  # type: ignore[assignment]  # a field, not the base's property
    confidence = serializers.FloatField()
    reason = AnyObject()
    decided_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class ItemSkipOutput(serializers.Serializer[Any]):
    worker = serializers.CharField(allow_null=True, help_text="The pseudonym.")
    reason = serializers.ChoiceField(SKIP_REASONS)
    comment = serializers.CharField()
    at = serializers.DateTimeField()


class ItemDetailOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    stage = serializers.ChoiceField(ItemStage.choices)
    data = AnyObject()  # type: ignore[assignment]  # a field, not the base's property
    metadata = AnyObject()
    needs = serializers.ListField(
        child=serializers.CharField(),
        help_text="Qualifications: who judges it has all of them. Mostly none.",
    )
    gold = AnyObject(allow_null=True)
    held = HeldOutput(allow_null=True)
    judgments = JudgmentOutput(many=True)
    skips = ItemSkipOutput(many=True, help_text="Who passed on it, and why.")
    predictions = PredictionOutput(many=True)
    finals = FinalOutput(many=True)
    events = EventOutput(many=True)


class ItemsView(ProjectDoor):
    actions: ClassVar = {"get": "item.list", "post": "item.import"}

    @extend_schema(
        operation_id="items_list",
        parameters=[*FILTERS, CURSOR, BEFORE, LIMIT],
        responses=ItemPageOutput,
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """The items of a project, oldest first; of a filter, those for which all of it holds."""
        before = number_of(request, "before", 0) if "before" in request.query_params else None
        page = page_of_items(
            project_id,
            conditions_of(project_id, filter_of(request)),
            limit=limit_of(request),
            after=number_of(request, "cursor", 0),
            before=before,
            inputs=input_names(self.membership.project),
        )
        ends = {"previous": page.previous, "next": page.next}
        shown = {name: None if end is None else str(end) for name, end in ends.items()}
        return json_response({"results": page.items, **shown})

    @extend_schema(request=ItemsInput, responses=ItemsTakenOutput)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Take up to a thousand rows in at once. Bad rows are listed, good rows go in."""
        return take_posted_items(self, request)


def item_of(project_id: int, item_id: int) -> Item:
    """Raises NotFound for an item of another project too."""
    item = Item.objects.filter(pk=min(item_id, 2**63 - 1), project=project_id).first()
    if item is None:
        raise NotFound
    return item


class ItemView(ProjectDoor):
    actions: ClassVar = {"get": "item.read"}

    @extend_schema(responses=ItemDetailOutput)
    def get(self, _request: Request, project_id: int, item_id: int) -> Response:
        """All that was said of an item, and why its label is what it is."""
        item = item_of(project_id, item_id)
        events = events_of(project_id, item_id=item.pk).order_by("pk")[:MOST_EVENTS]
        prefix = f"/api/v1/projects/{project_id}/items/{item.pk}/media"
        return Response(
            {
                "id": item.pk,
                "external_id": item.external_id,
                "stage": item.stage,
                "data": shown_data(item.data, prefix),
                "metadata": item.metadata,
                "needs": item.pool.needs if item.pool else [],
                "gold": gold_of(item),
                "held": held_of(item),
                "judgments": judgment_rows(judgments_of(item)),
                "skips": skips_of_item(item),
                "predictions": prediction_rows(item),
                "finals": final_rows(item),
                "events": [event_row(event) for event in events],
            }
        )


class ItemMediaView(ProjectDoor):
    actions: ClassVar = {"get": "media.read"}

    @extend_schema(responses={(200, "image/*"): bytes})
    def get(self, _request: Request, project_id: int, item_id: int, name: str) -> HttpResponseBase:
        """The picture of an input of an item. Experts see those of disputes only."""
        item = item_of(project_id, item_id)
        is_settled_elsewhere = item.stage not in {ItemStage.DISPUTED, ItemStage.SETTLED}
        if self.membership.role == "expert" and is_settled_elsewhere:
            raise NotFound
        return picture_response(project_id, item.data, name)


class EventsView(ProjectDoor):
    actions: ClassVar = {"get": "event.list"}

    @extend_schema(
        operation_id="events_list",
        parameters=[OpenApiParameter("item", int), CURSOR, LIMIT],
        responses=paged(EventOutput),
    )
    def get(self, request: Request, project_id: int) -> Response:
        """The trail of a project, newest first."""
        raw = request.query_params.get("item", "")
        item_id = int(raw[:18]) if raw.isascii() and raw.isdigit() else None
        rows, following = page_of(
            request, events_of(project_id, item_id=item_id), newest_first=True
        )
        return Response({"results": [event_row(row) for row in rows], "next": following})
