"""Guidelines with their label schemas, routing policies, and the published schemas."""

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import Door, ProjectDoor, page_of
from annotate.api.shapes import CURSOR, LIMIT, AnyObject, ProblemOutput, paged
from annotate.models import Guideline, PolicyVersion
from annotate.queries.held import held_counts
from annotate.refusals import NoGuideline, NotFound
from annotate.services.projects import change_policy, publish_guideline
from labeling.model_rules import PREDICTIONS
from labeling.problems import Invalid
from labeling.rules import LONGEST_NOTE, RuleAction
from labeling.schema import LABEL_SCHEMA_JSON_SCHEMA, LabelSchema


class GuidelineOutput(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    text = serializers.CharField()
    schema = AnyObject()
    created_at = serializers.DateTimeField()


class PublishedOutput(GuidelineOutput):
    held = serializers.IntegerField(help_text="Items that waited for it: held/resume/.")


class DisputeRule(serializers.Serializer[Any]):
    questions = serializers.JSONField(help_text='"required", or a list of question ids.')
    on = serializers.ChoiceField(["exhausted", "disagreement"])
    unsure_votes = serializers.IntegerField(
        help_text="So many unsure votes open a dispute; 0 switches that off."
    )
    skips = serializers.IntegerField(
        help_text="So many workers who skipped an item open a dispute; 0 switches that off.",
    )


class PricesDocument(serializers.Serializer[Any]):
    crowd = serializers.FloatField(help_text="Of one worker's judgment.")
    expert = serializers.FloatField(allow_null=True, help_text="null: there is no expert.")
    wrong = serializers.FloatField(help_text="Of a wrong final label.")
    expert_accuracy = serializers.FloatField()


class RuleDocument(serializers.Serializer[Any]):
    name = serializers.CharField()
    when = AnyObject(help_text='Conditions that all must hold: {"votes": {"at_least": 3}}.')
    then = serializers.ChoiceField([action.value for action in RuleAction])
    note = serializers.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        help_text="What a worker reads to whom an item goes back.",
    )


class ExpertsDocument(serializers.Serializer[Any]):
    blind = serializers.BooleanField(
        help_text="Votes stay hidden until an expert has committed an own answer."
    )
    double_read = serializers.FloatField(help_text="The share of disputes that two experts read.")
    most_at_once = serializers.IntegerField(help_text="So many disputes an expert may hold.")
    overdue_hours = serializers.FloatField(help_text="Older disputes go first, to anyone.")


class ModelDocument(serializers.Serializer[Any]):
    order = serializers.ChoiceField(
        ["arrival", "model"],
        help_text="`model`: what the model learns most from is labelled first.",
    )
    blind_share = serializers.FloatField(
        help_text="With order `model`: the share that chance picks and nobody sees predictions of."
    )
    control_share = serializers.FloatField(
        help_text="The share of the assignments whose prediction is kept back, to measure."
    )
    modes = AnyObject(help_text='Questions with a mode of their own: {"tone": "after_answer"}.')


class PolicyDocument(serializers.Serializer[Any]):
    min_overlap = serializers.IntegerField()
    max_overlap = serializers.IntegerField()
    measure = serializers.ChoiceField(["posterior", "agreement"])
    threshold = serializers.FloatField()
    assumed_accuracy = serializers.FloatField()
    dispute = DisputeRule()
    prediction = serializers.ChoiceField(
        PREDICTIONS, help_text="When workers see what a model said; `by_type`: as suits the label."
    )
    model = ModelDocument(required=False, help_text="Without it: in order of arrival.")
    count_models = serializers.BooleanField(
        help_text="Whether what a model said counts, as far as the votes show it to be worth."
    )
    lease_seconds = serializers.IntegerField()
    most_at_once = serializers.IntegerField(
        required=False, help_text="So many items one worker of the crowd may hold; without it 60."
    )
    prices = PricesDocument(allow_null=True, help_text="null: the threshold decides alone.")
    rules = RuleDocument(many=True, help_text="With prices: the first that matches decides.")
    audit = serializers.FloatField(help_text="The share of settling items that experts read.")
    budget = serializers.FloatField(allow_null=True, help_text="Of an item, on average.")
    experts = ExpertsDocument(required=False, help_text="Without it: blind, read once.")
    gold_rate = serializers.FloatField(
        help_text="The share of leases with a known answer, to measure workers; 0: none."
    )
    ladder = serializers.BooleanField(
        help_text="Whether workers whose judgments tell little get a hint, less work, or none."
    )


