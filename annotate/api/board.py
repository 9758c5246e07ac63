"""The lead's board and the model's record."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.jobs import job_json
from annotate.api.model_shapes import (
    ModelRestOutput,
    ModelStateOutput,
    ModelTroubleOutput,
    ModelWeightInForce,
)
from annotate.api.shapes import JobOutput
from annotate.models import JobKind
from annotate.queries.board import board_of
from annotate.queries.models import models_of
from annotate.refusals import NoGuideline
from annotate.services.jobs import start_job


class Stages(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    new = serializers.IntegerField()
    open = serializers.IntegerField()
    disputed = serializers.IntegerField()
    held = serializers.IntegerField()
    settled = serializers.IntegerField()
    withdrawn = serializers.IntegerField()


class CrowdTier(serializers.Serializer[Any]):
    judgments = serializers.IntegerField()
    active_workers = serializers.IntegerField()
    last_hour = serializers.IntegerField()
    median_seconds = serializers.FloatField(allow_null=True)


class ExpertTier(serializers.Serializer[Any]):
    adjudications = serializers.IntegerField()
    waiting = serializers.IntegerField()
    last_hour = serializers.IntegerField()


class Tiers(serializers.Serializer[Any]):
    crowd = CrowdTier()
    expert = ExpertTier()


class Bucket(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    crowd = serializers.IntegerField()
    expert = serializers.IntegerField()


def _interval(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.FloatField(),
        min_length=2,
        max_length=2,
        allow_null=True,
        help_text=help_text,
    )


class BoardAgreement(serializers.Serializer[Any]):
    observed = serializers.FloatField(
        allow_null=True, help_text="1 minus the mean distance between labels of one item."
    )
    alpha = serializers.FloatField(
        allow_null=True, help_text="Krippendorff's, by the level of measurement in `metric`."
    )
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    interval = _interval("`low` and `high`: 95 % of alpha, by a bootstrap over items.")
    ac1 = serializers.FloatField(allow_null=True, help_text="Gwet's; of choices of one only.")
    ac1_interval = _interval("95 % of AC1, by a bootstrap over items.")
    kappa = serializers.FloatField(
        allow_null=True,
        help_text="The mean of Cohen's kappa over pairs of workers with ten items in common.",
    )
    kappa_pairs = serializers.IntegerField(help_text="How many such pairs there are.")
    items = serializers.IntegerField(help_text="Items with two labels or more.")
    judgments = serializers.IntegerField(help_text="Their labels.")
    metric = serializers.CharField()
    is_complete = serializers.BooleanField(
        help_text="False: the sample behind alpha is thin, since most of its items went."
    )
    is_counting = serializers.BooleanField(
        help_text="Under a new guideline: not all items are counted yet."
    )


class SettledBy(serializers.Serializer[Any]):
    consensus = serializers.IntegerField()
    adjudication = serializers.IntegerField()
    auto_accept = serializers.IntegerField()
    spread = serializers.IntegerField(help_text="Copied from a near-duplicate.")


class BoardWorker(serializers.Serializer[Any]):
    pseudonym = serializers.CharField()
    tier = serializers.ChoiceField(["crowd", "expert"])
    judged = serializers.IntegerField()
    last_seen = serializers.DateTimeField(allow_null=True)
    agreement_with_final = serializers.FloatField(allow_null=True)


class ExpertAgreement(serializers.Serializer[Any]):
    items = serializers.IntegerField(help_text="Read by two experts, each without the other.")
    observed = serializers.FloatField(allow_null=True)
    alpha = serializers.FloatField(allow_null=True)


class BoardExperts(serializers.Serializer[Any]):
    readings = serializers.IntegerField()
    blind = serializers.IntegerField(help_text="Made or begun without having seen the votes.")
    revealed = serializers.IntegerField(help_text="Committed blind, then decided with the votes.")
    changed = serializers.IntegerField(help_text="Of these, how many the votes moved.")
    change_rate = serializers.FloatField(allow_null=True)
    ceiling = serializers.DictField(
        child=ExpertAgreement(), help_text="Agreement among experts, by question."
    )
    waiting_for_second = serializers.IntegerField()
    waiting_for_lead = serializers.IntegerField()
    overdue = serializers.IntegerField()


class BoardHeld(serializers.Serializer[Any]):
    waiting = serializers.IntegerField()
    ready = serializers.IntegerField(help_text="Held since before the guideline in force.")


class BoardBill(serializers.Serializer[Any]):
    crowd = serializers.IntegerField(help_text="Judgments paid for; planted and surplus ones too.")
    expert = serializers.IntegerField(help_text="Readings of disputes.")
    spent = serializers.FloatField(help_text="In the unit of the policy's prices.")
    per_item = serializers.FloatField(allow_null=True)
    budget = serializers.FloatField(allow_null=True, help_text="Of an item, on average.")
    allowed = serializers.FloatField(allow_null=True, help_text="Of all items together.")
    left = serializers.FloatField(allow_null=True)
    is_spent = serializers.BooleanField(help_text="Nothing is handed out to the crowd any more.")
    undecided = serializers.IntegerField(help_text="Items that are new or open.")


class BoardOutput(serializers.Serializer[Any]):
    items = Stages()
    tiers = Tiers()
    throughput = Bucket(many=True)
    agreement = serializers.DictField(child=BoardAgreement())
    settled_by = SettledBy()
    model = ModelStateOutput(allow_null=True)
    model_rest = ModelRestOutput(
        allow_null=True, help_text="Set while people go on without a model that failed."
    )
    workers = BoardWorker(many=True)
    experts = BoardExperts()
    held = BoardHeld()
    bill = BoardBill(allow_null=True, help_text="Null where judgments have no prices.")
    updated_at = serializers.DateTimeField()


class BoardView(ProjectDoor):
    actions: ClassVar = {"get": "board.read"}

    @extend_schema(
        parameters=[OpenApiParameter("bucket", str, enum=["hour", "minute"])],
        responses=BoardOutput,
    )
    def get(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """How the project stands now."""
        bucket = "minute" if request.query_params.get("bucket") == "minute" else "hour"
        return Response(board_of(self.membership.project, bucket=bucket))


class QuestionModels(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    usable = serializers.BooleanField()
    why_not = serializers.CharField(allow_null=True)
    why_not_code = serializers.CharField(
        allow_null=True,
        help_text="not_a_choice, no_detector or no_text: `why_not`, for programs.",
    )
    versions = ModelStateOutput(many=True)
    weights = ModelWeightInForce(many=True, help_text="Of all sources, imported ones among them.")


class ModelView(ProjectDoor):
    actions: ClassVar = {"get": "model.read"}

    class Output(serializers.Serializer[Any]):
        questions = QuestionModels(many=True)
        running = JobOutput(allow_null=True)
        rest = ModelRestOutput(allow_null=True, help_text="As `model_rest` of the board.")
        trouble = ModelTroubleOutput(
            allow_null=True, help_text="What the newest job that has ended could not do."
        )

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """How good the model of each question is so far."""
        found = models_of(self.membership.project)
        running = found["running"]
        return Response({**found, "running": job_json(running) if running else None})


class PrelabelView(ProjectDoor):
    actions: ClassVar = {"post": "model.prelabel"}

    @extend_schema(request=None, responses={202: JobOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Let the model speak on every item that is not settled."""
        project = self.membership.project
        if project.guideline_id is None:
            raise NoGuideline
        job = start_job(project=project, kind=JobKind.PRELABEL, user=self.user, parameters={})
        return Response(job_json(job), status=202)
