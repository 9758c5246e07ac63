"""Held items: a lead lets them go on, one by one or all."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import LARGEST_ID, ProjectDoor
from annotate.queries.held import held_counts
from annotate.services.decide_anew import MOST_AT_ONCE, resume_items


class ResumeView(ProjectDoor):
    actions: ClassVar = {"post": "item.resume"}

    class Input(serializers.Serializer[Any]):
        items = serializers.ListField(
            child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
            max_length=MOST_AT_ONCE,
            required=False,
            help_text=f"Without it all, the {MOST_AT_ONCE} oldest a request.",
        )

    class Output(serializers.Serializer[Any]):
        resumed = serializers.IntegerField()
        left = serializers.IntegerField(help_text="Still held; send the request again.")

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Let held items go on: their votes are decided again, under the rules in force.

        What is not held is passed over. An item is held once.
        """
        data = self.Input(data=request.data or {})
        data.is_valid(raise_exception=True)
        project = self.membership.project
        resumed = resume_items(
            project=project, user=self.user, items=data.validated_data.get("items")
        )
        return Response({"resumed": resumed, "left": held_counts(project)["waiting"]})
