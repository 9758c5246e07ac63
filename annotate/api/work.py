"""The crowd worker's doors: claim, submit, keep, skip. They tell nothing of anybody else."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.authentication import find_token_and_assignment
from annotate.api.base import Door, ProjectDoor
from annotate.api.guidelines import GuidelineOutput, guideline_json
from annotate.api.parsing import json_response
from annotate.api.pictures import picture_response, shown_data
from annotate.api.record import StandingOutput
from annotate.api.shapes import AnyObject
from annotate.documents import policy_version
from annotate.models import ApiToken, Guideline
from annotate.policies import CROWD, require
from annotate.queries.footing import standing_of
from annotate.queries.work import RecentAnswer, ready_count, recent_answers, shown_count
from annotate.refusals import NoGuideline, NotFound
from annotate.services.assign import (
    MOST_LEASES,
    SKIP_REASONS,
    Lease,
    claim_items,
    claim_next,
    keep_lease,
    skip_item,
)
from annotate.services.submit import (
    OwnAssignment,
    Submission,
    find_assignment,
    own_assignment,
    submit_judgment,
)

_VERSIONS: dict[int, int] = {}


def _guideline_number(guideline_id: int) -> int:
    # Guidelines are never changed or deleted, so their numbers can be remembered.
    if guideline_id not in _VERSIONS:
        number = Guideline.objects.values_list("version", flat=True).get(pk=guideline_id)
        _VERSIONS[guideline_id] = number
    return _VERSIONS[guideline_id]


class ShownItem(serializers.Serializer[Any]):
    data = AnyObject()  # type: ignore[assignment]  # a field, in spite of the base's property


class ShownPrediction(serializers.Serializer[Any]):
    answer = AnyObject()
    score = serializers.FloatField()


class AssignmentOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    project = serializers.IntegerField()
    guideline_version = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    item = ShownItem()
    prediction = ShownPrediction(allow_null=True)


def lease_json(lease: Lease) -> dict[str, Any]:
    """All that a worker learns of an item: its content, under an id that is the worker's own."""
    prefix = f"/api/v1/assignments/{lease.assignment}/media"
    shown = lease.prediction
    return {
        "id": str(lease.assignment),
        "project": lease.project,
        "guideline_version": _guideline_number(lease.guideline),
        "expires_at": lease.expires_at,
        "item": {"data": shown_data(lease.data, prefix)},
        "prediction": {"answer": shown[0], "score": shown[1]} if shown else None,
    }


