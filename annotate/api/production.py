"""The doors of an application: ask the project's model, and give back what came of it."""

from collections import Counter
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.row_parsing import RowsParser, rows_of
from annotate.api.shapes import AnyJSON, AnyObject
from annotate.models import CaseReason
from annotate.refusals import InvalidInput
from annotate.services.feedback import Outcome, take_feedback
from annotate.services.predict import Predicted, predict
from labeling.formats.bad_rows import BadRow
from labeling.problems import Problem
from labeling.reading import as_integer
from labeling.votes import JSON

MOST_ASKED = 100
MOST_FEEDBACK = 500
BUDGET_MS = 10_000
BUDGETS_MS = (10, 30_000)
OUTCOMES = ("item", "counted", "duplicate", "capped", "refused")
REASONS = tuple(reason for reason in CaseReason.values if reason != CaseReason.COUNTED)


class RowRefusal(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="`late`: not answered within the budget.")
    path = serializers.CharField()
    message = serializers.CharField()
    retry_after = serializers.IntegerField(
        allow_null=True, help_text="Seconds; null: the same row will be refused again."
    )


class SaidOutput(serializers.Serializer[Any]):
    label = AnyJSON()  # type: ignore[assignment]  # a field, not the base's property
    confidence = serializers.FloatField(help_text="Calibrated where that could be done.")
    model_version = serializers.IntegerField()


class PredictedRow(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="Counted from 1.")
    external_id = serializers.CharField(allow_null=True)
    id = serializers.UUIDField(allow_null=True, help_text="For feedback/; kept for 30 days.")
    answers = serializers.DictField(child=SaidOutput(), help_text="By question.")
    refusal = RowRefusal(allow_null=True)


class AskedItem(serializers.Serializer[Any]):
    external_id = serializers.CharField(required=False, max_length=200)
    data = AnyObject()  # type: ignore[assignment]  # a field, not the base's property


class PredictView(ProjectDoor):
    actions: ClassVar = {"post": "production.predict"}
    parser_classes = (RowsParser,)

    class Input(serializers.Serializer[Any]):
        items = AskedItem(many=True, help_text="1 to 100.")
        latency_budget_ms = serializers.IntegerField(
            required=False, min_value=BUDGETS_MS[0], max_value=BUDGETS_MS[1], default=BUDGET_MS
        )

    class Output(serializers.Serializer[Any]):
        answered = serializers.IntegerField()
        refused = serializers.IntegerField()
        items = PredictedRow(many=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Ask the project's current model. What it can't answer in time is refused row by row."""
        rows = rows_of(request.data, "items", most=MOST_ASKED)
        seconds = _budget(request.data) / 1000
        found = predict(project=self.membership.project, rows=rows, seconds=seconds)
        answered = sum(row.refusal is None for row in found)
        return Response(
            {
                "answered": answered,
                "refused": len(found) - answered,
                "items": [_predicted_json(place, row) for place, row in enumerate(found, 1)],
            }
        )


def _predicted_json(place: int, row: Predicted) -> dict[str, Any]:
    return {
        "row": place,
        "external_id": row.external_id,
        "id": row.id,
        "answers": row.said or {},
        "refusal": _refusal_json(row.refusal, row.retry_after),
    }


def _refusal_json(refusal: BadRow | None, retry_after: int | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {
        "code": refusal.code,
        "path": refusal.path,
        "message": refusal.message,
        "retry_after": retry_after,
    }


def _budget(body: JSON) -> int:
    raw = body.get("latency_budget_ms", BUDGET_MS) if isinstance(body, dict) else None
    number = as_integer(raw)
    lowest, highest = BUDGETS_MS
    if number is None or not lowest <= number <= highest:
        message = f"latency_budget_ms has to be a whole number from {lowest} to {highest}."
        problem = Problem(path="/latency_budget_ms", code="out_of_range", message=message)
        raise InvalidInput.of([problem])
    return number


class FeedbackItem(serializers.Serializer[Any]):
    id = serializers.UUIDField(required=False, help_text="Of a prediction that predict/ served.")
    external_id = serializers.CharField(required=False, max_length=200)
    data = AnyObject(required=False, help_text="Without an id: the item.")  # type: ignore[assignment]  # a field, not the base's property
    prediction = serializers.DictField(
        required=False, help_text="Without an id: by question, label, confidence, model_version."
    )
    correction = AnyObject(required=False, help_text="By question, the label that is right.")


class FeedbackRowOutput(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="Counted from 1.")
    outcome = serializers.ChoiceField(OUTCOMES)
    reason = serializers.ChoiceField(
        REASONS,
        allow_null=True,
        help_text="Why it is an item, or would be one.",
    )
    item = serializers.IntegerField(allow_null=True)
    refusal = RowRefusal(allow_null=True)


class FeedbackView(ProjectDoor):
    actions: ClassVar = {"post": "production.feedback"}
    parser_classes = (RowsParser,)

    class Input(serializers.Serializer[Any]):
        items = FeedbackItem(many=True, help_text="1 to 500.")

    class Output(serializers.Serializer[Any]):
        counts = serializers.DictField(
            child=serializers.IntegerField(), help_text="Rows by outcome; all outcomes are named."
        )
        reasons = serializers.DictField(
            child=serializers.IntegerField(), help_text="New items by reason."
        )
        items = FeedbackRowOutput(many=True)

    @extend_schema(request=Input, responses=Output)
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Give predictions back, corrected where they were wrong. Send it again without fear:
        each comes once, by its external id and by its content."""
        rows = rows_of(request.data, "items", most=MOST_FEEDBACK)
        found = take_feedback(project=self.membership.project, user=self.user, rows=rows)
        kinds = Counter(each.outcome for each in found)
        reasons = Counter(str(each.reason) for each in found if each.outcome == "item")
        return Response(
            {
                "counts": {outcome: kinds[outcome] for outcome in OUTCOMES},
                "reasons": {reason: reasons[reason] for reason in REASONS},
                "items": [_feedback_json(place, each) for place, each in enumerate(found, 1)],
            }
        )


def _feedback_json(place: int, each: Outcome) -> dict[str, Any]:
    return {
        "row": place,
        "outcome": each.outcome,
        "reason": each.reason,
        "item": each.item,
        "refusal": _refusal_json(each.refusal, None),
    }
