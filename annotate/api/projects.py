"""Projects: list, create, read, change."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import Door, ProjectDoor, page_of
from annotate.api.guidelines import GuidelineOutput, PolicyDocument, guideline_json, policy_json
from annotate.api.shapes import CURSOR, LIMIT, AnyObject, paged
from annotate.models import (
    Organisation,
    OrganisationMembership,
    OrganisationRole,
    Project,
    ProjectStage,
    Rung,
    User,
)
from annotate.policies import Membership, membership_of
from annotate.queries.home import home_of, visible_projects
from annotate.refusals import Forbidden, NotFound
from annotate.services.projects import change_project, create_project

MAY_CREATE = (OrganisationRole.OWNER, OrganisationRole.LEAD)


class ProjectRowOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    organisation = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    stage = serializers.ChoiceField(ProjectStage.choices)
    created_at = serializers.DateTimeField()


class ProjectOutput(ProjectRowOutput):
    role = serializers.ChoiceField(["owner", "lead", "expert", "crowd"])
    guideline = GuidelineOutput(allow_null=True)
    policy = PolicyDocument()
    policy_version = serializers.IntegerField()
    permissions = serializers.ListField(child=serializers.CharField())


def project_row(project: Project) -> dict[str, Any]:
    return {
        "id": project.pk,
        "organisation": project.organisation_id,
        "name": project.name,
        "description": project.description,
        "stage": project.stage,
        "created_at": project.created_at,
    }


def project_json(membership: Membership) -> dict[str, Any]:
    project = membership.project
    # Who is measured by known answers does not learn how many there are.
    policy = project.policy if "policy.read" in membership.permissions else None
    return {
        **project_row(project),
        "role": membership.role,
        "guideline": guideline_json(project.guideline) if project.guideline else None,
        "policy": policy_json(policy)["policy"] if policy else {},
        "policy_version": project.policy.version if project.policy else 0,
        "permissions": membership.permissions,
    }


class ProjectsView(Door):
    actions: ClassVar = {"get": "project.list", "post": "project.create"}

    class Input(serializers.Serializer[Any]):
        organisation = serializers.IntegerField(required=False)
        name = serializers.CharField(max_length=200)
        description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
        schema = AnyObject()
        guideline_text = serializers.CharField(
            max_length=1_000_000, required=False, allow_blank=True, trim_whitespace=False
        )
        policy = AnyObject(required=False)

    @extend_schema(
        operation_id="projects_list",
        parameters=[CURSOR, LIMIT],
        responses=paged(ProjectRowOutput),
    )
    def get(self, request: Request) -> Response:
        """The projects one has a part in."""
        rows, following = page_of(request, visible_projects(self.user))
        return Response({"results": [project_row(row) for row in rows], "next": following})

    @extend_schema(request=Input, responses={201: ProjectOutput})
    def post(self, request: Request) -> Response:
        """Create a project that is open for work at once; you become its first lead."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        fields = dict(data.validated_data)
        organisation = _organisation_of(self.user, fields.pop("organisation", None))
        project = create_project(organisation=organisation, creator=self.user, **fields)
        return Response(project_json(membership_of(self.user, project.pk)), status=201)


def _organisation_of(user: User, organisation_id: int | None) -> Organisation:
    mine = OrganisationMembership.objects.filter(user=user).select_related("organisation")
    if organisation_id is not None:
        mine = mine.filter(organisation=organisation_id)
        if not mine.exists():
            raise NotFound
    membership = mine.filter(role__in=MAY_CREATE).order_by("pk").first()
    if membership is None:
        message = "Only owners and leads of an organisation create projects. Ask one of them."
        raise Forbidden(message)
    return membership.organisation


class ProjectView(ProjectDoor):
    actions: ClassVar = {"get": "project.read", "patch": "project.change"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=200, required=False)
        description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
        stage = serializers.ChoiceField(ProjectStage.choices, required=False)

    @extend_schema(operation_id="projects_read", responses=ProjectOutput)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """One project, with its guideline, its policy (crowd: empty) and what you may do there."""
        return Response(project_json(self.membership))

    @extend_schema(request=Input, responses=ProjectOutput)
    def patch(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Change the name, the description or the stage."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        change_project(
            project=self.membership.project, author=self.user, changes=data.validated_data
        )
        return Response(project_json(self.membership))


class HomeProjectOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(["owner", "lead", "expert", "crowd"])
    stage = serializers.ChoiceField(ProjectStage.choices)
    input_types = serializers.ListField(child=serializers.ChoiceField(["text", "image"]))
    question_types = serializers.ListField(child=serializers.CharField())
    items = serializers.IntegerField()
    settled = serializers.IntegerField(
        help_text="For a crowd worker: the items you judged, whatever came of them."
    )
    ready = serializers.IntegerField(help_text="Items you could judge now; 1000 means many.")
    disputes = serializers.IntegerField(help_text="For a crowd worker always 0.")
    judged_by_me = serializers.IntegerField()
    rung = serializers.ChoiceField(Rung.choices, help_text="Of a crowd worker; else none.")


class OrganisationOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(OrganisationRole.choices)


class HomeOutput(serializers.Serializer[Any]):
    projects = HomeProjectOutput(many=True)
    can_create_project = serializers.BooleanField()
    organisations = OrganisationOutput(many=True)


class HomeView(Door):
    actions: ClassVar = {"get": "home.read"}

    @extend_schema(responses=HomeOutput)
    def get(self, _request: Request) -> Response:
        """The work that waits for you."""
        return Response(home_of(self.user))
