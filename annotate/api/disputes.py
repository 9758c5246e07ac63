"""The expert desk's doors: see disputes, take one, decide it."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor, edge_of
from annotate.api.dispute_shapes import DisputeOutput, DisputeRowOutput
from annotate.api.items import item_of
from annotate.api.lists import SAID, filter_of
from annotate.api.parsing import json_response
from annotate.api.pictures import shown_data
from annotate.api.shapes import CURSOR, LIMIT, AnyObject, paged
from annotate.models import Item, ItemStage, ReadingOutcome, Role, Worker
from annotate.queries.desk import dispute_detail, hidden_votes
from annotate.queries.dispute_filter import NAMES
from annotate.queries.dispute_list import page_of_disputes
from annotate.queries.disputes import opening_events
from annotate.queries.precedents import precedents_of
from annotate.refusals import Forbidden, NoGuideline, NotFound
from annotate.services.adjudicate import adjudicate_item
from annotate.services.escalate import escalate_dispute
from annotate.services.lease_dispute import claim_dispute
from annotate.services.reveal import reveal_votes

_SAID = {
    **SAID,
    "overdue": "yes: it has waited for longer than the policy wants.",
    "for_leads": "yes: only a lead may decide it.",
}
_FILTERS = [OpenApiParameter(name, str, description=_SAID[name]) for name in NAMES]


class DisputeDoor(ProjectDoor):
    """A door of the expert desk."""

    @property
    def expert(self) -> Worker:
        worker = self.membership.worker
        if worker is None or worker.role == Role.CROWD:
            message = "Only an expert or a lead who works in the project decides disputes."
            raise Forbidden(message)
        return worker

    def dispute_json(self, item: Item) -> dict[str, Any]:
        project = self.membership.project
        if project.guideline is None:
            raise NoGuideline
        prefix = f"/api/v1/projects/{project.pk}/items/{item.pk}/media"
        return {
            **dispute_detail(project, item, self.membership.worker),
            "data": shown_data(item.data, prefix),
            "guideline_version": project.guideline.version,
        }

    def next_dispute(self, item_id: int | None) -> dict[str, Any] | None:
        """Lease a dispute to who asks; answers it, or None when nothing waits."""
        claimed = claim_dispute(
            expert=self.expert, project=self.membership.project, item_id=item_id
        )
        if claimed is None:
            return None
        return self.dispute_json(Item.objects.get(pk=claimed))


class DisputesView(DisputeDoor):
    actions: ClassVar = {"get": "dispute.list"}

    @extend_schema(
        operation_id="disputes_list",
        parameters=[*_FILTERS, CURSOR, LIMIT],
        responses=paged(DisputeRowOutput),
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:  # noqa: ARG002
        """The items that wait for an expert."""
        project, _role, worker, _user = self.membership
        after, limit = edge_of(request)
        query = filter_of(request, NAMES)
        rows, following = page_of_disputes(project, worker, query, after=after, limit=limit)
        return json_response(
            {"results": rows, "next": None if following is None else str(following)}
        )


class DisputeClaimView(DisputeDoor):
    actions: ClassVar = {"post": "dispute.claim"}

    class Input(serializers.Serializer[Any]):
        item = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    class Output(serializers.Serializer[Any]):
        dispute = DisputeOutput(allow_null=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Take the given dispute, or the one you hold, or the next."""
        data = self.Input(data=request.data or {})
        data.is_valid(raise_exception=True)
        return Response({"dispute": self.next_dispute(data.validated_data.get("item"))})


class DisputeView(DisputeDoor):
    actions: ClassVar = {"get": "dispute.read"}

    @extend_schema(responses=DisputeOutput)
    def get(self, _request: Request, project_id: int, item_id: int) -> Response:
        """One dispute: the votes without names, the model's word, the agreement, the reason.

        Where the policy wants experts blind, all of these are empty until you `reveal/`.
        """
        item = item_of(project_id, item_id)
        is_known = opening_events([item.pk])
        if item.stage != ItemStage.DISPUTED and not is_known:
            raise NotFound
        return Response(self.dispute_json(item))


class PrecedentOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    preview = serializers.CharField()
    answer = AnyObject(help_text="What an expert decided.")
    reason = serializers.CharField(help_text="In the expert's own words; may be empty.")
    likeness = serializers.FloatField(help_text="The cosine of the two texts' vectors, to 1.")
    decided_at = serializers.DateTimeField()


class PrecedentsView(DisputeDoor):
    actions: ClassVar = {"get": "dispute.precedents"}

    class Output(serializers.Serializer[Any]):
        known = serializers.BooleanField(
            help_text="false: no model has read the item, so its like cannot be found."
        )
        revealed = serializers.BooleanField(help_text="false: commit your own answer first.")
        cases = PrecedentOutput(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int, item_id: int) -> Response:
        """How experts decided what is most like this; nothing before the own blind answer."""
        item = item_of(project_id, item_id)
        if item.stage != ItemStage.DISPUTED and not opening_events([item.pk]):
            raise NotFound
        project, _role, worker, _user = self.membership
        if item.pk in hidden_votes(project, worker, [item]):
            return Response({"known": True, "revealed": False, "cases": []})
        found = precedents_of(item)
        cases = [case._asdict() for case in found.cases]
        return Response({"known": found.is_known, "revealed": True, "cases": cases})


class RevealView(DisputeDoor):
    actions: ClassVar = {"post": "dispute.reveal"}

    class Input(serializers.Serializer[Any]):
        submission_id = serializers.UUIDField()
        answer = AnyObject()

    @extend_schema(request=Input, responses=DisputeOutput)
    def post(self, request: Request, project_id: int, item_id: int) -> Response:
        """Commit your own answer, blind, and see the votes. It is kept beside what you decide."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        item_of(project_id, item_id)
        reveal_votes(
            expert=self.expert,
            project=self.membership.project,
            item_id=item_id,
            answer=data.validated_data["answer"],
            submission_id=data.validated_data["submission_id"],
        )
        return Response(self.dispute_json(Item.objects.get(pk=item_id)))


class EscalateView(DisputeDoor):
    actions: ClassVar = {"post": "dispute.escalate"}

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=5000)
        next = serializers.BooleanField(default=True)

    class Output(serializers.Serializer[Any]):
        next = DisputeOutput(allow_null=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int, item_id: int) -> Response:
        """Leave a dispute to the leads, say why, and get the next one."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        item_of(project_id, item_id)
        escalate_dispute(
            expert=self.expert,
            project=self.membership.project,
            item_id=item_id,
            reason=data.validated_data["reason"],
        )
        following = self.next_dispute(None) if data.validated_data["next"] else None
        return Response({"next": following})


class AdjudicateView(DisputeDoor):
    actions: ClassVar = {"post": "dispute.decide"}

    class Input(serializers.Serializer[Any]):
        submission_id = serializers.UUIDField()
        answer = AnyObject()
        adopted = serializers.CharField(
            max_length=20, required=False, allow_blank=True, default=""
        )
        reason = serializers.CharField(
            max_length=5000, required=False, allow_blank=True, default=""
        )
        next = serializers.BooleanField(default=True)

    class Output(serializers.Serializer[Any]):
        final = serializers.IntegerField(
            allow_null=True, help_text="Null while another expert has to read the item."
        )
        outcome = serializers.ChoiceField(ReadingOutcome.values)
        next = DisputeOutput(allow_null=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int, item_id: int) -> Response:
        """Decide a dispute, and get the next one. The first decision stands; later ones 409.

        An item that two experts read has no final label before the second: see `outcome`.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        fields = data.validated_data
        item_of(project_id, item_id)
        done = adjudicate_item(
            expert=self.expert,
            project=self.membership.project,
            item_id=item_id,
            answer=fields["answer"],
            verdict={key: fields[key] for key in ("submission_id", "adopted", "reason")},
        )
        following = self.next_dispute(None) if fields["next"] else None
        final = done.final.pk if done.final else None
        return Response({"final": final, "outcome": done.outcome, "next": following})
