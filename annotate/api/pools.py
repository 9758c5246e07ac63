"""What items need of who judges them."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from annotate.api.base import ProjectDoor, edge_of, page_json
from annotate.api.parsing import json_response
from annotate.api.shapes import CURSOR, LIMIT, paged
from annotate.queries.needs import pool_rows


class PoolOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    needs = serializers.ListField(child=serializers.CharField())
    waiting = serializers.IntegerField(help_text="Items that wait for the crowd, 1000 at most.")
    qualified = serializers.IntegerField(
        help_text="Workers of the crowd who have all of it, 1000 at most. With 0 the items wait."
    )


class PoolsView(ProjectDoor):
    actions: ClassVar = {"get": "pool.list"}

    @extend_schema(
        operation_id="pools_list", parameters=[CURSOR, LIMIT], responses=paged(PoolOutput)
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:  # noqa: ARG002
        """The pools of items that need the same qualifications, oldest first."""
        after, limit = edge_of(request)
        rows = pool_rows(self.membership.project, after=after, limit=limit + 1)
        return json_response(page_json(rows, limit))
