"""People of a project: add them, change their roles, hand out one-time links."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor, edge_of, page_json, page_of
from annotate.api.footing_shapes import FootingOutput
from annotate.api.parsing import json_response
from annotate.api.shapes import CURSOR, LIMIT, paged
from annotate.models import Role, User, Worker
from annotate.queries.footing import member_footing
from annotate.queries.members import member_rows
from annotate.queries.skips import skip_counts, skipped_count, skips_of_worker
from annotate.refusals import Forbidden, InvalidInput, NameTaken, NotFound
from annotate.services.skip import SKIP_REASONS
from annotate.services.workforce import (
    add_worker,
    change_worker,
    find_or_create_user,
    make_sign_in_link,
)
from labeling.formats.rows import QUALIFICATION
from labeling.problems import Problem

MOST_QUALIFICATIONS = 50
LONGEST_SEARCH = 150
_SEARCH = OpenApiParameter(
    "search", str, description="Part of a username, a name or a pseudonym; in any case."
)


class MemberOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    pseudonym = serializers.CharField()
    is_active = serializers.BooleanField()
    judged = serializers.IntegerField()
    skipped = serializers.IntegerField()
    qualifications = serializers.ListField(child=serializers.CharField())
    footing = FootingOutput(help_text="Where a crowd worker stands, and by what.")
    sign_in_link = serializers.CharField(required=False, help_text="Only when it was just made.")


class LinkOutput(serializers.Serializer[Any]):
    sign_in_link = serializers.CharField()
    expires_at = serializers.DateTimeField()


def _member_json(worker: Worker) -> dict[str, Any]:
    return {
        "id": worker.pk,
        "username": worker.user.username,
        "display_name": worker.user.display_name,
        "role": worker.role,
        "pseudonym": worker.pseudonym,
        "is_active": worker.is_active,
        "judged": worker.judged_count,
        "skipped": skipped_count(worker),
        "qualifications": sorted(worker.qualifications.values_list("name", flat=True)),
        "footing": member_footing(getattr(worker, "footing", None), worker.project),
    }


def link_address(secret: str) -> str:
    """The secret stands behind the #, so it is never sent in a request line or a Referer."""
    return f"{settings.PUBLIC_URL}/sign-in#{secret}"


