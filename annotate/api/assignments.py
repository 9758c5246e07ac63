"""The doors of one's own assignment: submit, keep, skip. They tell nothing of anybody else."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.authentication import find_token_and_assignment
from annotate.api.base import Door
from annotate.api.own_answers import OwnDraft
from annotate.api.pace import keep_pace
from annotate.api.parsing import json_response
from annotate.api.pictures import picture_response
from annotate.api.shapes import AnyObject
from annotate.api.work import AssignmentOutput, ShownPrediction, lease_json, shown_json
from annotate.documents import policy_version
from annotate.models import ApiToken
from annotate.policies import CROWD, require
from annotate.queries.own_assignment import OwnAssignment, find_assignment, own_assignment
from annotate.services.answer import answer_item
from annotate.services.assign import (
    MOST_LEASES,
    claim_next,
    keep_lease,
)
from annotate.services.check_answer import check_answer
from annotate.services.keep_draft import Begun, keep_draft
from annotate.services.skip import SKIP_REASONS, skip_item
from annotate.services.submit import Submission


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
        keep_pace(self.user.pk)
        taken, lease = answer_item(
            assignment=self.assignment,
            submission=Submission(
                submission_id=sent.submission_id,
                answer=sent.answer,
                comment=sent.comment.strip(),
                is_unsure=sent.unsure,
            ),
            want=sent.hold if sent.next else 0,
        )
        return json_response(
            {
                "judgment": taken.judgment,
                "status": "surplus" if taken.is_surplus else "accepted",
                "judged_by_me": taken.judged_by_worker,
                "next": lease_json(lease) if lease else None,
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


class CheckView(AssignmentDoor):
    actions: ClassVar = {"post": "assignment.check"}

    class Input(serializers.Serializer[Any]):
        answer = AnyObject()

    class Output(serializers.Serializer[Any]):
        prediction = ShownPrediction(
            allow_null=True, help_text="null: there is nothing to be seen. Submit your answer."
        )

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, assignment_id: UUID) -> Response:  # noqa: ARG002
        """Say what you think first; then see what the model says, and submit either.

        Your first answer is kept, and is not changed by asking again.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        shown = check_answer(assignment=self.assignment, answer=data.validated_data["answer"])
        return Response({"prediction": shown_json(shown)})


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


class DraftView(AssignmentDoor):
    actions: ClassVar = {"put": "assignment.draft"}

    class Output(serializers.Serializer[Any]):
        kept = serializers.BooleanField(
            help_text="False: a later one is there, or the item is answered."
        )

    @extend_schema(request=OwnDraft, responses=Output)
    def put(self, request: Request, assignment_id: UUID) -> Response:  # noqa: ARG002
        """Keep what you have begun to say of an item you hold.

        It comes back as `draft` of the assignment when you claim, in this browser or another.
        Nobody else sees it, and it decides nothing. Of two the later one is kept.
        """
        data = OwnDraft(data=request.data)
        data.is_valid(raise_exception=True)
        fields = data.validated_data
        is_kept = keep_draft(
            assignment=self.assignment,
            begun=Begun(
                answer=fields["answer"],
                comment=fields["comment"],
                is_unsure=fields["unsure"],
                changed_at=fields["changed_at"],
            ),
        )
        return Response({"kept": is_kept})


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
        keep_pace(self.user.pk)
        skip_item(
            worker=self.assignment.worker,
            assignment_id=assignment_id,
            reason=fields["reason"],
            comment=fields["comment"],
        )
        if not fields["next"]:
            return Response({"next": None})
        lease = claim_next(
            worker=self.assignment.worker, project=self.assignment.project, held=fields["hold"]
        )
        return Response({"next": lease_json(lease) if lease else None})


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
