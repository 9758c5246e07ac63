"""A lead overrules the rung of a worker, with a reason, and lifts that again."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.footing_shapes import FootingOutput
from annotate.api.members import member_of
from annotate.api.record import LONGEST_REASON
from annotate.models import Rung, Worker
from annotate.queries.footing import member_footing
from annotate.refusals import Forbidden
from annotate.services.ladder import lift_overruling, overrule_rung


class MemberRungView(ProjectDoor):
    actions: ClassVar = {"put": "member.overrule", "delete": "member.overrule"}

    class Input(serializers.Serializer[Any]):
        rung = serializers.ChoiceField(Rung.choices)
        reason = serializers.CharField(max_length=LONGEST_REASON)

    def other_member(self, project_id: int, member_id: int) -> Worker:
        worker = member_of(project_id, member_id)
        if worker.user_id == self.user.pk:
            message = "You can't set your own rung. Ask another lead or the owner."
            raise Forbidden(message)
        return worker

    @extend_schema(request=Input, responses=FootingOutput)
    def put(self, request: Request, project_id: int, member_id: int) -> Response:
        """Put a worker on a rung whatever is measured; it holds until it is lifted."""
        worker = self.other_member(project_id, member_id)
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        footing = overrule_rung(
            worker=worker,
            rung=Rung(data.validated_data["rung"]),
            reason=data.validated_data["reason"],
            by=self.user,
        )
        return Response(member_footing(footing, self.membership.project))

    @extend_schema(request=None, responses={200: FootingOutput})
    def delete(self, _request: Request, project_id: int, member_id: int) -> Response:
        """Let what is measured decide again."""
        worker = self.other_member(project_id, member_id)
        footing = lift_overruling(worker=worker, by=self.user)
        return Response(member_footing(footing, self.membership.project))
