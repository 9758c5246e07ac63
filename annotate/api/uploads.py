"""Large files in parts, for connections that break."""

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.parsing import BytesParser
from annotate.services.receive import append, begin_upload, received

CHUNK_BYTES = 256 * 1024


class UploadsView(ProjectDoor):
    actions: ClassVar = {"post": "item.import"}

    class Output(serializers.Serializer[Any]):
        upload = serializers.UUIDField()
        received = serializers.IntegerField(help_text="Bytes.")

    @extend_schema(request=None, responses={201: Output})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Begin an upload in parts; imports/ takes its id in the place of a file."""
        upload = begin_upload(project=self.membership.project, user=self.user)
        return Response({"upload": upload, "received": 0}, status=201)


class UploadView(ProjectDoor):
    actions: ClassVar = {"get": "item.import", "put": "item.import"}
    parser_classes = (BytesParser,)

    class Offset(serializers.Serializer[Any]):
        offset = serializers.IntegerField(min_value=0, max_value=2**62)

    @extend_schema(responses=UploadsView.Output)
    def get(self, _request: Request, project_id: int, upload_id: UUID) -> Response:  # noqa: ARG002
        """How much has been received: where to go on after a break."""
        here = received(project=self.membership.project, user=self.user, upload=upload_id)
        return Response({"upload": upload_id, "received": here})

    @extend_schema(
        parameters=[OpenApiParameter("offset", int, required=True)],
        request={"application/octet-stream": bytes},
        responses=UploadsView.Output,
    )
    def put(self, request: Request, project_id: int, upload_id: UUID) -> Response:  # noqa: ARG002
        """Add the bytes that begin at `offset`. Any other place than the end is refused (409)."""
        data = self.Offset(data=request.query_params)
        data.is_valid(raise_exception=True)
        here = append(
            project=self.membership.project,
            user=self.user,
            upload=upload_id,
            offset=data.validated_data["offset"],
            chunks=_chunks(request.data),
        )
        return Response({"upload": upload_id, "received": here})


def _chunks(stream: Any) -> Iterator[bytes]:
    while stream and (chunk := stream.read(CHUNK_BYTES)):
        yield chunk