class RecentOutput(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    submitted_at = serializers.DateTimeField()
    answer = AnyObject()
    comment = serializers.CharField()
    unsure = serializers.BooleanField()
    guideline_version = serializers.IntegerField()
    item = ShownItem(allow_null=True, help_text="Null where the item is large.")
    open = serializers.BooleanField(help_text="It can still be corrected.")


def _recent_json(answer: RecentAnswer) -> dict[str, Any]:
    prefix = f"/api/v1/assignments/{answer.assignment}/media"
    is_shown = answer.data is not None
    return {
        "assignment": str(answer.assignment),
        "submitted_at": answer.submitted_at,
        "answer": answer.answer,
        "comment": answer.comment,
        "unsure": answer.is_unsure,
        "guideline_version": answer.guideline_version,
        "item": {"data": shown_data(answer.data or {}, prefix)} if is_shown else None,
        "open": answer.is_open,
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
        standing = StandingOutput()
        lease_seconds = serializers.IntegerField()
        recent = RecentOutput(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """What a worker needs before the first item: the guideline, and the own last answers."""
        project, role, worker, _user = self.membership
        if project.guideline is None or project.policy_id is None or worker is None:
            raise NoGuideline
        policy = policy_version(project.policy_id)
        recent = [_recent_json(answer) for answer in recent_answers(worker)]
        return Response(
            {
                "project": {"id": project.pk, "name": project.name},
                "role": role,
                "guideline": guideline_json(project.guideline),
                "judged_by_me": worker.judged_count,
                "ready": shown_count(ready_count(worker), policy.gold_rate),
                "standing": standing_of(worker, project),
                "lease_seconds": policy.lease_seconds,
                "recent": recent,
            }
        )


class ClaimView(ProjectDoor):
    actions: ClassVar = {"post": "work.claim"}

    class Input(serializers.Serializer[Any]):
        count = serializers.IntegerField(min_value=1, max_value=MOST_LEASES, default=1)

    class Output(serializers.Serializer[Any]):
        assignments = AssignmentOutput(many=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Your open leases, oldest first, topped up to `count`. Empty: nothing waits for you."""
        data = self.Input(data=request.data or {})
        data.is_valid(raise_exception=True)
        worker = self.membership.worker
        if worker is None:
            raise NotFound
        leases = claim_items(
            worker=worker,
            project=self.membership.project,
            count=data.validated_data["count"],
        )
        return Response({"assignments": [lease_json(lease) for lease in leases]})


class AssignmentDoor(Door):
    """A door of one assignment of the caller's own; any other does not exist."""

    assignment: OwnAssignment
    found: tuple[Any, ...] | None = None
    """The assignment as it was found along with the token, if a token was sent."""

    def find_token(self, key_hash: str) -> ApiToken | None:
        """One question for the token and for the assignment of its user."""
        token, self.found = find_token_and_assignment(key_hash, self.kwargs["assignment_id"])
        return token

    def admit(self, **kwargs: Any) -> None:
        # Her own lease is her right: a role that was changed meanwhile does not lose an answer.
        require(CROWD, self.required_action)
        key = kwargs["assignment_id"]
        if self.found is None:
            self.assignment = find_assignment(user_id=self.user.pk, assignment_id=key)
        else:
            self.assignment = own_assignment(key, self.found)

    def next_json(self, *, held: int) -> dict[str, Any] | None:
        """The next lease of a worker who keeps `held` of them ready."""
        lease = claim_next(
            worker=self.assignment.worker, project=self.assignment.project, held=held
        )
        return lease_json(lease) if lease else None


class _Sent(msgspec.Struct, frozen=True):
    """A submit as nearly every client sends it, read in a hundredth of a serializer's time."""

    submission_id: UUID
    answer: Any
    comment: Annotated[str, msgspec.Meta(max_length=5000)] = ""
    unsure: bool = False
    next: bool = True
    hold: Annotated[int, msgspec.Meta(ge=1, le=MOST_LEASES)] = 1


class SubmitView(AssignmentDoor):
    actions: ClassVar = {"post": "assignment.submit"}

    class Input(serializers.Serializer[Any]):
        submission_id = serializers.UUIDField()
        answer = AnyObject()
        comment = serializers.CharField(
            max_length=5000, required=False, allow_blank=True, default=""
        )
        unsure = serializers.BooleanField(default=False)
        next = serializers.BooleanField(default=True)
        hold = serializers.IntegerField(min_value=1, max_value=MOST_LEASES, default=1)

    class Output(serializers.Serializer[Any]):
        judgment = serializers.IntegerField()
        status = serializers.ChoiceField(["accepted", "surplus"])
        judged_by_me = serializers.IntegerField()
        next = AssignmentOutput(allow_null=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, assignment_id: UUID) -> HttpResponse:  # noqa: ARG002
        """Judge an item and get the next one.

        The same `submission_id` again gets the same reply and doubles nothing; a new one on an
        item that is still undecided corrects the earlier answer. `hold` is how many leases you
        keep ready: `next` is then the last of them.
        """
        sent = self._read(request.data)
        taken = submit_judgment(
            assignment=self.assignment,
            submission=Submission(
                submission_id=sent.submission_id,
                answer=sent.answer,
                comment=sent.comment.strip(),
                is_unsure=sent.unsure,
            ),
        )
        return json_response(
            {
                "judgment": taken.judgment,
                "status": "surplus" if taken.is_surplus else "accepted",
                "judged_by_me": taken.judged_by_worker,
                "next": self.next_json(held=sent.hold) if sent.next else None,
            }
        )

    def _read(self, data: Any) -> _Sent:
        """Raises ValidationError; what is unusual is left to the serializer to take or refuse."""
        try:
            sent = msgspec.convert(data, _Sent)
        except msgspec.ValidationError:
            sent = None
        if sent is None or sent.answer is None:
            checked = self.Input(data=data)
            checked.is_valid(raise_exception=True)
            sent = _Sent(**checked.validated_data)
        return sent


class HeartbeatView(AssignmentDoor):
    actions: ClassVar = {"post": "assignment.keep"}

    class Output(serializers.Serializer[Any]):
        expires_at = serializers.DateTimeField()

    @extend_schema(request=None, responses=Output)
    def post(self, _request: Request, assignment_id: UUID) -> Response:
        """Prolong a live lease."""
        policy = policy_version(self.assignment.project.policy_id)
        expires_at = keep_lease(
            worker=self.assignment.worker,
            assignment_id=assignment_id,
            lease_seconds=policy.lease_seconds,
        )
        return Response({"expires_at": expires_at})


class SkipView(AssignmentDoor):
    actions: ClassVar = {"post": "assignment.skip"}

    class Input(serializers.Serializer[Any]):
        reason = serializers.ChoiceField(SKIP_REASONS)
        comment = serializers.CharField(
            max_length=250, required=False, allow_blank=True, default=""
        )
        next = serializers.BooleanField(default=True)
        hold = serializers.IntegerField(min_value=1, max_value=MOST_LEASES, default=1)

    class Output(serializers.Serializer[Any]):
        next = AssignmentOutput(allow_null=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, assignment_id: UUID) -> Response:
        """Pass on an item. It is not offered to you again."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        fields = data.validated_data
        skip_item(
            worker=self.assignment.worker,
            assignment_id=assignment_id,
            reason=fields["reason"],
            comment=fields["comment"],
        )
        following = self.next_json(held=fields["hold"]) if fields["next"] else None
        return Response({"next": following})


class AssignmentMediaView(AssignmentDoor):
    actions: ClassVar = {"get": "assignment.media"}

    @extend_schema(responses={(200, "image/*"): bytes})
    def get(
        self,
        _request: Request,
        assignment_id: UUID,  # noqa: ARG002
        name: str,
    ) -> HttpResponseBase:
        """The picture of an input of the item."""
        return picture_response(self.assignment.project.pk, self.assignment.data, name)
