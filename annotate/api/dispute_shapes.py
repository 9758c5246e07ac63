"""Shapes of the expert desk in the OpenAPI document. They describe, they parse nothing."""

from typing import Any

from rest_framework import serializers

from annotate.api.shapes import AnyJSON, AnyObject


class ReasonOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    sentence = serializers.CharField()


class DisputeRowOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    opened_at = serializers.DateTimeField(allow_null=True)
    preview = serializers.CharField()
    votes = serializers.IntegerField()
    agreement = serializers.FloatField(allow_null=True)
    reason = ReasonOutput()
    held = serializers.BooleanField()
    held_by_me = serializers.BooleanField()
    revealed = serializers.BooleanField()
    wanted = serializers.IntegerField(help_text="How many experts are to read it.")
    for_leads = serializers.BooleanField()
    overdue = serializers.BooleanField()


class VoteOutput(serializers.Serializer[Any]):
    voter = serializers.CharField()
    answer = AnyObject()
    comment = serializers.CharField()
    unsure = serializers.BooleanField()


class ModelSays(serializers.Serializer[Any]):
    answer = AnyObject()
    score = serializers.FloatField()
    scores = AnyObject()


class QuestionAgreement(serializers.Serializer[Any]):
    observed = serializers.FloatField(allow_null=True)
    distances = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(allow_null=True))
    )


class Consensus(serializers.Serializer[Any]):
    label = AnyJSON()  # type: ignore[assignment]  # a field, not the base's property
    score = serializers.FloatField()


class ReadingOutput(serializers.Serializer[Any]):
    reader = serializers.CharField()
    answer = AnyObject()
    reason = serializers.CharField()


class DisputeOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    stage = serializers.ChoiceField(["disputed", "settled"])
    opened_at = serializers.DateTimeField(allow_null=True)
    data = AnyObject()  # type: ignore[assignment]  # a field, not the base's property
    guideline_version = serializers.IntegerField()
    votes = VoteOutput(many=True)
    prediction = ModelSays(allow_null=True)
    agreement = serializers.DictField(child=QuestionAgreement())
    consensus = serializers.DictField(child=Consensus())
    reason = ReasonOutput()
    held = serializers.BooleanField()
    held_by_me = serializers.BooleanField()
    lease_expires_at = serializers.DateTimeField(allow_null=True)
    revealed = serializers.BooleanField(
        help_text="False: votes, prediction, agreement and reason are empty until `reveal/`."
    )
    own = AnyObject(allow_null=True, help_text="Your blind answer, once it is committed.")
    wanted = serializers.IntegerField(help_text="How many experts are to read it.")
    for_leads = serializers.BooleanField(help_text="Only a lead may decide it.")
    escalation = serializers.CharField(help_text="Why an expert left it to the leads.")
    readings = ReadingOutput(many=True, help_text="What other experts decided, when they differ.")
    held_count = serializers.IntegerField(help_text="How many disputes you hold.")
    most_at_once = serializers.IntegerField()
