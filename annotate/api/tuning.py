"""Fine-tunes against heads, side by side; and which version a lead wants in force."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.jobs import job_json
from annotate.api.model_shapes import ModelQuality
from annotate.api.shapes import AnyJSON, JobOutput
from annotate.queries.tuning import tunings_of
from annotate.services.pin import pin_version, unpin


class TrialSaidOutput(serializers.Serializer[Any]):
    label = AnyJSON()  # type: ignore[assignment]  # a field, not the base's property
    score = serializers.FloatField()


class TrialExampleOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    text = serializers.CharField(help_text="Its beginning.")
    label = AnyJSON(help_text="Of people.")  # type: ignore[assignment]  # as above
    head = TrialSaidOutput()
    tuned = TrialSaidOutput()


class TrialReportOutput(serializers.Serializer[Any]):
    labels = serializers.IntegerField()
    head = ModelQuality(help_text="Both on the same labels, each without having learnt them.")
    tuned = ModelQuality()
    gain = serializers.FloatField(help_text="So much lower is the log-loss of the fine-tune.")
    gain_low = serializers.FloatField(
        help_text="With a confidence of 95 % the gain is above that, 1.645 standard errors lower."
    )
    steps = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of each fold: so many it took."
    )
    seconds = serializers.FloatField(help_text="Of processor time, for the comparison.")
    examples = TrialExampleOutput(many=True, help_text="Only one of the two is right.")


class TrialOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    outcome = serializers.CharField(help_text="taken, not_better, pinned, audited or too_few.")
    labels = serializers.IntegerField(help_text="Of people, that it began with.")
    version = serializers.IntegerField(
        allow_null=True, help_text="What it became; or the head that replaced an earlier one."
    )
    report = TrialReportOutput(allow_null=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class QuestionTunings(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    why_not_code = serializers.CharField(
        allow_null=True, help_text="`label_type` or `no_text`: nothing is ever fine-tuned here."
    )
    fewest_labels = serializers.IntegerField(help_text="Of people, before the first is tried.")
    pinned = serializers.IntegerField(
        allow_null=True, help_text="The version a lead keeps in force; none is tried meanwhile."
    )
    pinned_by = serializers.CharField(allow_null=True)
    job = JobOutput(allow_null=True, help_text="The last one, while it runs or if it failed.")
    tunings = TrialOutput(many=True, help_text="The newest first.")


class TuningView(ProjectDoor):
    actions: ClassVar = {"get": "model.read"}

    class Output(serializers.Serializer[Any]):
        questions = QuestionTunings(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """What came of each fine-tune that was tried, next to the head it had to beat."""
        questions = [
            {**found, "job": job_json(found["job"]) if found["job"] else None}
            for found in tunings_of(self.membership.project)
        ]
        return Response({"questions": questions})


class PinView(ProjectDoor):
    actions: ClassVar = {"post": "model.pin", "delete": "model.pin"}

    class Input(serializers.Serializer[Any]):
        version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)

    class Output(serializers.Serializer[Any]):
        version = serializers.IntegerField(help_text="The one in force now: a new one, or newest.")

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int, question_id: str) -> Response:  # noqa: ARG002
        """Go back to a version, or keep the newest, until it is let go."""
        shape = self.Input(data=request.data)
        shape.is_valid(raise_exception=True)
        version = pin_version(
            project=self.membership.project,
            question_id=question_id,
            version=shape.validated_data["version"],
            user=self.user,
        )
        return Response({"version": version.version})

    @extend_schema(responses={204: None})
    def delete(self, _request: Request, project_id: int, question_id: str) -> Response:  # noqa: ARG002
        """Let what is learnt from now on take over again."""
        unpin(project=self.membership.project, question_id=question_id, user=self.user)
        return Response(status=204)
