"""Long work that people watch."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import LARGEST_ID, Door, ProjectDoor, page_of
from annotate.api.shapes import CURSOR, LIMIT, JobOutput, paged
from annotate.models import Job, Rejection
from annotate.policies import membership_of, require
from annotate.refusals import NotFound
from annotate.services.jobs import cancel_job


def job_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "result": job.result,
        "error": job.error or None,
        "error_code": job.error_code or None,
        "extra": job.error_extra,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


class JobDoor(Door):
    """A door of one job, for who leads its project."""

    job: Job

    def admit(self, **kwargs: Any) -> None:
        if kwargs["job_id"] > LARGEST_ID:
            raise NotFound
        job = Job.objects.filter(pk=kwargs["job_id"]).first()
        if job is None:
            raise NotFound
        require(membership_of(self.user, job.project_id).role, "job.list")
        self.job = job


class JobView(JobDoor):
    actions: ClassVar = {"get": "job.read"}

    @extend_schema(responses=JobOutput)
    def get(self, _request: Request, job_id: int) -> Response:  # noqa: ARG002
        """How far a job is."""
        return Response(job_json(self.job))


class JobCancelView(JobDoor):
    actions: ClassVar = {"post": "job.cancel"}

    @extend_schema(request=None, responses=JobOutput)
    def post(self, _request: Request, job_id: int) -> Response:  # noqa: ARG002
        """Ask a job to stop. What it has done stays."""
        return Response(job_json(cancel_job(job=self.job)))


class RejectionOutput(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    code = serializers.CharField()
    path = serializers.CharField()
    message = serializers.CharField()


class JobRejectionsView(JobDoor):
    actions: ClassVar = {"get": "job.read"}

    @extend_schema(parameters=[CURSOR, LIMIT], responses=paged(RejectionOutput))
    def get(self, request: Request, job_id: int) -> Response:
        """The rows that an import left out, each with its reason."""
        rows, following = page_of(request, Rejection.objects.filter(job=job_id))
        results = [
            {"row": r.row, "code": r.code, "path": r.path, "message": r.message} for r in rows
        ]
        return Response({"results": results, "next": following})


class JobsView(ProjectDoor):
    actions: ClassVar = {"get": "job.list"}

    @extend_schema(
        operation_id="jobs_list", parameters=[CURSOR, LIMIT], responses=paged(JobOutput)
    )
    def get(self, request: Request, project_id: int) -> Response:
        """The jobs of a project, newest first."""
        rows, following = page_of(
            request, Job.objects.filter(project=project_id), newest_first=True
        )
        return Response({"results": [job_json(row) for row in rows], "next": following})
