"""Sessions are found by two prepared questions, and end when Django's would."""

from datetime import timedelta

import pytest
import pytest_django
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from annotate import models
from annotate.jobs import tasks
from tests import make

pytestmark = pytest.mark.django_db

DJANGOS_OWN = "django.contrib.auth.backends.ModelBackend"


def browser_of(user: models.User, backend: str | None = None) -> Client:
    client = Client()
    client.force_login(user, backend=backend)
    return client


def who(client: Client) -> str | None:
    """The name that the server greets this browser by."""
    reply = client.get("/api/v1/session/")
    assert reply.status_code == 200
    user = reply.json()["user"]
    return user and str(user["username"])


def test_a_session_costs_two_questions(
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    user = make.user()
    client = browser_of(user)
    with django_assert_num_queries(2):
        assert who(client) == user.username


def test_a_session_that_names_djangos_own_backend_stays_good() -> None:
    user = make.user()
    assert who(browser_of(user, DJANGOS_OWN)) == user.username


@pytest.mark.parametrize("backend", [None, DJANGOS_OWN])
def test_a_session_ends_with_its_time(backend: str | None) -> None:
    user = make.user()
    client = browser_of(user, backend)
    now = timezone.now()
    Session.objects.update(expire_date=now + timedelta(minutes=1))
    assert who(client) == user.username
    Session.objects.update(expire_date=now - timedelta(seconds=1))
    assert who(client) is None


@pytest.mark.parametrize("backend", [None, DJANGOS_OWN])
def test_a_session_ends_with_its_account(backend: str | None) -> None:
    user = make.user()
    client = browser_of(user, backend)
    models.User.objects.filter(pk=user.pk).update(is_active=False)
    assert who(client) is None


def test_a_session_whose_user_is_gone_is_nobodys() -> None:
    user = make.user()
    client = browser_of(user)
    user.delete()
    assert who(client) is None


def test_a_session_that_was_tampered_with_is_nobodys() -> None:
    client = browser_of(make.user())
    session = Session.objects.get()
    Session.objects.update(session_data=session.session_data[:-1] + "x")
    assert who(client) is None


NUL = '"' + "\\000" * 9 + '"'  # as a cookie writes it


@pytest.mark.parametrize("cookie", ["", "short", NUL, "' OR true --", "é" * 40, "a" * 5000])
def test_a_cookie_that_can_be_no_session_is_nobodys(cookie: str) -> None:
    browser_of(make.user())
    client = Client(headers={"cookie": f"sessionid={cookie}"})
    assert who(client) is None


def test_sessions_that_have_ended_are_forgotten_and_no_others() -> None:
    for _ in range(2):
        browser_of(make.user())
    ended, going_on = Session.objects.order_by("expire_date")
    Session.objects.filter(pk=ended.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    tasks.forget(timestamp=0)
    assert list(Session.objects.all()) == [going_on]
