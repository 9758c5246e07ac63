"""Why a label is what it is."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import LARGEST_ID, Door
from annotate.api.shapes import AnyObject
from annotate.models import BY_PEOPLE, FinalSource, Item, ItemStage
from annotate.policies import membership_of, require
from annotate.queries.why import DECISIONS, why
from annotate.refusals import NotFound


class BallotOutput(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="The steps of a question name votes by it.")
    worker = serializers.CharField(help_text="The pseudonym.")
    answer = AnyObject()
    unsure = serializers.BooleanField()
    comment = serializers.CharField()
    saw_prediction = serializers.BooleanField()
    at = serializers.DateTimeField()


class AloneOutput(serializers.Serializer[Any]):
    label = serializers.CharField(  # type: ignore[assignment]  # a field, not the base's property
        allow_null=True, help_text="Null where labels are no classes, and the model is one voter."
    )
    confidence = serializers.FloatField()


class ModelWeightOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]  # a field, not the base's property
        allow_null=True, help_text="The kind of our model, or `imported:` and a name."
    )
    label = serializers.CharField(  # type: ignore[assignment]  # a field, not the base's property
        allow_null=True, help_text="What it said; null where the model was not even read."
    )
    share = serializers.FloatField(
        allow_null=True,
        help_text="Of the label, before the exponent; of a voter, how often it is right.",
    )
    exponent = serializers.FloatField(help_text="0: it did not count; 1: taken at its word.")
    measured_on = serializers.IntegerField(
        help_text="On so many items people had voted who did not see what the model said."
    )
    needed = serializers.IntegerField(help_text="With fewer such items nobody can say.")
    was_shown = serializers.BooleanField(
        help_text="A voter had seen it, so it was not counted once more."
    )
    alone = AloneOutput(allow_null=True, help_text="What the votes say without the model.")
    sentence = serializers.CharField()


class DecisionOutput(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField([kind.value for kind in DECISIONS])
    code = serializers.CharField()
    sentence = serializers.CharField()
    votes = serializers.IntegerField()
    questions = AnyObject(help_text="By question: confidence, agreement, posterior, rates, steps.")
    ballots = BallotOutput(many=True)
    model = ModelWeightOutput(
        many=True, help_text="Of each question that a model was weighed for: how far it counted."
    )
    guideline_version = serializers.IntegerField(allow_null=True)
    policy_version = serializers.IntegerField(allow_null=True)
    crowd_version = serializers.IntegerField(allow_null=True)
    recomputes = serializers.BooleanField(
        allow_null=True,
        help_text="The same versions make the same decision of the same votes. Null: it was "
        "stored before decisions kept what they were made of.",
    )
    why_not_cheaper = serializers.CharField(allow_null=True)
    why_not_higher = serializers.CharField(allow_null=True)


class VerdictOutput(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    expert = serializers.CharField(allow_null=True, help_text="The pseudonym.")
    answer = AnyObject()
    adopted = serializers.CharField(allow_null=True)
    sentence = serializers.CharField(allow_null=True)


class AcceptedOutput(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    answer = AnyObject()
    sentence = serializers.CharField()
    acceptance = serializers.IntegerField(help_text="The batch that it was accepted with.")
    question = serializers.CharField()
    model_version = serializers.IntegerField()
    confidence = serializers.FloatField()
    target = serializers.FloatField()
    target_of_rest = serializers.FloatField(
        help_text="The target, for what people had not taken out of the batch meanwhile."
    )
    risk = serializers.FloatField()
    size = serializers.IntegerField()
    look = serializers.IntegerField()
    audited = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]  # a field, not the base's
    upper = serializers.FloatField()
    taken_back_at = serializers.DateTimeField(allow_null=True)
    recomputes = serializers.BooleanField(
        help_text="The audits prove it when they are judged again, and the model said just that."
    )


class SpreadOutput(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    answer = AnyObject()
    sentence = serializers.CharField()
    item = serializers.IntegerField(help_text="Of which people said it.")
    final = serializers.IntegerField(help_text="The final label there.")
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field, not the base's
        BY_PEOPLE, help_text="Of that label."
    )
    group = serializers.IntegerField()
    is_equal = serializers.BooleanField(help_text="But for case and white space.")
    shared = serializers.FloatField(help_text="The share of parts that the texts have in common.")
    likeness = serializers.FloatField(help_text="The cosine of the vectors.")
    taken_back_at = serializers.DateTimeField(allow_null=True)
    recomputes = serializers.BooleanField(
        help_text="The two are near-duplicates when they are compared again, and people said so."
    )


class WhyFinalOutput(serializers.Serializer[Any]):
    answer = AnyObject()
    source = serializers.ChoiceField(FinalSource.choices)  # type: ignore[assignment]  # a field, not the base's property
    confidence = serializers.FloatField()
    at = serializers.DateTimeField()


class WhyOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    stage = serializers.ChoiceField(ItemStage.choices)
    decisions = DecisionOutput(many=True)
    verdicts = VerdictOutput(many=True)
    accepted = AcceptedOutput(many=True, help_text="Labels that a model was trusted with.")
    spread = SpreadOutput(many=True, help_text="Labels that were copied from a near-duplicate.")
    final = WhyFinalOutput(allow_null=True)
    recomputes = serializers.BooleanField()


class WhyView(Door):
    """Named by the item alone, so that a label in a release can be asked about."""

    actions: ClassVar = {"get": "item.why"}
    item: Item

    def admit(self, **kwargs: Any) -> None:
        item = (
            Item.objects.select_related("final_label")
            .filter(pk=min(kwargs["item_id"], LARGEST_ID))
            .first()
        )
        if item is None:
            raise NotFound
        require(membership_of(self.user, item.project_id).role, self.required_action)
        self.item = item

    @extend_schema(responses=WhyOutput)
    def get(self, _request: Request, item_id: int) -> Response:  # noqa: ARG002
        """The whole story of an item: who voted and with what weight, each decision with its
        numbers and versions, why not cheaper, why not higher."""
        return Response(why(self.item))
