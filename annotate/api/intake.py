"""Bring items in: pictures, files, or a handful of rows at once."""

from io import BytesIO
from typing import Any, ClassVar

import orjson
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.jobs import job_json
from annotate.api.shapes import AnyObject, JobOutput
from annotate.documents import schema_version
from annotate.media import store_picture
from annotate.models import Source
from annotate.refusals import InvalidInput, NoGuideline
from annotate.services.import_file import receive_file
from annotate.services.intake import take_items
from annotate.services.upload import keep_picture
from labeling.formats import READERS
from labeling.formats.rows import MAX_NEEDS
from labeling.problems import Problem

MOST_ROWS = 1000


class MediaView(ProjectDoor):
    actions: ClassVar = {"post": "media.upload"}
    parser_classes = (MultiPartParser,)

    class Input(serializers.Serializer[Any]):
        file = serializers.FileField()

    class Output(serializers.Serializer[Any]):
        media = serializers.CharField(help_text="SHA-256 of the bytes.")
        width = serializers.IntegerField()
        height = serializers.IntegerField()
        name = serializers.CharField()

    @extend_schema(request=Input, responses={201: Output})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Upload a JPEG, PNG or WebP. Items name it by its file name or its hash."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        upload = data.validated_data["file"]
        picture = store_picture(upload.chunks())
        media = keep_picture(
            project=self.membership.project, picture=picture, name=upload.name or "picture"
        )
        body = {
            "media": media.sha256,
            "width": media.width,
            "height": media.height,
            "name": media.name,
        }
        return Response(body, status=201)


class ImportsView(ProjectDoor):
    actions: ClassVar = {"post": "item.import"}
    parser_classes = (MultiPartParser,)

    class Input(serializers.Serializer[Any]):
        file = serializers.FileField(required=False)
        upload = serializers.UUIDField(required=False, help_text="Of uploads/, for a file.")
        format = serializers.ChoiceField(sorted(READERS))
        source_name = serializers.CharField(max_length=300, required=False, allow_blank=True)
        licence = serializers.CharField(max_length=200, required=False, allow_blank=True)

    @extend_schema(request=Input, responses={202: JobOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Import a file in the background. Watch the job; its rejections say what stayed out."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        fields = data.validated_data
        given = fields.get("file") or fields.get("upload")
        if given is None:
            message = "Send a file, or the id of an upload."
            raise InvalidInput.of([Problem(path="/file", code="required", message=message)])
        job = receive_file(
            project=self.membership.project,
            user=self.user,
            upload=given,
            file_format=fields["format"],
            facts={
                "source_name": fields.get("source_name", ""),
                "licence": fields.get("licence", ""),
            },
        )
        return Response(job_json(job), status=202)


class ItemInput(serializers.Serializer[Any]):
    external_id = serializers.CharField(required=False, max_length=200)
    data = AnyObject()  # type: ignore[assignment]  # a field, not the base's property
    metadata = AnyObject(required=False)
    gold = AnyObject(required=False)
    priority = serializers.IntegerField(required=False, min_value=0, max_value=15)
    needs = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        max_length=MAX_NEEDS,
        help_text="Qualifications: only workers who have all of them are given the item.",
    )


class RowRejectionOutput(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="Counted from 1.")
    code = serializers.CharField()
    path = serializers.CharField()
    message = serializers.CharField()


class ItemsInput(serializers.Serializer[Any]):
    items = ItemInput(many=True)
    source_name = serializers.CharField(max_length=300, required=False)


class ItemsTakenOutput(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    existing = serializers.IntegerField()
    rejected = RowRejectionOutput(many=True)


def take_posted_items(door: ProjectDoor, request: Request) -> Response:
    """Take up to a thousand rows in at once, by the same reader as a file of JSON lines."""
    project = door.membership.project
    if project.guideline_id is None:
        raise NoGuideline
    body = request.data if isinstance(request.data, dict) else {}
    items = body.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ROWS:
        message = f"items has to be a list of 1 to {MOST_ROWS} rows. Use imports/ for more."
        raise InvalidInput.of([Problem(path="/items", code="not_a_list", message=message)])
    name = body.get("source_name")
    source = Source.objects.create(
        project=project,
        name=name[:300] if isinstance(name, str) else "API",
        format="jsonl",
        created_by=door.user,
    )
    lines = b"\n".join(orjson.dumps(item) for item in items)
    rows = READERS["jsonl"](BytesIO(lines), schema_version(project.guideline_id))
    intake = take_items(project=project, source=source, rows=rows)
    rejected = [
        {"row": r.number, "code": r.code, "path": r.path, "message": r.message}
        for r in intake.rejected
    ]
    return Response({"created": intake.created, "existing": intake.existing, "rejected": rejected})
