"""Gold labels that are in doubt, and a lead's word on them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import LARGEST_ID, ProjectDoor, page_of
from annotate.api.record import LONGEST_REASON
from annotate.api.shapes import CURSOR, LIMIT, AnyObject, paged
from annotate.models import GoldLabel, GoldState
from annotate.queries.items import preview_of
from annotate.refusals import NotFound
from annotate.services.gold import decide_gold


class GoldOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    preview = serializers.CharField()
    answer = AnyObject()
    state = serializers.ChoiceField(GoldState.choices)
    planted = serializers.IntegerField(help_text="How often it was handed out to measure.")
    doubt = AnyObject(
        allow_null=True, help_text="By question, how sure the crowd is against the label."
    )


def _gold_json(gold: GoldLabel) -> dict[str, Any]:
    return {
        "item": gold.item_id,
        "preview": preview_of(gold.item.data),
        "answer": gold.answer,
        "state": gold.state,
        "planted": gold.planted,
        "doubt": gold.doubt,
    }


class GoldsView(ProjectDoor):
    actions: ClassVar = {"get": "gold.list"}

    @extend_schema(
        operation_id="gold_list", parameters=[CURSOR, LIMIT], responses=paged(GoldOutput)
    )
    def get(self, request: Request, project_id: int) -> Response:
        """The gold labels that good workers contradict, and those a lead has decided on."""
        rows = GoldLabel.objects.filter(project=project_id).exclude(state=GoldState.TRUSTED)
        found, following = page_of(request, rows.select_related("item"))
        return Response({"results": [_gold_json(row) for row in found], "next": following})


class GoldView(ProjectDoor):
    actions: ClassVar = {"post": "gold.decide"}

    class Input(serializers.Serializer[Any]):
        stands = serializers.BooleanField()
        reason = serializers.CharField(max_length=LONGEST_REASON)

    @extend_schema(request=Input, responses=GoldOutput)
    def post(self, request: Request, project_id: int, item_id: int) -> Response:  # noqa: ARG002
        """Say that a gold label stands and measures again, or that it counts against nobody."""
        if item_id > LARGEST_ID:
            raise NotFound
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        gold = decide_gold(
            project=self.membership.project,
            item_id=item_id,
            decided_by=self.user,
            **data.validated_data,
        )
        return Response(_gold_json(gold))
