"""Similar items, and near-duplicates that are labelled once."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.assignments import AssignmentDoor
from annotate.api.base import ProjectDoor
from annotate.api.items import item_of
from annotate.api.jobs import job_json
from annotate.api.shapes import AnyObject, JobOutput
from annotate.models import FinalSource, GroupState, Item, ItemStage, Project
from annotate.queries.groups import groups_of
from annotate.queries.similar import own_similar_to, shows_own, similar_to
from annotate.refusals import NotFound
from annotate.services.similar_rules import Wanted, change_rules, rules_of, start_grouping

LOWEST_LIKENESS, LOWEST_SHARED, LOWEST_SHARE = 0.8, 0.7, 0.01


class RulesOutput(serializers.Serializer[Any]):
    is_spread = serializers.BooleanField(
        help_text="One item of each group is put to people, and its label becomes the others'."
    )
    least_likeness = serializers.FloatField(help_text="The cosine of the vectors, at least.")
    least_shared = serializers.FloatField(
        help_text="The share of parts that the texts have in common, at least."
    )
    audit_share = serializers.FloatField(
        help_text="So many of those that would get a label go to people all the same."
    )
    shows_own = serializers.BooleanField(
        help_text="A worker is shown similar items that the same worker has judged."
    )


class GroupCountsOutput(serializers.Serializer[Any]):
    groups = serializers.IntegerField()
    items = serializers.IntegerField(help_text="In all groups, with the first of each.")
    members = serializers.IntegerField(help_text="Beside the first of each group.")
    equal = serializers.IntegerField(help_text="Of the members, those with the same text.")
    to_save = serializers.IntegerField(help_text="Members that nobody has begun with.")
    saves_judgments = serializers.IntegerField(
        help_text="About so many would not be asked for, were labels spread."
    )
    waiting = serializers.IntegerField()
    audits = serializers.IntegerField()
    left_alone = serializers.IntegerField(help_text="Somebody had begun with them.")
    spread = serializers.IntegerField()
    returned = serializers.IntegerField()
    contradicted = serializers.IntegerField(help_text="Groups whose labels were taken back.")


class PairItemOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    preview = serializers.CharField()


class NearPairOutput(serializers.Serializer[Any]):
    first = PairItemOutput()
    other = PairItemOutput()
    is_equal = serializers.BooleanField()
    likeness = serializers.FloatField()
    shared = serializers.FloatField()


class NearDuplicatesOutput(serializers.Serializer[Any]):
    rules = RulesOutput()
    counts = GroupCountsOutput()
    pairs = NearPairOutput(many=True, help_text="Twenty at most, the least alike first.")
    job = JobOutput(allow_null=True, help_text="The latest search.")


class NearDuplicatesView(ProjectDoor):
    actions: ClassVar = {"get": "similar.read", "put": "similar.decide"}

    class Input(serializers.Serializer[Any]):
        is_spread = serializers.BooleanField(required=False)
        least_likeness = serializers.FloatField(
            required=False, min_value=LOWEST_LIKENESS, max_value=1.0
        )
        least_shared = serializers.FloatField(
            required=False, min_value=LOWEST_SHARED, max_value=1.0
        )
        audit_share = serializers.FloatField(required=False, min_value=LOWEST_SHARE, max_value=1.0)
        shows_own = serializers.BooleanField(required=False)

    @extend_schema(responses=NearDuplicatesOutput)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """The near-duplicates that were found, what they would save, and what became of them."""
        return Response(_shown(self.membership.project))

    @extend_schema(request=Input, responses=NearDuplicatesOutput)
    def put(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Change what is a near-duplicate, or whether they are labelled once. What is left out
        stays as it is."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        project = self.membership.project
        change_rules(project=project, user=self.user, wanted=Wanted(**data.validated_data))
        return Response(_shown(project))


class FindNearDuplicatesView(ProjectDoor):
    actions: ClassVar = {"post": "similar.decide"}

    @extend_schema(request=None, responses={202: JobOutput})
    def post(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Look for near-duplicates among the items that came since. It changes no item."""
        job = start_grouping(project=self.membership.project, user=self.user)
        return Response(job_json(job), status=202)


class SimilarItemOutput(serializers.Serializer[Any]):
    class Final(serializers.Serializer[Any]):
        answer = AnyObject()
        source = serializers.ChoiceField(FinalSource.choices)  # type: ignore[assignment]  # a field, not the base's property

    id = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True)
    preview = serializers.CharField()
    stage = serializers.ChoiceField(ItemStage.choices)
    final = Final(allow_null=True)
    likeness = serializers.FloatField(allow_null=True, help_text="Null: not compared by vectors.")
    is_near_duplicate = serializers.BooleanField()
    is_inconsistent = serializers.BooleanField(
        help_text="A near-duplicate whose final label is another one."
    )


class SimilarView(ProjectDoor):
    actions: ClassVar = {"get": "item.similar"}

    class Output(serializers.Serializer[Any]):
        class Group(serializers.Serializer[Any]):
            first = serializers.IntegerField()
            state = serializers.ChoiceField(GroupState.choices)
            items = serializers.IntegerField()
            shown = serializers.IntegerField()

        known = serializers.BooleanField(
            help_text="false: no model has read the item, so only its group is known."
        )
        group = Group(allow_null=True)
        items = SimilarItemOutput(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int, item_id: int) -> Response:
        """The items most like this one, near-duplicates first."""
        item = item_of(project_id, item_id)
        found = similar_to(self.membership.project, item)
        return Response({"known": found.is_known, "group": found.group, "items": found.items})


class OwnSimilarView(AssignmentDoor):
    actions: ClassVar = {"get": "assignment.similar"}

    class Output(serializers.Serializer[Any]):
        class Own(serializers.Serializer[Any]):
            preview = serializers.CharField()
            answer = AnyObject()
            likeness = serializers.FloatField()

        results = Own(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, assignment_id: UUID) -> Response:  # noqa: ARG002
        """Your own answers to items like this one. 404 where the project does not show them."""
        own = self.assignment
        if not shows_own(own.project):
            raise NotFound
        found = own_similar_to(own.worker, Item(pk=own.item_id, project_id=own.project.pk))
        return Response({"results": [each._asdict() for each in found]})


def _shown(project: Project) -> dict[str, Any]:
    rules = rules_of(project)
    found = groups_of(project, rules)
    job = found["job"]
    names = ("is_spread", "least_likeness", "least_shared", "audit_share", "shows_own")
    return {
        **found,
        "rules": {name: getattr(rules, name) for name in names},
        "job": None if job is None else job_json(job),
    }
