"""The lead's side of production: what goes on there, its rules, and who may ask."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor, page_of
from annotate.api.shapes import CURSOR, LIMIT, AnyObject, paged
from annotate.models import ApiToken
from annotate.queries.production import (
    case_row,
    cases_of,
    live_applications,
    production_of,
    rules_json,
)
from annotate.services.production import (
    change_rules,
    connect_application,
    disconnect_application,
)

LARGEST_CAP = 100_000


class ProductionRulesOutput(serializers.Serializer[Any]):
    uncertain_below = serializers.FloatField(help_text="Less sure predictions become items.")
    random_share = serializers.FloatField(help_text="Of the others, so many do.")
    most_a_day = serializers.IntegerField(help_text="Items that feedback makes in a day (UTC).")
    drift_most_a_day = serializers.IntegerField(help_text="Items that drift opens in a day.")


class OpenedToday(serializers.Serializer[Any]):
    feedback = serializers.IntegerField()
    drift = serializers.IntegerField()


class FunnelStep(serializers.Serializer[Any]):
    step = serializers.ChoiceField(
        ["corrected", "labelled", "refuted", "released", "retrained", "fixed"]
    )
    count = serializers.IntegerField()


class LabelDriftOutput(serializers.Serializer[Any]):
    before = serializers.IntegerField(help_text="Lessons compared with.")
    now = serializers.IntegerField(help_text="Predictions compared.")
    g = serializers.FloatField()
    p = serializers.FloatField()
    stability = serializers.FloatField(help_text="Population stability index.")
    risen = serializers.ListField(
        child=serializers.CharField(), help_text="As JSON, the largest rise first."
    )
    is_drifting = serializers.BooleanField()


class VectorDriftOutput(serializers.Serializer[Any]):
    before = serializers.IntegerField()
    now = serializers.IntegerField()
    distance = serializers.FloatField(help_text="Between the means of unit vectors.")
    shift = serializers.FloatField(help_text="In standard deviations along that line.")
    z = serializers.FloatField()
    p = serializers.FloatField()
    is_drifting = serializers.BooleanField()


class DriftOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    at = serializers.DateTimeField()
    is_drifting = serializers.BooleanField()
    labels = LabelDriftOutput(allow_null=True, help_text="Null: one of the samples is too small.")
    vectors = VectorDriftOutput(allow_null=True, help_text="The same.")


class ProductionDay(serializers.Serializer[Any]):
    day = serializers.DateField()
    predicted = serializers.IntegerField()
    late = serializers.IntegerField()
    received = serializers.IntegerField()
    corrected = serializers.IntegerField()


class ProductionView(ProjectDoor):
    actions: ClassVar = {"get": "production.read"}

    class Output(serializers.Serializer[Any]):
        has_model = serializers.BooleanField()
        is_answered = serializers.BooleanField(help_text="Whether a process answers now.")
        applications = serializers.IntegerField()
        rules = ProductionRulesOutput()
        opened_today = OpenedToday()
        counts = serializers.DictField(child=serializers.IntegerField())
        funnel = FunnelStep(many=True)
        drift = DriftOutput(many=True)
        days = ProductionDay(many=True, help_text="The latest 14 that had any, newest first.")

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """How the model fares in production."""
        return Response(production_of(self.membership.project))


class ProductionRulesView(ProjectDoor):
    actions: ClassVar = {"patch": "production.change"}

    class Input(serializers.Serializer[Any]):
        uncertain_below = serializers.FloatField(required=False, min_value=0, max_value=1)
        random_share = serializers.FloatField(required=False, min_value=0, max_value=1)
        most_a_day = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST_CAP)
        drift_most_a_day = serializers.IntegerField(
            required=False, min_value=0, max_value=LARGEST_CAP
        )

    @extend_schema(request=Input, responses=ProductionRulesOutput)
    def patch(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Say what of the feedback becomes work, and how much of it in a day."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        rules = change_rules(
            project=self.membership.project, author=self.user, changes=dict(data.validated_data)
        )
        return Response(rules_json(rules))


class CaseOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    item = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    preview = serializers.CharField()
    reason = serializers.ChoiceField(["corrected", "uncertain", "drifting", "random"])
    said = AnyObject(help_text="By question: label, confidence, model_version.")
    calibrated = serializers.ListField(
        child=serializers.CharField(),
        help_text="The questions whose confidence was held against labels of people.",
    )
    claim = AnyObject(allow_null=True, help_text="What the application says is right.")
    final = AnyObject(allow_null=True)
    step = serializers.ChoiceField(
        ["waiting", "labelled", "refuted", "released", "retrained", "fixed"]
    )
    received_at = serializers.DateTimeField()


class CasesView(ProjectDoor):
    actions: ClassVar = {"get": "production.read"}

    @extend_schema(
        operation_id="production_cases_list",
        parameters=[CURSOR, LIMIT],
        responses=paged(CaseOutput),
    )
    def get(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """What production gave to label, newest first."""
        rows, following = page_of(request, cases_of(self.membership.project), newest_first=True)
        return Response({"results": [case_row(row) for row in rows], "next": following})


class ApplicationOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    made_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    key = serializers.CharField(required=False, help_text="Only in the answer to its creation.")


def _application_json(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "made_by": token.user.display_name,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
    }


class ApplicationsView(ProjectDoor):
    actions: ClassVar = {"get": "production.connect", "post": "production.connect"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100)

    @extend_schema(operation_id="applications_list", responses=ApplicationOutput(many=True))
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """The applications that may ask the model, newest first."""
        live = live_applications(self.membership.project)[:100]
        return Response([_application_json(token) for token in live])

    @extend_schema(request=Input, responses={201: ApplicationOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Make a token that opens predict/ and feedback/ of this project, and nothing else."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        token, key = connect_application(
            project=self.membership.project, lead=self.user, name=data.validated_data["name"]
        )
        return Response({**_application_json(token), "key": key}, status=201)


class ApplicationView(ProjectDoor):
    actions: ClassVar = {"delete": "production.connect"}

    @extend_schema(responses={204: None})
    def delete(self, _request: Request, project_id: int, token_id: int) -> Response:  # noqa: ARG002
        """Revoke an application's token at once."""
        disconnect_application(project=self.membership.project, token_id=token_id)
        return Response(status=204)
