"""The expert desk's doors: see disputes, take one, decide it."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor, page_of
from annotate.api.items import item_of
from annotate.api.pictures import shown_data
from annotate.api.shapes import CURSOR, LIMIT, AnyJSON, AnyObject, paged
from annotate.documents import in_force
from annotate.models import Item, ItemStage, Worker
from annotate.queries.disputes import (
    counted_judgments,
    dispute_detail,
    disputes_of,
    live_leases,
    mean_agreement,
    opening_events,
)
from annotate.queries.items import preview_of
from annotate.refusals import Forbidden, NoGuideline, NotFound
from annotate.services.adjudicate import adjudicate_item, claim_dispute


class ReasonOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()


class DisputeRowOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    opened_at = serializers.DateTimeField(allow_null=True)
    preview = serializers.CharField()
    votes = serializers.IntegerField()
    agreement = serializers.FloatField(allow_null=True)
    reason = ReasonOutput()
    held = serializers.BooleanField()
    held_by_me = serializers.BooleanField()


class VoteOutput(serializers.Serializer[Any]):
    voter = serializers.CharField()
    answer = AnyObject()
    comment = serializers.CharField()
    unsure = serializers.BooleanField()


class ModelSays(serializers.Serializer[Any]):
    answer = AnyObject()
    score = serializers.FloatField()
    scores = AnyObject()


class QuestionAgreement(serializers.Serializer[Any]):
    observed = serializers.FloatField(allow_null=True)
    distances = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(allow_null=True))
    )


class Consensus(serializers.Serializer[Any]):
    label = AnyJSON()  # type: ignore[assignment]  # a field, not the base's property
    score = serializers.FloatField()


class DisputeOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    stage = serializers.ChoiceField(["disputed", "settled"])
    opened_at = serializers.DateTimeField(allow_null=True)
    data = AnyObject()  # type: ignore[assignment]  # a field, not the base's property
    guideline_version = serializers.IntegerField()
    votes = VoteOutput(many=True)
    prediction = ModelSays(allow_null=True)
    agreement = serializers.DictField(child=QuestionAgreement())
    consensus = serializers.DictField(child=Consensus())
    reason = ReasonOutput()
    held = serializers.BooleanField()
    held_by_me = serializers.BooleanField()
    lease_expires_at = serializers.DateTimeField(allow_null=True)


class DisputeDoor(ProjectDoor):
    """A door of the expert desk."""

    @property
    def expert(self) -> Worker:
        worker = self.membership.worker
        if worker is None:
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
        parameters=[CURSOR, LIMIT],
        responses=paged(DisputeRowOutput),
    )
    def get(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """The items that wait for an expert."""
        project, _role, worker, _user = self.membership
        items, following = page_of(request, disputes_of(project))
        keys = [item.pk for item in items]
        leases, openings = live_leases(keys), opening_events(keys)
        schema = in_force(project).schema
        all_counted = counted_judgments(schema, items)
        results = []
        for item in items:
            counted = all_counted[item.pk]
            lease, opened = leases.get(item.pk), openings.get(item.pk)
            reason = opened.payload if opened else {}
            results.append(
                {
                    "item": item.pk,
                    "opened_at": opened.at if opened else None,
                    "preview": preview_of(item.data),
                    "votes": len(counted.judgments),
                    "agreement": mean_agreement(schema, counted.answers),
                    "reason": {
                        "code": reason.get("code", ""),
                        "sentence": reason.get("sentence", ""),
                    },
                    "held": lease is not None,
                    "held_by_me": lease is not None
                    and worker is not None
                    and lease.worker_id == worker.pk,
                }
            )
        return Response({"results": results, "next": following})


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
        """One dispute: the votes without names, the model's word, the agreement, the reason."""
        item = item_of(project_id, item_id)
        is_known = opening_events([item.pk])
        if item.stage != ItemStage.DISPUTED and not is_known:
            raise NotFound
        return Response(self.dispute_json(item))


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
        final = serializers.IntegerField()
        next = DisputeOutput(allow_null=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int, item_id: int) -> Response:
        """Decide a dispute, and get the next one. The first decision stands; later ones 409."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        fields = data.validated_data
        item_of(project_id, item_id)
        final = adjudicate_item(
            expert=self.expert,
            project=self.membership.project,
            item_id=item_id,
            answer=fields["answer"],
            verdict={key: fields[key] for key in ("submission_id", "adopted", "reason")},
        )
        following = self.next_dispute(None) if fields["next"] else None
        return Response({"final": final.pk, "next": following})
