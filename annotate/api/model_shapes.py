"""The shapes of a model version, for the board, the model page and its fine-tunes."""

from typing import Any

from rest_framework import serializers

from annotate.api.blind import BlindAccuracyOutput, ReliabilityBinOutput


class CategoryQualityOutput(serializers.Serializer[Any]):
    labels = serializers.IntegerField()
    recall = serializers.FloatField(allow_null=True)
    precision = serializers.FloatField(allow_null=True)


class ModelQuality(serializers.Serializer[Any]):
    labels = serializers.IntegerField()
    accuracy = serializers.FloatField()
    log_loss = serializers.FloatField()
    majority_accuracy = serializers.FloatField()
    ece = serializers.FloatField()
    f1 = serializers.FloatField(allow_null=True, help_text="Of spans, strictly; else null.")
    reliability = ReliabilityBinOutput(
        many=True, help_text="Out of fold, by confidence; empty for older versions."
    )
    categories = serializers.DictField(
        child=CategoryQualityOutput(), help_text="Out of fold, by class; empty for older versions."
    )


class Acceptance(serializers.Serializer[Any]):
    compared = serializers.IntegerField()
    agreed = serializers.IntegerField()


class ModelWeightInForce(serializers.Serializer[Any]):
    source = serializers.CharField(  # type: ignore[assignment]  # a field, not the base's property
        help_text="The kind of our model, or `imported:` and a name."
    )
    exponent = serializers.FloatField(
        help_text="With this exponent a prediction enters the posterior; 0: not at all."
    )
    items = serializers.IntegerField(
        help_text="So many were judged by people who had not seen the prediction."
    )


class ModelStateOutput(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(["zero_shot", "head", "memory", "llm", "catalogue", "tuned"])
    question = serializers.CharField()
    encoder = serializers.CharField()
    trained_on = serializers.IntegerField()
    quality = ModelQuality(allow_null=True)
    is_calibrated = serializers.BooleanField(
        help_text="Its scores were held against labels of people; else they are its own word."
    )
    blind = BlindAccuracyOutput(
        allow_null=True, help_text="Null where there is no such item yet, and on the board."
    )
    acceptance = Acceptance()
    weight = ModelWeightInForce(
        allow_null=True, help_text="Null until a refresh has weighed the model by people's votes."
    )
    predicted = serializers.IntegerField()
    is_pinned = serializers.BooleanField(
        help_text="It stays in force until a lead lets it go, whatever is learnt."
    )
    is_swept = serializers.BooleanField(
        help_text="Its encoder was deleted after later ones took over: nobody can go back to it."
    )
    copy_of = serializers.IntegerField(
        allow_null=True, help_text="A lead went back to that version; else null."
    )
    created_at = serializers.DateTimeField()


class LeftOutOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    why = serializers.CharField(
        help_text="gone, refused, other_weights, other_categories, own_encoder_gone or no_model."
    )
    message = serializers.CharField(help_text="The same in English.")


class ModelTroubleOutput(serializers.Serializer[Any]):
    error_code = serializers.CharField(allow_null=True, help_text="Of a job that failed.")
    error = serializers.CharField(allow_null=True)
    why = serializers.CharField(allow_null=True, help_text="As below, where the code tells less.")
    left_out = LeftOutOutput(many=True)


class ModelRestOutput(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="It is tried again then, or when a lead says so.")
    reason = serializers.CharField()
    failures = serializers.IntegerField(help_text="Jobs in a row that ended so.")
