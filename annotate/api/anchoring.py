"""What showing predictions does to people, for leads."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.queries.anchoring import anchoring_of


class Difference(serializers.Serializer[Any]):
    value = serializers.FloatField()
    low = serializers.FloatField(help_text="`low` to `high`: 95 %.")
    high = serializers.FloatField()


class ConfidenceBand(serializers.Serializer[Any]):
    low = serializers.FloatField()
    high = serializers.FloatField()
    accepted = serializers.IntegerField()
    edited = serializers.IntegerField(help_text="The two labels have something in common.")
    rejected = serializers.IntegerField()


class AfterCheck(serializers.Serializer[Any]):
    differed = serializers.IntegerField(help_text="First answers that were not the model's.")
    followed = serializers.IntegerField(help_text="Of these, changed to the model's.")


class WrongArm(serializers.Serializer[Any]):
    wrong = serializers.IntegerField(help_text="Judgments of items on which the model was wrong.")
    same = serializers.IntegerField(help_text="Of these, the same as the model's.")


class WrongArms(serializers.Serializer[Any]):
    shown = WrongArm()
    kept_back = WrongArm()


class NeededSample(serializers.Serializer[Any]):
    effect = serializers.FloatField(help_text="The effect that could then be found.")
    each = serializers.IntegerField(help_text="Judgments of wrong predictions, in each arm.")
    shown = serializers.IntegerField(help_text="So many are missing.")
    kept_back = serializers.IntegerField()


class QuestionAnchoring(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    shown = serializers.IntegerField()
    kept_back = serializers.IntegerField()
    bands = ConfidenceBand(many=True)
    changed_after_check = AfterCheck()
    seconds_saved = Difference(allow_null=True, help_text="Of the medians; null: too few.")
    effect = Difference(
        allow_null=True, help_text="How much more often people repeat a wrong model they saw."
    )
    wrong = WrongArms()
    needed = NeededSample()


class AnchoringView(ProjectDoor):
    actions: ClassVar = {"get": "model.anchoring"}

    class Output(serializers.Serializer[Any]):
        questions = QuestionAnchoring(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """What people do with predictions, by the latest 3,000 judgments."""
        return Response(anchoring_of(self.membership.project))
