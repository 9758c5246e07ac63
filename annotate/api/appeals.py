"""Deciding appeals: the case without a name, and the decision with a reason."""

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import LARGEST_ID, ProjectDoor, page_of
from annotate.api.pictures import shown_data
from annotate.api.record import LONGEST_REASON
from annotate.api.shapes import CURSOR, LIMIT, AnyObject, paged
from annotate.models import Appeal, AppealState, AppealSubject
from annotate.queries.appeals import appeals_to_decide, case_of, own_cases
from annotate.refusals import NotFound
from annotate.services.appeals import decide_appeal


class AppealOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    subject = serializers.ChoiceField(AppealSubject.choices)
    state = serializers.ChoiceField(AppealState.choices)
    reason = serializers.CharField()
    decision = serializers.CharField()
    made_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    item = serializers.IntegerField()
    data = AnyObject()  # type: ignore[assignment]  # a field, in spite of the base's property
    answer = AnyObject()
    comment = serializers.CharField()
    against = AnyObject(allow_null=True, help_text="The known answer, or the ruling.")
    own_case = serializers.BooleanField(help_text="You can't decide it.")


class AppealDoor(ProjectDoor):
    """A door of the appeals of a project."""

    def cases(self, appeals: Sequence[Appeal]) -> list[dict[str, Any]]:
        own = own_cases(appeals, self.user)
        return [self._case(appeal, is_own=appeal.pk in own) for appeal in appeals]

    def _case(self, appeal: Appeal, *, is_own: bool) -> dict[str, Any]:
        case = case_of(appeal, is_own=is_own)
        prefix = f"/api/v1/projects/{appeal.project_id}/items/{case['item']}/media"
        return {**case, "data": shown_data(case["data"], prefix)}


class AppealsView(AppealDoor):
    actions: ClassVar = {"get": "appeal.list"}

    @extend_schema(
        operation_id="appeals_list", parameters=[CURSOR, LIMIT], responses=paged(AppealOutput)
    )
    def get(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """The appeals of the project, newest first."""
        rows, following = page_of(
            request, appeals_to_decide(self.membership.project), newest_first=True
        )
        return Response({"results": self.cases(rows), "next": following})


class AppealView(AppealDoor):
    actions: ClassVar = {"post": "appeal.decide"}

    class Input(serializers.Serializer[Any]):
        upheld = serializers.BooleanField()
        reason = serializers.CharField(max_length=LONGEST_REASON)

    @extend_schema(request=Input, responses=AppealOutput)
    def post(self, request: Request, project_id: int, appeal_id: int) -> Response:  # noqa: ARG002
        """Decide an appeal; never one against your own ruling."""
        if appeal_id > LARGEST_ID:
            raise NotFound
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        decided = decide_appeal(
            project=self.membership.project,
            appeal_id=appeal_id,
            is_upheld=data.validated_data["upheld"],
            reason=data.validated_data["reason"],
            decided_by=self.user,
        )
        row = appeals_to_decide(self.membership.project).get(pk=decided.pk)
        return Response(self.cases([row])[0])
