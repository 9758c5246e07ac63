"""Try a policy on the project's own votes before it is saved."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.guidelines import PolicyDocument, PricesDocument
from annotate.queries.preview import preview_policy
from annotate.refusals import NoGuideline
from annotate.services.projects import checked_policy


class RuleHits(serializers.Serializer[Any]):
    name = serializers.CharField()
    hits = serializers.IntegerField(help_text="Items on which the rule decided at some step.")


class ForecastOutput(serializers.Serializer[Any]):
    crowd_per_item = serializers.FloatField()
    expert_share = serializers.FloatField()
    cost_per_item = serializers.FloatField()
    expected_error = serializers.FloatField()
    ran_out_share = serializers.FloatField(
        help_text="Items that would have got more votes than were recorded."
    )
    returns_per_item = serializers.FloatField(help_text="Votes asked for again; they cost.")
    held_share = serializers.FloatField(help_text="Items that would wait for the guideline.")
    wrong = serializers.FloatField(
        allow_null=True,
        help_text="The price of a wrong label; where there is a budget, found by it.",
    )
    codes = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many items each code ended."
    )
    rules = RuleHits(many=True)


class CurvePoint(serializers.Serializer[Any]):
    wrong = serializers.FloatField()
    cost_per_item = serializers.FloatField()
    expected_error = serializers.FloatField()
    expert_share = serializers.FloatField()


class PolicyPreviewView(ProjectDoor):
    actions: ClassVar = {"post": "policy.preview"}

    class Output(serializers.Serializer[Any]):
        items = serializers.IntegerField(help_text="Replayed: a sample, the same each time.")
        of = serializers.IntegerField(
            help_text="Items with a counted vote, among those of the latest 10,000 judgments."
        )
        crowd_version = serializers.IntegerField(
            allow_null=True, help_text="What weighed the votes; null: nobody was told apart."
        )
        bill = PricesDocument(help_text="What the costs of both are counted in.")
        proposed = ForecastOutput()
        current = ForecastOutput()
        curve = CurvePoint(many=True)

    @extend_schema(request=PolicyDocument, responses=Output)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Replay the project's recorded votes under a policy, beside the one in force.

        Takes what `policy/` takes and refuses what it refuses; saves nothing.
        """
        project = self.membership.project
        if project.guideline is None or project.policy is None:
            raise NoGuideline
        document = request.data
        if isinstance(document, dict):
            document = {key: value for key, value in document.items() if key != "version"}
        return Response(preview_policy(project, checked_policy(project, document)))
