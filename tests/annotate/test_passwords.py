"""People who came in by a link set a password of their own, and change it knowing the old."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from annotate.models import User
from tests import make

pytestmark = pytest.mark.django_db
GOOD, BETTER = "seven green bottles 7", "eight brown bottles 8"


def put(user: User, **words: str) -> make.Reply:
    return make.client_for(user).put("me/password/", words)


def test_a_first_password_needs_no_old_one_and_opens_the_door() -> None:
    user = make.user()
    status, body = put(user, new=GOOD)
    assert (status, body["has_password"]) == (200, True)
    assert Client().login(username=user.username, password=GOOD)


def test_a_password_is_changed_by_who_knows_it() -> None:
    user = make.user()
    put(user, new=GOOD)
    status, body = put(user, old="a guess", new=BETTER)
    assert (status, body["extra"]["problems"][0]["path"]) == (400, "/old")
    assert not Client().login(username=user.username, password=BETTER)
    assert put(user, old=GOOD, new=BETTER)[0] == 200
    assert Client().login(username=user.username, password=BETTER)


@pytest.mark.parametrize("weak", ["short", "password1234", "123456789012", "1"])
def test_a_weak_password_is_refused_with_its_reason(weak: str) -> None:
    user = make.user()
    status, body = put(user, new=weak)
    assert (status, {p["path"] for p in body["extra"]["problems"]}) == (400, {"/new"})
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_other_sessions_end_with_the_old_password() -> None:
    user = make.user()
    elsewhere = Client()
    elsewhere.force_login(user)
    assert elsewhere.get("/api/v1/home/").status_code == 200
    put(user, new=GOOD)
    assert elsewhere.get("/api/v1/home/").status_code == 401


def test_the_session_that_sets_the_password_goes_on() -> None:
    user = make.user()
    here = Client()
    here.force_login(user)
    body = {"new": GOOD}
    reply = here.put("/api/v1/me/password/", body, content_type="application/json")
    assert reply.status_code == 200
    assert here.get("/api/v1/home/").status_code == 200


def test_a_script_that_sets_a_password_gets_no_session() -> None:
    user = make.user()
    assert put(user, new=GOOD)[0] == 200
    assert not Session.objects.exists()


def test_a_password_is_taken_as_it_was_typed() -> None:
    user = make.user()
    put(user, new=f" {GOOD} ")
    assert not Client().login(username=user.username, password=GOOD)
    assert Client().login(username=user.username, password=f" {GOOD} ")