class MembersView(ProjectDoor):
    actions: ClassVar = {"get": "member.list", "post": "member.add"}

    class Input(serializers.Serializer[Any]):
        username = serializers.RegexField(r"^[\w.@+-]{1,150}$")
        display_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
        role = serializers.ChoiceField(Role.choices)

    @extend_schema(
        operation_id="members_list",
        parameters=[CURSOR, LIMIT, _SEARCH],
        responses=paged(MemberOutput),
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:  # noqa: ARG002
        """The people of the project."""
        after, limit = edge_of(request, default=100)
        search = request.query_params.get("search", "").strip()
        if len(search) > LONGEST_SEARCH or "\x00" in search:
            message = f"search has at most {LONGEST_SEARCH} characters, and none of them is a NUL."
            raise InvalidInput.of([Problem(path="/search", code="invalid", message=message)])
        rows = member_rows(self.membership.project, after=after, limit=limit + 1, search=search)
        return json_response(page_json(rows, limit))

    @extend_schema(request=Input, responses={201: MemberOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Add a person. A new account comes with a one-time sign-in link."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        fields = data.validated_data
        is_new = _is_new(fields["username"], self.membership.project.organisation_id)
        user = find_or_create_user(
            username=fields["username"], display_name=fields.get("display_name", "")
        )
        worker = add_worker(
            project=self.membership.project,
            user=user,
            role=Role(fields["role"]),
            added_by=self.user,
        )
        body = _member_json(worker)
        if is_new:
            body["sign_in_link"] = link_address(make_sign_in_link(user=user)[0])
        return Response(body, status=201)


def _is_new(username: str, organisation_id: int) -> bool:
    """Accounts of other organisations can't be pulled in, nor told from names that are taken."""
    user = User.objects.filter(username=username).first()
    if user is None:
        return True
    if not user.organisation_memberships.filter(organisation=organisation_id).exists():
        raise NameTaken
    return False


def member_of(project_id: int, member_id: int) -> Worker:
    """Raises NotFound unless the project has this member."""
    found = Worker.objects.filter(pk=member_id, project=project_id).select_related("user").first()
    if found is None:
        raise NotFound
    return found


class MemberView(ProjectDoor):
    actions: ClassVar = {"patch": "member.change"}

    class Input(serializers.Serializer[Any]):
        role = serializers.ChoiceField(Role.choices, required=False)
        is_active = serializers.BooleanField(required=False)
        qualifications = serializers.ListField(
            child=serializers.RegexField(f"^{QUALIFICATION}$"),
            required=False,
            max_length=MOST_QUALIFICATIONS,
            help_text="All that the person has from now on; items that need more go to others.",
        )

    @extend_schema(request=Input, responses=MemberOutput)
    def patch(self, request: Request, project_id: int, member_id: int) -> Response:
        """Change a person's role, qualifications, or whether the person may enter."""
        worker = member_of(project_id, member_id)
        if worker.user_id == self.user.pk:
            message = "You can't change your own role. Ask another lead or the owner."
            raise Forbidden(message)
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        role = data.validated_data.get("role")
        changed = change_worker(
            worker=worker,
            role=Role(role) if role else None,
            is_active=data.validated_data.get("is_active"),
            qualifications=data.validated_data.get("qualifications"),
            changed_by=self.user,
        )
        return Response(_member_json(changed))


class SkippedItemOutput(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    reason = serializers.ChoiceField(SKIP_REASONS)
    comment = serializers.CharField()
    at = serializers.DateTimeField()


class SkipCountOutput(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(SKIP_REASONS)
    skipped = serializers.IntegerField()


class MemberSkipsView(ProjectDoor):
    actions: ClassVar = {"get": "member.skips"}

    class Output(serializers.Serializer[Any]):
        judged = serializers.IntegerField()
        skipped = serializers.IntegerField()
        reasons = SkipCountOutput(many=True, help_text="The most frequent first.")
        results = SkippedItemOutput(many=True, help_text="The newest first.")
        next = serializers.CharField(allow_null=True)

    @extend_schema(parameters=[CURSOR, LIMIT], responses=Output)
    def get(self, request: Request, project_id: int, member_id: int) -> Response:
        """What a person skipped: how often for which reason, and which items."""
        worker = member_of(project_id, member_id)
        reasons = skip_counts(worker)
        rows, following = page_of(request, skips_of_worker(worker), newest_first=True)
        return Response(
            {
                "judged": worker.judged_count,
                "skipped": sum(row["skipped"] for row in reasons),
                "reasons": reasons,
                "results": [
                    {
                        "item": row.item_id,
                        "external_id": row.item.external_id if row.item else None,
                        "reason": row.payload["reason"],
                        "comment": row.payload["comment"],
                        "at": row.at,
                    }
                    for row in rows
                ],
                "next": following,
            }
        )


class MemberLinkView(ProjectDoor):
    actions: ClassVar = {"post": "member.invite"}

    @extend_schema(request=None, responses=LinkOutput)
    def post(self, _request: Request, project_id: int, member_id: int) -> Response:
        """Make a new one-time sign-in link for a crowd worker or an expert of the project."""
        worker = member_of(project_id, member_id)
        if not _is_only_here(worker):
            message = (
                "This account also leads a project or belongs elsewhere, so a link for it would "
                "open more than this project. The owner makes one on the server: "
                "manage.py sign_in_links USERNAME."
            )
            raise Forbidden(message)
        secret, expires_at = make_sign_in_link(user=worker.user)
        return Response({"sign_in_link": link_address(secret), "expires_at": expires_at})


def _is_only_here(worker: Worker) -> bool:
    """A link opens the whole account; a lead may only open accounts that are just workers."""
    organisation = worker.project.organisation_id
    memberships = worker.user.organisation_memberships
    is_elsewhere = memberships.exclude(organisation=organisation).exists()
    has_rank = memberships.exclude(role="member").exists()
    return not (is_elsewhere or has_rank or worker.user.workers.filter(role=Role.LEAD).exists())
