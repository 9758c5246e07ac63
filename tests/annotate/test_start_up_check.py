"""The start-up check: the server refuses to start with a route that nobody guards."""

import pytest_django
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework.views import APIView

from annotate.api.base import Door
from annotate.checks import every_route_has_a_policy


class Unlisted(Door):
    actions = {"get": "secret.read"}  # noqa: RUF012 - a bad door, on purpose

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()


class Unnamed(Door):
    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()


class NoDoor(APIView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()


def no_door(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class BadRoutes:
    urlpatterns = [  # noqa: RUF012 - Django looks for a list
        path("a", Unlisted.as_view()),
        path("b", Unnamed.as_view()),
        path("c", NoDoor.as_view()),
        path("d", no_door),
    ]


def test_the_start_up_check_finds_every_kind_of_open_route(
    settings: pytest_django.Settings,
) -> None:
    assert every_route_has_a_policy() == []
    settings.ROOT_URLCONF = BadRoutes
    assert [problem.id for problem in every_route_has_a_policy()] == [
        "annotate.E004",
        "annotate.E003",
        "annotate.E002",
        "annotate.E001",
    ]
