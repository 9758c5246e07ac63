"""What is done with a list of items: count it, save its filter, act on all of it."""

from collections.abc import Container
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import LARGEST_ID, ProjectDoor, page_of
from annotate.api.jobs import job_json
from annotate.api.shapes import CURSOR, LIMIT, AnyObject, JobOutput, paged
from annotate.models import ItemStage, Listing
from annotate.queries.item_filter import READERS, conditions_of
from annotate.queries.item_pages import MOST_COUNTED, count_of
from annotate.queries.views import view_row, views_for
from annotate.refusals import InvalidInput, NotFound
from annotate.services.bulk import ACTIONS, MOST_CHOSEN, start_bulk
from annotate.services.views import Views, change_view, forget_view, save_view
from labeling.problems import Problem

SAID = {
    "label": "question:label of the final label, or several with commas between.",
    "source": "The id of the source.",
    "settled_by": "consensus, adjudication, auto_accept or spread.",
    "settled_on": "Days in UTC, as 2026-01-01_2026-01-31; 92 at most.",
    "sure": "Confidence of the final label in percent, as 50-80, in steps of 5.",
    "differs": "yes: the model said something else than the final label.",
    "commented": "yes: somebody left a comment.",
    "gold": "yes: it has a known answer.",
    "judged_by": "The id of a member.",
    "external": "How the external id begins.",
    "search": "Words of the item's texts; the last one may be a beginning.",
}
FILTERS = [
    OpenApiParameter("stage", str, enum=ItemStage.values),
    *(OpenApiParameter(name, str, description=said) for name, said in SAID.items()),
]


def filter_of(request: Request, names: Container[str] = READERS) -> dict[str, str]:
    """The filter that an address says, of those that the list has."""
    said = request.query_params
    return {name: str(said[name]) for name in said if name in names}


class ItemCountView(ProjectDoor):
    actions: ClassVar = {"get": "item.list"}

    class Output(serializers.Serializer[Any]):
        items = serializers.IntegerField(help_text=f"At most {MOST_COUNTED} of a filter.")
        is_more = serializers.BooleanField(help_text="There are more, or more was not looked at.")

    @extend_schema(parameters=FILTERS, responses=Output)
    def get(self, request: Request, project_id: int) -> Response:
        """How many items a filter has. Exact without one and by stage."""
        return Response(
            count_of(project_id, conditions_of(project_id, filter_of(request)))._asdict()
        )


class BulkView(ProjectDoor):
    actions: ClassVar = {"post": "item.bulk"}

    class Input(serializers.Serializer[Any]):
        action = serializers.ChoiceField(list(ACTIONS))
        items = serializers.ListField(
            child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID),
            max_length=MOST_CHOSEN,
            required=False,
            help_text="Without it all items of the filter.",
        )
        query = AnyObject(required=False, help_text="The filter, as the items' address has it.")
        band = serializers.IntegerField(
            min_value=0, max_value=15, required=False, help_text="For prioritise: 0 is first."
        )

    @extend_schema(request=Input, responses={202: JobOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Do one thing with many items, in a job. What an item refuses is among its rejections."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        said = data.validated_data
        if said["action"] == "prioritise" and "band" not in said:
            message = "Say the band, 0 (first) to 15."
            raise InvalidInput.of([Problem(path="/band", code="required", message=message)])
        job = start_bulk(
            project=self.membership.project,
            user=self.user,
            action=said["action"],
            items=said.get("items"),
            query=_object(said.get("query", {})),
            band=said.get("band"),
        )
        return Response(job_json(job), status=202)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        message = "A filter is an object of names and texts."
        raise InvalidInput.of([Problem(path="/query", code="not_an_object", message=message)])
    return value


class ViewOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    query = AnyObject()
    shared = serializers.BooleanField(help_text="All who see the list see it.")
    own = serializers.BooleanField(help_text="You made it, and can change it.")
    created_at = serializers.DateTimeField()


_VIEW_PAGE = paged(ViewOutput)


class _ViewDoor(ProjectDoor):
    of: ClassVar = Listing.ITEMS

    @property
    def views(self) -> Views:
        return Views(self.membership.project, self.user, self.of)


class ViewsView(_ViewDoor):
    actions: ClassVar = {"get": "item.list", "post": "view.save"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100)
        query = AnyObject()
        shared = serializers.BooleanField(default=False)

    @extend_schema(operation_id="views_list", parameters=[CURSOR, LIMIT], responses=_VIEW_PAGE)
    def get(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """The saved views of the items: your own, and those that others share."""
        rows, following = page_of(request, views_for(*self.views))
        return Response({"results": [view_row(row, self.user) for row in rows], "next": following})

    @extend_schema(request=Input, responses={201: ViewOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Save a filter of the items under a name."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        view = save_view(
            self.views,
            name=data.validated_data["name"],
            query=_object(data.validated_data["query"]),
            is_shared=data.validated_data["shared"],
        )
        return Response(view_row(view, self.user), status=201)


class ViewView(_ViewDoor):
    actions: ClassVar = {"patch": "view.save", "delete": "view.save"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=100, required=False)
        query = AnyObject(required=False)
        shared = serializers.BooleanField(required=False)

    @extend_schema(request=Input, responses=ViewOutput)
    def patch(self, request: Request, project_id: int, view_id: int) -> Response:  # noqa: ARG002
        """Rename your view, change its filter, or share it."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        said = data.validated_data
        view = change_view(
            self.views,
            _known(view_id),
            name=said.get("name"),
            query=_object(said["query"]) if "query" in said else None,
            is_shared=said.get("shared"),
        )
        return Response(view_row(view, self.user))

    @extend_schema(responses={204: None})
    def delete(self, _request: Request, project_id: int, view_id: int) -> Response:  # noqa: ARG002
        """Forget your view."""
        forget_view(self.views, _known(view_id))
        return Response(status=204)


class DisputeViewsView(ViewsView):
    of = Listing.DISPUTES
    actions: ClassVar = {"get": "dispute.list", "post": "dispute_view.save"}

    @extend_schema(
        operation_id="dispute_views_list", parameters=[CURSOR, LIMIT], responses=_VIEW_PAGE
    )
    def get(self, request: Request, project_id: int) -> Response:
        """The saved views of the disputes: your own, and those that others share."""
        return super().get(request, project_id)

    @extend_schema(request=ViewsView.Input, responses={201: ViewOutput})
    def post(self, request: Request, project_id: int) -> Response:
        """Save a filter of the disputes under a name."""
        return super().post(request, project_id)


class DisputeViewView(ViewView):
    of = Listing.DISPUTES
    actions: ClassVar = {"patch": "dispute_view.save", "delete": "dispute_view.save"}


def _known(view_id: int) -> int:
    if view_id > LARGEST_ID:
        raise NotFound
    return view_id
