"""Auto-accept: a lead asks for a promise, audits prove it, and the rest of a batch is accepted."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import LARGEST_ID, ProjectDoor
from annotate.api.jobs import job_json
from annotate.api.shapes import JobOutput
from annotate.models import Acceptance, AcceptanceState
from annotate.queries.acceptance import (
    acceptance_of,
    acceptance_state,
    acceptances_of,
    outlook,
    questions_of,
)
from annotate.services.accept import accept_batch, cancel_acceptance, look_at_audits
from annotate.services.propose import Promise, propose_acceptance
from labeling.guarantee import HIGHEST_TARGET, LOWEST_TARGET

LOWEST_RISK, HIGHEST_RISK = 0.001, 0.5
LARGEST_SHARE = 0.2


class VerdictOfAuditsOutput(serializers.Serializer[Any]):
    audited = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]  # a field, not the base's
    look = serializers.IntegerField(help_text="Each look may spend less of the risk.")
    target_of_rest = serializers.FloatField(
        help_text="The target, for what people had not taken out of the batch meanwhile."
    )
    upper = serializers.FloatField(help_text="Of the share that is wrong in what is left.")
    missing = serializers.IntegerField(
        help_text="So many more audits without an error would prove it at the next look."
    )
    is_proven = serializers.BooleanField()
    is_hopeless = serializers.BooleanField(
        help_text="Not even audits of nearly all of the batch would prove it."
    )


class RollingOutput(serializers.Serializer[Any]):
    drawn = serializers.IntegerField()
    audited = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]  # a field, not the base's
    evidence = serializers.FloatField(help_text="Against the promise, the highest there ever was.")
    breach_at = serializers.FloatField(help_text="1 / risk: so much evidence breaks the promise.")


class AcceptanceOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    question = serializers.CharField()
    model_version = serializers.IntegerField()
    follows = serializers.IntegerField(allow_null=True, help_text="The surer batch before it.")
    target = serializers.FloatField()
    risk = serializers.FloatField()
    rolling_share = serializers.FloatField()
    low = serializers.FloatField(help_text="The model is surer than this of every item.")
    high = serializers.FloatField(help_text="And at most so sure.")
    state = serializers.ChoiceField(AcceptanceState.choices)
    stale = serializers.ChoiceField(["model", "guideline"], allow_null=True)
    size = serializers.IntegerField()
    drawn = serializers.IntegerField(help_text="The audit sample.")
    audited = serializers.IntegerField(help_text="Of those, how many have a final label.")
    looks = serializers.IntegerField()
    verdict = VerdictOfAuditsOutput(allow_null=True, help_text="Of the latest look.")
    accepted = serializers.IntegerField(help_text="Final labels it made that still stand.")
    rolling = RollingOutput()
    job = JobOutput(allow_null=True)
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()


class AcceptableQuestionOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    why_not_code = serializers.CharField(
        allow_null=True, help_text="not_a_choice, other_questions or no_learned_model."
    )
    model_version = serializers.IntegerField(allow_null=True)
    accuracy = serializers.FloatField(allow_null=True, help_text="Out of fold.")


class StepOutput(serializers.Serializer[Any]):
    low = serializers.FloatField()
    high = serializers.FloatField()
    expected_error = serializers.FloatField(help_text="The share that was wrong out of fold.")
    labels = serializers.IntegerField(help_text="On so many labels.")
    items = serializers.IntegerField(
        help_text="Open items that are as sure; among more than 20,000 new ones, an estimate."
    )
    is_estimate = serializers.BooleanField(
        help_text="Only some of the items were looked at: 0 of them then means few, not none."
    )
    audits = serializers.IntegerField(help_text="So many without an error prove it.")


class PromiseInput(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=40)
    target = serializers.FloatField(
        min_value=LOWEST_TARGET,
        max_value=HIGHEST_TARGET,
        default=0.05,
        help_text="At most this share of what is accepted is wrong.",
    )
    risk = serializers.FloatField(
        min_value=LOWEST_RISK,
        max_value=HIGHEST_RISK,
        default=0.05,
        help_text="The chance that a batch is accepted that breaks the target.",
    )


def _shown(acceptance: Acceptance) -> dict[str, Any]:
    state = acceptance_state(acceptance)
    return {**state, "job": state["job"] and job_json(state["job"])}


class AutoAcceptView(ProjectDoor):
    actions: ClassVar = {"get": "auto_accept.read", "post": "auto_accept.decide"}

    class Input(PromiseInput):
        rolling_share = serializers.FloatField(
            min_value=0.0,
            max_value=LARGEST_SHARE,
            default=0.02,
            help_text="So large a share of what is accepted goes on being audited.",
        )

    class Output(serializers.Serializer[Any]):
        questions = AcceptableQuestionOutput(many=True)
        results = AcceptanceOutput(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """The latest batches, newest first, and which questions a model could answer."""
        project = self.membership.project
        results = [_shown(row) for row in acceptances_of(project)]
        return Response({"questions": questions_of(project), "results": results})

    @extend_schema(request=Input, responses={201: AcceptanceOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Draw the next batch of a question, the surest first, and hand its audits to people.

        What the audits prove holds for the model version and guideline of this moment.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        acceptance = propose_acceptance(
            project=self.membership.project,
            user=self.user,
            promise=Promise(**data.validated_data),
        )
        return Response(_shown(acceptance), status=201)


class OutlookView(ProjectDoor):
    actions: ClassVar = {"get": "auto_accept.read"}

    class Output(serializers.Serializer[Any]):
        steps = StepOutput(many=True)

    @extend_schema(
        parameters=[
            OpenApiParameter("question", str, required=True),
            OpenApiParameter("target", float),
            OpenApiParameter("risk", float),
        ],
        responses=Output,
    )
    def get(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """What could be tried: batches from the surest down, with their items and audits.

        It looks at the open items of the project, 20,000 at most.
        """
        data = PromiseInput(data=request.query_params)
        data.is_valid(raise_exception=True)
        asked = data.validated_data
        steps = outlook(
            self.membership.project,
            asked["question"],
            target=asked["target"],
            risk=asked["risk"],
        )
        return Response({"steps": steps})


class AcceptanceView(ProjectDoor):
    actions: ClassVar = {"get": "auto_accept.read"}

    @extend_schema(operation_id="auto_accept_batch", responses=AcceptanceOutput)
    def get(self, _request: Request, project_id: int, acceptance_id: int) -> Response:  # noqa: ARG002
        """How a batch stands."""
        found = acceptance_of(self.membership.project, min(acceptance_id, LARGEST_ID))
        return Response(_shown(found))


class LookView(ProjectDoor):
    actions: ClassVar = {"post": "auto_accept.decide"}

    @extend_schema(request=None, responses=AcceptanceOutput)
    def post(self, _request: Request, project_id: int, acceptance_id: int) -> Response:  # noqa: ARG002
        """Judge a batch by its audits, once all are final. Each look spends some of the risk.

        Where more audits may prove it, they are drawn at once.
        """
        found = look_at_audits(
            project=self.membership.project,
            acceptance_id=min(acceptance_id, LARGEST_ID),
            user=self.user,
        )
        return Response(_shown(found))


class AcceptView(ProjectDoor):
    actions: ClassVar = {"post": "auto_accept.decide"}

    @extend_schema(request=None, responses={202: AcceptanceOutput})
    def post(self, _request: Request, project_id: int, acceptance_id: int) -> Response:  # noqa: ARG002
        """Accept the rest of a proven batch, or go on after the job was cancelled."""
        found = accept_batch(
            project=self.membership.project,
            acceptance_id=min(acceptance_id, LARGEST_ID),
            user=self.user,
        )
        return Response(_shown(found), status=202)


class CancelAcceptanceView(ProjectDoor):
    actions: ClassVar = {"post": "auto_accept.decide"}

    @extend_schema(request=None, responses=AcceptanceOutput)
    def post(self, _request: Request, project_id: int, acceptance_id: int) -> Response:  # noqa: ARG002
        """Give a batch up, or stop the job that accepts it. What is accepted stays."""
        found = cancel_acceptance(
            project=self.membership.project,
            acceptance_id=min(acceptance_id, LARGEST_ID),
            user=self.user,
        )
        return Response(_shown(found))
