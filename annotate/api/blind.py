"""What items that people judged blind say of a model, for leads."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.queries.blind_parts import blind_parts


class ReliabilityBinOutput(serializers.Serializer[Any]):
    confidence = serializers.FloatField(help_text="The mean of the predictions of a bin.")
    accuracy = serializers.FloatField(help_text="The share of them that was right.")
    labels = serializers.IntegerField()


class ClassAccuracyOutput(serializers.Serializer[Any]):
    label = serializers.CharField(  # type: ignore[assignment]  # a field, not the base's property
        help_text="Of the final label, as text."
    )
    compared = serializers.IntegerField()
    agreed = serializers.IntegerField()


class BlindCalibration(serializers.Serializer[Any]):
    needed = serializers.IntegerField(help_text="So many items; with fewer the rest is null.")
    is_enough = serializers.BooleanField()
    ece = serializers.FloatField(allow_null=True, help_text="Expected calibration error.")
    low = serializers.FloatField(allow_null=True, help_text="`low` to `high`: 95 %.")
    high = serializers.FloatField(allow_null=True)
    by_chance = serializers.FloatField(
        allow_null=True, help_text="The error that exactly right confidences would show so."
    )
    is_off = serializers.BooleanField(
        allow_null=True, help_text="The error is larger than chance explains (5 %)."
    )


class BlindAccuracyOutput(serializers.Serializer[Any]):
    compared = serializers.IntegerField(
        help_text="Items predicted before they were settled, by people who saw no prediction."
    )
    agreed = serializers.IntegerField()
    low = serializers.FloatField(help_text="`low` to `high`: 95 % of the share that agreed.")
    high = serializers.FloatField()
    needed = serializers.IntegerField(help_text="With fewer items the share says nothing yet.")
    is_enough = serializers.BooleanField()
    classes = ClassAccuracyOutput(many=True)
    reliability = ReliabilityBinOutput(many=True, help_text="Of these items, by confidence.")
    calibration = BlindCalibration()


class BlindShare(serializers.Serializer[Any]):
    compared = serializers.IntegerField()
    agreed = serializers.IntegerField()
    low = serializers.FloatField(help_text="`low` to `high`: 95 %.")
    high = serializers.FloatField()


class BlindClass(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the base's property
    is_enough = serializers.BooleanField()
    found = BlindShare(allow_null=True, help_text="Of the items that have it.")
    right = BlindShare(allow_null=True, help_text="Of the items of which the model says it.")


class BlindSlice(BlindShare):
    value = serializers.CharField(allow_null=True, help_text="Null: all other values together.")
    is_enough = serializers.BooleanField()
    is_worse = serializers.BooleanField(
        help_text="Than the rest, beyond chance (Fisher's exact test, Holm; 5 % for all slices)."
    )


class BlindPartsView(ProjectDoor):
    actions: ClassVar = {"get": "model.read"}

    class Output(serializers.Serializer[Any]):
        question = serializers.CharField()
        version = serializers.IntegerField()
        by = serializers.CharField()
        ways = serializers.ListField(
            child=serializers.CharField(),
            help_text="What `by` may be: `source`, `length` (of texts), `field:` of metadata.",
        )
        needed = serializers.IntegerField(help_text="Items of a class or slice.")
        classes = BlindClass(many=True)
        slices = BlindSlice(many=True)

    @extend_schema(
        parameters=[
            OpenApiParameter("question", str, required=True),
            OpenApiParameter("version", int, required=True),
            OpenApiParameter("by", str, description="`source` when it is not given."),
        ],
        responses=Output,
    )
    def get(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Class by class and slice by slice, of items that people judged blind."""
        asked = request.query_params
        number = asked.get("version", "")
        found = blind_parts(
            self.membership.project,
            asked.get("question", "")[:40],
            int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0,
            asked.get("by", "source")[:200],
        )
        return Response(found)
