"""Language models elsewhere: a lead consents, sees prompt and price, and has one speak."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.jobs import job_json
from annotate.api.shapes import AnyObject, JobOutput
from annotate.queries.llm import endpoint_named, llm_of, run_state
from annotate.queries.llm_estimate import Wish, estimate_of
from annotate.services.llm_runs import Order, give_consent, start_run, withdraw_consent
from models_assist.prompting.purse import Prices

LARGEST_PRICE = 1_000_000.0
LARGEST_CAP = 10**12
LARGEST_MONEY = 1e9
MOST_CONCURRENT = 16
FEWEST_SAMPLES, MOST_SAMPLES = 3, 11


class ConsentOutput(serializers.Serializer[Any]):
    given_by = serializers.CharField()
    given_at = serializers.DateTimeField()


class EndpointRestOutput(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    reason = serializers.CharField()
    failures = serializers.IntegerField(help_text="Runs of the project in a row that ended so.")


class EndpointOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    host = serializers.CharField(help_text="Texts go there.")
    models = serializers.ListField(child=serializers.CharField())
    is_own = serializers.BooleanField(help_text="Run by the same organisation.")
    consent = ConsentOutput(allow_null=True, help_text="To the host of today.")
    rest = EndpointRestOutput(
        allow_null=True, help_text="Set after it failed, until a run does well."
    )


class LlmQuestionOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    title = serializers.CharField()
    why_not_code = serializers.CharField(
        allow_null=True, help_text="`not_of_text` or `no_text`; null: it is asked."
    )


class RunCountsOutput(serializers.Serializer[Any]):
    items = serializers.IntegerField(help_text="Unsettled items it has spoken of.")
    labels = serializers.IntegerField()
    lost_quotes = serializers.IntegerField(
        help_text="Quotes that do not stand in the text, or more than once."
    )
    problems = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Labels that are none: not_json, missing, invalid_label, no_confidence; "
        "and items that are too_long.",
    )


class RunScoreOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    compared = serializers.IntegerField(help_text="Items whose label gold or people had given.")
    right = serializers.IntegerField(help_text="Of those, the very same.")
    likeness = serializers.FloatField(help_text="1 minus the mean distance.")
    unanswered = serializers.IntegerField()


class SpentOutput(serializers.Serializer[Any]):
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    money = serializers.FloatField()
    replies = serializers.IntegerField()


class LlmRunOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    endpoint = serializers.CharField()
    model = serializers.CharField()
    prompt_version = serializers.CharField()
    guideline = serializers.IntegerField(help_text="Its version.")
    price_in = serializers.FloatField()
    price_out = serializers.FloatField()
    most_tokens = serializers.IntegerField()
    most_money = serializers.FloatField()
    most_items = serializers.IntegerField(allow_null=True)
    hearing = serializers.ChoiceField(
        ["likelihoods", "samples"], allow_null=True, help_text="How sureness is told."
    )
    stopped = serializers.ChoiceField(
        ["tokens", "money", "consent", "guideline"],
        allow_null=True,
        help_text="Why it ended before its items did.",
    )
    counts = RunCountsOutput()
    scores = RunScoreOutput(many=True)
    versions = serializers.DictField(
        child=serializers.IntegerField(), help_text="Model versions by question."
    )
    spent = SpentOutput()
    job = JobOutput()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()


class LlmOutput(serializers.Serializer[Any]):
    endpoints = EndpointOutput(many=True)
    questions = LlmQuestionOutput(many=True)
    runs = LlmRunOutput(many=True, help_text="Newest first.")


class WishInput(serializers.Serializer[Any]):
    endpoint = serializers.CharField(max_length=40)
    model = serializers.CharField(max_length=100)
    price_in = serializers.FloatField(
        min_value=0, max_value=LARGEST_PRICE, help_text="Of a million tokens read."
    )
    price_out = serializers.FloatField(
        min_value=0, max_value=LARGEST_PRICE, help_text="Of a million tokens written."
    )
    samples = serializers.IntegerField(
        min_value=FEWEST_SAMPLES,
        max_value=MOST_SAMPLES,
        default=5,
        help_text="Replies an item where the server tells no probabilities of tokens.",
    )
    most_items = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        allow_null=True,
        default=None,
        help_text="Of the unsettled items; 0 measures the prompt only, null: all.",
    )


class BillOutput(serializers.Serializer[Any]):
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    money = serializers.FloatField()


class PromptOutput(serializers.Serializer[Any]):
    version = serializers.CharField(help_text="A hash of all of it.")
    guideline = serializers.IntegerField()
    system = serializers.CharField()
    schema = AnyObject(help_text="The JSON Schema of an answer.")


def _run_json(state: dict[str, Any]) -> dict[str, Any]:
    return {**state, "job": job_json(state["job"])}


def _shown(state: dict[str, Any]) -> dict[str, Any]:
    return {**state, "runs": [_run_json(run) for run in state["runs"]]}


class LlmView(ProjectDoor):
    actions: ClassVar = {"get": "llm.read"}

    @extend_schema(responses=LlmOutput)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Endpoints that may be asked, questions that would be, and the latest runs."""
        return Response(_shown(llm_of(self.membership.project)))


