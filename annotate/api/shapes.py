"""Shapes that several doors share in the OpenAPI document. They describe, they parse nothing."""

from typing import Any

from drf_spectacular.hooks import postprocess_schema_enums
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

CURSOR = OpenApiParameter("cursor", str, description="`next` of the page before.")
BEFORE = OpenApiParameter("before", str, description="`previous` of the page after.")
LIMIT = OpenApiParameter("limit", int, description="Rows a page, 200 at most.")


@extend_schema_field({"type": "object", "additionalProperties": {}})
class AnyObject(serializers.JSONField):
    """An object whose keys depend on the project: an answer, the data of an item."""


@extend_schema_field({})
class AnyJSON(serializers.JSONField):
    """Any JSON value: a label."""


class ProblemOutput(serializers.Serializer[Any]):
    path = serializers.CharField(help_text="JSON Pointer to the place.")
    code = serializers.CharField()
    message = serializers.CharField()


class JobOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(
        ["import", "prelabel", "teach", "tune", "release", "bulk", "llm", "group"]
    )
    state = serializers.ChoiceField(["queued", "running", "done", "failed", "cancelled"])
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    result = AnyObject()
    error = serializers.CharField(allow_null=True)
    error_code = serializers.CharField(
        allow_null=True, help_text="As a refusal has it; job_cancelled, job_broke."
    )
    extra = AnyObject(help_text="Facts that help to mend it.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class EventOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    actor = serializers.CharField(allow_null=True, help_text="A pseudonym, or a lead's name.")
    item = serializers.IntegerField(allow_null=True)
    payload = AnyObject()


_REFUSAL = {
    "type": "object",
    "required": ["code", "message", "extra"],
    "properties": {
        "code": {"type": "string", "description": "Act on this."},
        "message": {"type": "string", "description": "Show this: it says what to do."},
        "extra": {
            "type": "object",
            "additionalProperties": {},
            "properties": {
                "problems": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/ProblemOutput"},
                }
            },
        },
    },
}


def describe_refusals(result: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: every operation may be refused, and every refusal looks alike."""
    named: Any = postprocess_schema_enums  # it has no types
    result = named(result, **more)
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Refusal"] = _REFUSAL
    shape = {"schema": {"$ref": "#/components/schemas/Refusal"}}
    said = "Refused: 4xx, 503 or 507; 500 where the server made a mistake."
    components["responses"] = {
        "Refusal": {"description": said, "content": {"application/json": shape}}
    }
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = {"$ref": "#/components/responses/Refusal"}
    return result


def paged(row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of a keyset page of `row`."""
    name = row.__name__.removesuffix("Output") + "Page"
    fields = {
        "results": row(many=True),
        "next": serializers.CharField(allow_null=True),
    }
    return type(name, (serializers.Serializer,), fields)
