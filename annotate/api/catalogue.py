"""The models that an operator has put here, and which of them a project uses."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.jobs import job_json
from annotate.api.shapes import JobOutput
from annotate.models import UsePurpose
from annotate.queries.catalogue import catalogue_of
from annotate.services.use_model import Choice, stop_using, use_model


class ModelRefusalOutput(serializers.Serializer[Any]):
    code = serializers.CharField(
        help_text="pickle, remote_code, wrong_hash, incomplete, bad_config, bad_card, duplicate, "
        "unsupported, missing or unreadable."
    )
    reason = serializers.CharField()
    advice = serializers.CharField()
    facts = serializers.CharField(
        help_text="What the reason names: files, an architecture, a hash. For other languages."
    )


class CatalogueModelOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    revision = serializers.CharField(help_text='The commit it was copied from; "": not known.')
    sha256 = serializers.CharField(help_text="Of its weights.")
    licence = serializers.CharField(help_text='"": its folder does not say.')
    reads = serializers.ChoiceField(["text", "image"], allow_null=True)
    says = serializers.ChoiceField(
        ["vectors", "classes", "tags", "boxes", "entailment"], allow_null=True
    )
    labels = serializers.ListField(child=serializers.CharField())
    bytes = serializers.IntegerField()
    refusal = ModelRefusalOutput(allow_null=True, help_text="Why it can't be used.")
    is_default = serializers.BooleanField(help_text="The encoder that needs no choosing.")


class ClassOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    title = serializers.CharField()


class ModelOfferOutput(serializers.Serializer[Any]):
    model = serializers.CharField()
    purpose = serializers.ChoiceField(UsePurpose.choices)
    why_not_code = serializers.CharField(
        allow_null=True, help_text="no_text, no_picture, not_only_pictures or several_pictures."
    )
    proposed = serializers.DictField(
        child=serializers.CharField(), help_text="Labels of the model by the same name."
    )
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Categories that the proposal does not reach."
    )


class ModelUseOutput(serializers.Serializer[Any]):
    purpose = serializers.ChoiceField(UsePurpose.choices)
    model = serializers.CharField()
    mapping = serializers.DictField(child=serializers.CharField())
    threshold = serializers.FloatField()
    is_available = serializers.BooleanField(help_text="With the weights that were chosen.")
    version = serializers.IntegerField(
        allow_null=True, help_text="Of its predictions; null: it has not run yet."
    )
    predicted = serializers.IntegerField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()


class CatalogueQuestionOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    type = serializers.CharField()
    classes = ClassOutput(many=True, help_text="What labels of a model may mean here.")
    offers = ModelOfferOutput(many=True)
    uses = ModelUseOutput(many=True)


class CatalogueView(ProjectDoor):
    actions: ClassVar = {"get": "model.read"}

    class Output(serializers.Serializer[Any]):
        models = CatalogueModelOutput(many=True)
        questions = CatalogueQuestionOutput(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Every model on this server, usable or refused, and what each could do here."""
        return Response(catalogue_of(self.membership.project))


class ModelUseView(ProjectDoor):
    actions: ClassVar = {"put": "model.choose"}

    class Input(serializers.Serializer[Any]):
        model = serializers.CharField(max_length=160)
        mapping = serializers.DictField(
            child=serializers.CharField(max_length=64),
            default=dict,
            help_text="From labels of the model to categories; what is left out means nothing.",
        )
        threshold = serializers.FloatField(
            min_value=0,
            max_value=1,
            default=0.5,
            help_text="Less sure spans, boxes and categories of a set are not said.",
        )
        allow_missing = serializers.BooleanField(
            default=False, help_text="Leave categories that no label means to people."
        )

    @extend_schema(request=Input, responses={202: JobOutput})
    def put(self, request: Request, project_id: int, question_id: str) -> Response:  # noqa: ARG002
        """Choose a model for a question, and let it speak on every item that is not settled."""
        shape = self.Input(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        choice = Choice(
            given["model"], given["mapping"], given["threshold"], given["allow_missing"]
        )
        job = use_model(
            project=self.membership.project,
            question_id=question_id,
            choice=choice,
            user=self.user,
        )
        return Response(job_json(job), status=202)


class ModelUseEndView(ProjectDoor):
    actions: ClassVar = {"delete": "model.choose"}

    @extend_schema(responses={204: None})
    def delete(
        self,
        _request: Request,
        project_id: int,  # noqa: ARG002
        question_id: str,
        purpose: str,
    ) -> Response:
        """Let a model speak no more; what it said stays."""
        stop_using(project=self.membership.project, question_id=question_id, purpose=purpose)
        return Response(status=204)