class LlmConsentView(ProjectDoor):
    actions: ClassVar = {"post": "llm.consent"}

    class Input(serializers.Serializer[Any]):
        endpoint = serializers.CharField(max_length=40)
        is_given = serializers.BooleanField(help_text="False takes it back; a run then stops.")

    @extend_schema(request=Input, responses=LlmOutput)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Agree that texts of the project go to an endpoint, or take that back."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        project, name = self.membership.project, data.validated_data["endpoint"]
        if data.validated_data["is_given"]:
            give_consent(project=project, user=self.user, endpoint=endpoint_named(name))
        else:
            withdraw_consent(project=project, user=self.user, endpoint=name)
        return Response(_shown(llm_of(project)))


class LlmEstimateView(ProjectDoor):
    actions: ClassVar = {"post": "llm.estimate"}

    class Output(serializers.Serializer[Any]):
        prompt = PromptOutput()
        items = serializers.IntegerField(help_text="Known, or waiting, or both.")
        known = serializers.IntegerField(help_text="Items that measure it: gold and final labels.")
        waiting = serializers.IntegerField(help_text="Items it would speak of.")
        paid = serializers.IntegerField(help_text="Replies that are there and cost nothing more.")
        calls = serializers.IntegerField()
        is_measured = serializers.BooleanField(
            help_text="By what earlier replies to this prompt used; else by the length of texts."
        )
        likely = BillOutput()
        at_most = BillOutput(help_text="As long as the endpoint tells the truth.")

    @extend_schema(request=WishInput, responses=Output)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """The prompt, and what a run would cost. Nothing is sent anywhere."""
        data = WishInput(data=request.data)
        data.is_valid(raise_exception=True)
        asked = dict(data.validated_data)
        prices = Prices(read=asked.pop("price_in"), written=asked.pop("price_out"))
        return Response(estimate_of(self.membership.project, Wish(prices=prices, **asked)))


class LlmRunsView(ProjectDoor):
    actions: ClassVar = {"post": "llm.run"}

    class Input(WishInput):
        most_tokens = serializers.IntegerField(min_value=1, max_value=LARGEST_CAP)
        most_money = serializers.FloatField(min_value=0, max_value=LARGEST_MONEY)
        concurrency = serializers.IntegerField(
            min_value=1, max_value=MOST_CONCURRENT, default=4, help_text="Calls at once."
        )

    @extend_schema(request=Input, responses={202: LlmRunOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Start a run: it measures the prompt on known items, then speaks on unsettled ones.

        It ends in good order before a call that could exceed a cap. Cancel its job to stop it.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        run = start_run(
            project=self.membership.project,
            user=self.user,
            order=Order(**data.validated_data),
        )
        return Response(_run_json(run_state(run)), status=202)
