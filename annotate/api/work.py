"""The crowd worker's doors of a project: what to do, and claim. They tell nothing of others."""

from typing import Annotated, Any, ClassVar

import msgspec
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.authentication import find_token, find_token_and_part
from annotate.api.base import LARGEST_ID, ProjectDoor
from annotate.api.guidelines import GuidelineOutput, guideline_json
from annotate.api.own_answers import (
    OwnDraft,
    OwnEarlierOutput,
    RecentOutput,
    ShownItem,
    draft_json,
    earlier_json,
    recent_json,
)
from annotate.api.pace import keep_pace
from annotate.api.parsing import json_response
from annotate.api.pictures import shown_data
from annotate.api.record import StandingOutput
from annotate.api.shapes import AnyObject
from annotate.documents import policy_version
from annotate.models import ApiToken, Guideline, Rung
from annotate.policies import own_part, require
from annotate.queries.footing import standing_of
from annotate.queries.similar import shows_own
from annotate.queries.work import held_count, ready_count, recent_answers, shown_count
from annotate.refusals import NoGuideline, NotFound
from annotate.services.assign import Lease, hand_out_items
from annotate.services.show import Shown
from labeling.policy import MOST_AT_ONCE

_VERSIONS: dict[int, int] = {}


def _guideline_number(guideline_id: int) -> int:
    # Guidelines are never changed or deleted, so their numbers can be remembered.
    if guideline_id not in _VERSIONS:
        number = Guideline.objects.values_list("version", flat=True).get(pk=guideline_id)
        _VERSIONS[guideline_id] = number
    return _VERSIONS[guideline_id]


class ShownPrediction(serializers.Serializer[Any]):
    answer = AnyObject()
    score = serializers.FloatField()
    is_calibrated = serializers.BooleanField(
        help_text="Whether the score was held against labels of people; else it is the model's "
        "own word, and no share of what it gets right."
    )


def shown_json(shown: Shown | None) -> dict[str, Any] | None:
    """What a worker is shown of the model."""
    return shown and shown._asdict()


class AssignmentOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    project = serializers.IntegerField()
    guideline_version = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    item = ShownItem()
    prediction = ShownPrediction(allow_null=True)
    has_check = serializers.BooleanField(
        help_text="Send your answer to `check/` before you submit it: the model may have one too."
    )
    earlier = OwnEarlierOutput(
        allow_null=True, help_text="Your own answer, of an item that came back to you."
    )
    draft = OwnDraft(
        allow_null=True, help_text="What you have begun to say of an item you hold: see `draft/`."
    )


def lease_json(lease: Lease) -> dict[str, Any]:
    """All that a worker learns of an item: its content, under an id that is the worker's own."""
    prefix = f"/api/v1/assignments/{lease.assignment}/media"
    return {
        "id": str(lease.assignment),
        "project": lease.project,
        "guideline_version": _guideline_number(lease.guideline),
        "expires_at": lease.expires_at,
        "item": {"data": shown_data(lease.data, prefix)},
        "prediction": shown_json(lease.prediction),
        "has_check": lease.has_check,
        "earlier": earlier_json(lease.earlier),
        "draft": draft_json(lease.draft),
    }


class WorkProject(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class WorkView(ProjectDoor):
    actions: ClassVar = {"get": "work.read"}

    class Output(serializers.Serializer[Any]):
        project = WorkProject()
        role = serializers.CharField()
        guideline = GuidelineOutput()
        judged_by_me = serializers.IntegerField()
        ready = serializers.IntegerField()
        remaining = serializers.IntegerField(
            help_text="What is ready, and what you hold already: a claim does not change it."
        )
        standing = StandingOutput()
        lease_seconds = serializers.IntegerField()
        most_at_once = serializers.IntegerField(help_text="So many items you may hold.")
        recent = RecentOutput(many=True)
        shows_own_similar = serializers.BooleanField(
            help_text="The project shows you your own answers to items like the one at hand."
        )

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """What a worker needs before the first item: the guideline, and the own last answers."""
        project, role, worker, _user = self.membership
        if project.guideline is None or project.policy_id is None or worker is None:
            raise NoGuideline
        policy = policy_version(project.policy_id)
        recent = [recent_json(answer) for answer in recent_answers(worker)]
        ready = ready_count(worker)
        return Response(
            {
                "project": {"id": project.pk, "name": project.name},
                "role": role,
                "guideline": guideline_json(project.guideline),
                "judged_by_me": worker.judged_count,
                "ready": shown_count(ready, policy.gold_rate),
                "remaining": shown_count(ready + held_count(worker), policy.gold_rate),
                "standing": standing_of(worker, project),
                "lease_seconds": policy.lease_seconds,
                "most_at_once": policy.most_at_once,
                "recent": recent,
                "shows_own_similar": shows_own(project),
            }
        )


class _Wanted(msgspec.Struct, frozen=True):
    """A claim as nearly every client sends it."""

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)] = 1


class ClaimView(ProjectDoor):
    actions: ClassVar = {"post": "work.claim"}
    found: tuple[Any, ...] | None = None
    """The caller's part in the project as it was found along with the token, if one was sent."""

    def find_token(self, key_hash: str) -> ApiToken | None:
        """One question for the token and for its user's part in the project."""
        if self.kwargs["project_id"] > LARGEST_ID:
            return find_token(key_hash)
        token, self.found = find_token_and_part(key_hash, self.kwargs["project_id"])
        return token

    def admit(self, **kwargs: Any) -> None:
        if self.found is None or self.application_of is not None:
            super().admit(**kwargs)
            return
        self.membership = own_part(self.user, self.found)
        require(self.membership.role, self.required_action)

    class Input(serializers.Serializer[Any]):
        count = serializers.IntegerField(min_value=1, max_value=MOST_AT_ONCE, default=1)

    class Output(serializers.Serializer[Any]):
        assignments = AssignmentOutput(many=True)
        rung = serializers.ChoiceField(Rung.choices, help_text="Where you stand: see `work/`.")

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int) -> HttpResponse:  # noqa: ARG002
        """Your open leases, oldest first, topped up to `count`, or to `most_at_once` of the policy
        where that is less. Empty: nothing waits for you."""
        count = self._read(request.data or {})
        keep_pace(self.user.pk)
        worker = self.membership.worker
        if worker is None:
            raise NotFound
        handed = hand_out_items(
            worker=worker,
            project=self.membership.project,
            count=count,
        )
        leases = [lease_json(lease) for lease in handed.leases]
        return json_response({"assignments": leases, "rung": handed.rung})

    def _read(self, data: Any) -> int:
        """Raises ValidationError; what is unusual is left to the serializer to take or refuse."""
        try:
            return msgspec.convert(data, _Wanted).count
        except msgspec.ValidationError:
            checked = self.Input(data=data)
            checked.is_valid(raise_exception=True)
            return int(checked.validated_data["count"])