class PolicyOutput(PolicyDocument):
    version = serializers.IntegerField()


def guideline_json(guideline: Guideline) -> dict[str, Any]:
    return {
        "version": guideline.version,
        "text": guideline.text,
        "schema": guideline.schema,
        "created_at": guideline.created_at,
    }


def policy_json(policy: PolicyVersion) -> dict[str, Any]:
    return {"version": policy.version, "policy": policy.document}


class GuidelinesView(ProjectDoor):
    actions: ClassVar = {"get": "guideline.read", "post": "guideline.publish"}

    class Input(serializers.Serializer[Any]):
        text = serializers.CharField(
            max_length=1_000_000, allow_blank=True, trim_whitespace=False, default=""
        )
        schema = AnyObject()

    @extend_schema(
        operation_id="guidelines_list",
        parameters=[CURSOR, LIMIT],
        responses=paged(GuidelineOutput),
    )
    def get(self, request: Request, project_id: int) -> Response:
        """All versions, newest first."""
        rows, following = page_of(
            request, Guideline.objects.filter(project=project_id), newest_first=True
        )
        return Response({"results": [guideline_json(row) for row in rows], "next": following})

    @extend_schema(request=Input, responses={201: PublishedOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Publish the next version. Open leases keep the version they were made with."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        guideline = publish_guideline(
            project=self.membership.project, author=self.user, **data.validated_data
        )
        guideline.refresh_from_db()
        held = held_counts(self.membership.project)["ready"]
        return Response({**guideline_json(guideline), "held": held}, status=201)


class PolicyView(ProjectDoor):
    actions: ClassVar = {"get": "policy.read", "put": "policy.change"}

    @extend_schema(responses=PolicyOutput)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """The routing policy in force."""
        return _policy_response(self.membership.project.policy)

    @extend_schema(request=PolicyDocument, responses=PolicyOutput)
    def put(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Set the next version of the policy; it decides from the next vote on.

        Keys that you leave out take their defaults, so send back all that you read. An empty
        body is refused.
        """
        document = request.data
        if isinstance(document, dict):
            document = {key: value for key, value in document.items() if key != "version"}
        policy = change_policy(
            project=self.membership.project, author=self.user, document=document
        )
        return _policy_response(policy)


def _policy_response(policy: PolicyVersion | None) -> Response:
    if policy is None:
        raise NotFound
    return Response({"version": policy.version, **policy.document})


class AnswerSchemaView(ProjectDoor):
    actions: ClassVar = {"get": "answer_schema.read"}

    @extend_schema(
        parameters=[OpenApiParameter("version", int)], responses={200: OpenApiTypes.OBJECT}
    )
    def get(self, request: Request, project_id: int) -> Response:
        """JSON Schema (2020-12) of an answer under a guideline version, by default the latest."""
        guideline = self.membership.project.guideline
        if version := request.query_params.get("version"):
            if not (version.isascii() and version.isdigit() and len(version) < 10):
                raise NotFound
            guideline = Guideline.objects.filter(project=project_id, version=version).first()
            if guideline is None:
                raise NotFound
        if guideline is None:
            raise NoGuideline
        return Response(LabelSchema.from_json(guideline.schema).answer_json_schema())


class LabelSchemaView(Door):
    actions: ClassVar = {"get": "label_schema.read"}

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, _request: Request) -> Response:
        """JSON Schema (2020-12) of the label schema document."""
        return Response(LABEL_SCHEMA_JSON_SCHEMA)


class LabelSchemaCheckView(Door):
    actions: ClassVar = {"post": "label_schema.check"}

    class Input(serializers.Serializer[Any]):
        schema = AnyObject()

    class Output(serializers.Serializer[Any]):
        ok = serializers.BooleanField()
        problems = ProblemOutput(many=True)
        answer_schema = AnyObject(allow_null=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request) -> Response:
        """Check a label schema without saving it."""
        document = request.data.get("schema") if isinstance(request.data, dict) else None
        try:
            schema = LabelSchema.from_json(document)
        except Invalid as error:
            problems = [
                {"path": p.path, "code": p.code, "message": p.message} for p in error.problems
            ]
            return Response({"ok": False, "problems": problems, "answer_schema": None})
        answer_schema = schema.answer_json_schema()
        return Response({"ok": True, "problems": [], "answer_schema": answer_schema})
