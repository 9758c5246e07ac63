"""What goes out: exports as streams, releases as frozen archives."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

import orjson
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor, page_of
from annotate.api.jobs import job_json
from annotate.api.shapes import CURSOR, LIMIT, AnyObject, JobOutput, paged
from annotate.documents import schema_version
from annotate.models import Project, Release, ReleaseState, Worker
from annotate.queries.cut_off import cut_off_at
from annotate.queries.experts import adjudication_rows
from annotate.queries.export import export_rows
from annotate.refusals import NoGuideline, NotFound, ReleaseNotReady, UnknownFormat
from annotate.services.release import open_archive, open_release_file, start_release
from labeling.formats import JUDGMENT_WRITERS, VERBATIM, WRITERS

_TYPES = {
    "jsonl": ("application/x-ndjson", "jsonl"),
    "csv": ("text/csv; charset=utf-8", "csv"),
    "label_studio": ("application/json", "json"),
}
_FILE_NAME = re.compile(r"[a-z_]+(-[0-9]+)?\.(jsonl|json|md)|README\.md")
CHUNK_BYTES = 64 * 1024


class ExportView(ProjectDoor):
    actions: ClassVar = {"get": "export.read"}

    @extend_schema(
        parameters=[
            OpenApiParameter("format", str, enum=list(WRITERS)),
            OpenApiParameter("what", str, enum=["final", "judgments", "adjudications"]),
            OpenApiParameter("cut_off", datetime, description="As X-Cut-Off named it before."),
        ],
        responses={
            (200, content_type.partition(";")[0]): bytes for content_type, _ in _TYPES.values()
        },
    )
    def get(self, request: Request, project_id: int) -> HttpResponseBase:
        """Every item with its final label, or with the judgments too, as a stream.

        `what=adjudications` (jsonl): what experts said, before and after seeing the votes. The
        header X-Cut-Off names the moment that is shown: with `cut_off` it comes again, the same
        byte by byte, whatever has happened since.
        """
        project = self.membership.project
        name = request.query_params.get("format", "jsonl")
        what = request.query_params.get("what")
        if name not in WRITERS:
            raise UnknownFormat(formats=sorted(WRITERS))
        if project.guideline_id is None:
            raise NoGuideline
        if what == "adjudications" and name != "jsonl":
            raise UnknownFormat("Adjudications come as jsonl only.", formats=["jsonl"])
        cut_off = cut_off_at(_wanted_cut_off(request))
        if what == "adjudications":
            parts = _adjudications(project, cut_off)
            stem = "adjudications"
        else:
            parts = _items(project, name, cut_off, with_judgments=what == "judgments")
            stem = name
        content_type, suffix = _TYPES[name]
        response = _attached(_chunks(parts), content_type, f"project-{project_id}-{stem}.{suffix}")
        response["X-Cut-Off"] = cut_off.isoformat()
        return response


def _wanted_cut_off(request: Request) -> datetime | None:
    raw = request.query_params.get("cut_off")
    if not raw:
        return None
    # An unquoted "+" of the zone comes as a blank.
    return serializers.DateTimeField().run_validation(raw.replace(" ", "+"))  # type: ignore[no-any-return]


def _items(
    project: Project, name: str, cut_off: datetime, *, with_judgments: bool
) -> Iterator[bytes]:
    guidelines = project.guidelines.filter(created_at__lte=cut_off).order_by("-version")
    guideline = guidelines.values_list("pk", flat=True).first() or project.guideline_id
    writer = (JUDGMENT_WRITERS if with_judgments else WRITERS)[name]
    rows = export_rows(
        project, cut_off=cut_off, with_judgments=with_judgments, verbatim=name in VERBATIM
    )
    return writer(rows, schema_version(guideline))


def _adjudications(project: Project, cut_off: datetime) -> Iterator[bytes]:
    names = dict(Worker.objects.filter(project=project).values_list("pk", "pseudonym"))
    rows = adjudication_rows(project, names, cut_off=cut_off)
    return (orjson.dumps(row) + b"\n" for row in rows)


def _attached(body: Iterator[bytes], content_type: str, file_name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _chunks(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Few large writes: a hundred thousand small ones would cost more than the export."""
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= CHUNK_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


