"""How a lead is shown where a worker stands: the rung, and what it was measured by."""

from typing import Any

from rest_framework import serializers

from annotate.models import Rung


class BoundsOutput(serializers.Serializer[Any]):
    value = serializers.FloatField()
    lower = serializers.FloatField()
    upper = serializers.FloatField()
    evidence = serializers.FloatField(help_text="So many judgments.")


class CategoryBounds(BoundsOutput):
    category = serializers.CharField()


class WorthOutput(serializers.Serializer[Any]):
    accuracy = BoundsOutput()
    information = BoundsOutput(help_text="Of one judgment, in nats.")
    reference = serializers.FloatField(help_text="Of an average judgment of the project.")
    gold = BoundsOutput(
        allow_null=True, help_text="By gold alone: a share of an average judgment."
    )
    categories = CategoryBounds(many=True)


class AlikeOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    worker = serializers.CharField(help_text="The pseudonym of the other.")
    mistakes = serializers.IntegerField(help_text="Of this worker, on items that both judged.")
    shared = serializers.IntegerField(help_text="In so many the other gave the same wrong answer.")
    expected = serializers.FloatField(help_text="So many would be shared by chance.")
    probability = serializers.FloatField(help_text="Of as many or more by chance, at most.")


class MeasureOutput(serializers.Serializer[Any]):
    why = serializers.CharField(help_text="What decided the last step.")
    gold = serializers.IntegerField(help_text="Judgments of items whose answer is known.")
    gold_met = serializers.FloatField(allow_null=True)
    compared = BoundsOutput(
        allow_null=True, help_text="What a judgment tells, as a share of the average."
    )
    questions = serializers.DictField(child=WorthOutput())
    alike = AlikeOutput(
        many=True, help_text="Who shares more mistakes than chance explains; only told to leads."
    )


class OverruledOutput(serializers.Serializer[Any]):
    rung = serializers.ChoiceField(Rung.choices)
    reason = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)


class FootingOutput(serializers.Serializer[Any]):
    rung = serializers.ChoiceField(Rung.choices, help_text="The one in force.")
    measured_rung = serializers.ChoiceField(Rung.choices)
    overruled = OverruledOutput(allow_null=True)
    measure = MeasureOutput(allow_null=True)