class ReleaseFile(serializers.Serializer[Any]):
    name = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class ReleaseOutput(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(ReleaseState.choices)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = serializers.CharField()
    items = serializers.IntegerField()
    judgments = serializers.IntegerField()
    sha256 = serializers.CharField(allow_null=True, help_text="Of the archive.")
    quality = AnyObject()
    files = ReleaseFile(many=True)


def release_json(release: Release) -> dict[str, Any]:
    manifest = release.manifest or {}
    return {
        "number": release.number,
        "state": release.state,
        "note": release.note,
        "created_at": release.created_at,
        "created_by": release.created_by.display_name,
        "items": manifest.get("items", 0),
        "judgments": manifest.get("judgments", 0),
        "sha256": manifest.get("archive_sha256"),
        "quality": manifest.get("quality", {}),
        "files": manifest.get("files", []),
    }


class ReleasesView(ProjectDoor):
    actions: ClassVar = {"get": "release.list", "post": "release.create"}

    class Input(serializers.Serializer[Any]):
        note = serializers.CharField(
            max_length=10_000, required=False, allow_blank=True, default=""
        )

    class Output(serializers.Serializer[Any]):
        release = ReleaseOutput()
        job = JobOutput()

    @extend_schema(
        operation_id="releases_list", parameters=[CURSOR, LIMIT], responses=paged(ReleaseOutput)
    )
    def get(self, request: Request, project_id: int) -> Response:
        """The releases of a project, newest first."""
        releases = Release.objects.filter(project=project_id).select_related("created_by")
        rows, following = page_of(request, releases, newest_first=True)
        return Response({"results": [release_json(row) for row in rows], "next": following})

    @extend_schema(request=Input, responses={202: Output})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Freeze what is settled now and build an archive of it in the background."""
        data = self.Input(data=request.data or {})
        data.is_valid(raise_exception=True)
        release, job = start_release(
            project=self.membership.project,
            user=self.user,
            note=data.validated_data["note"],
        )
        release.refresh_from_db()
        return Response({"release": release_json(release), "job": job_json(job)}, status=202)


class ReleaseDoor(ProjectDoor):
    """A door of one release."""

    @staticmethod
    def release(project_id: int, number: int) -> Release:
        found = Release.objects.filter(project=project_id, number=min(number, 2**31 - 1))
        release = found.select_related("created_by").first()
        if release is None:
            raise NotFound
        return release

    def ready_release(self, project_id: int, number: int) -> Release:
        release = self.release(project_id, number)
        if release.state != ReleaseState.READY:
            raise ReleaseNotReady
        return release


class ReleaseView(ReleaseDoor):
    actions: ClassVar = {"get": "release.read"}

    @extend_schema(responses=ReleaseOutput)
    def get(self, _request: Request, project_id: int, number: int) -> Response:
        """One release with its files and their hashes."""
        return Response(release_json(self.release(project_id, number)))


class ReleaseDownloadView(ReleaseDoor):
    actions: ClassVar = {"get": "release.read"}

    @extend_schema(responses={(200, "application/zip"): bytes})
    def get(self, _request: Request, project_id: int, number: int) -> HttpResponseBase:
        """The archive."""
        release = self.ready_release(project_id, number)
        return FileResponse(
            open_archive(release),
            as_attachment=True,
            filename=f"project-{project_id}-release-{release.number}.zip",
            content_type="application/zip",
        )


class ReleaseFileView(ReleaseDoor):
    actions: ClassVar = {"get": "release.read"}

    @extend_schema(responses={(200, "application/octet-stream"): bytes})
    def get(self, _request: Request, project_id: int, number: int, name: str) -> HttpResponseBase:
        """One file of the archive."""
        release = self.ready_release(project_id, number)
        if not _FILE_NAME.fullmatch(name):
            raise NotFound
        try:
            content = open_release_file(release, name)
        except FileNotFoundError:
            raise NotFound from None
        return FileResponse(content, as_attachment=True, filename=name)
