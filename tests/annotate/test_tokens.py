"""Tokens of scripts, and what a person may change of the own account."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client

from annotate import models
from tests import make

pytestmark = pytest.mark.django_db


def test_a_token_works_until_it_is_revoked() -> None:
    user = make.user()
    caller = make.client_for(user)
    _, made = caller.post("tokens/", {"name": "script"})
    _, listed = caller.get("tokens/")
    assert [token["name"] for token in listed] == ["script", "test"]
    assert all("key" not in token for token in listed)

    def home(scheme: str) -> int:
        headers = {"Authorization": f"{scheme} {made['key']}"}
        return Client().get("/api/v1/home/", headers=headers).status_code

    assert [home(scheme) for scheme in ("Token", "token", "Bearer", "Basic")] == [
        200,
        200,
        200,
        401,
    ]
    assert caller.delete(f"tokens/{made['id']}/")[0] == 204
    assert home("Token") == 401
    assert caller.delete(f"tokens/{made['id']}/")[0] == 404


@pytest.mark.parametrize("key", ["", "x", "x" * 5000, "é", "a b", "\x00"])
def test_what_is_no_token_is_refused(key: str) -> None:
    make.client_for(make.user())
    reply = Client().get("/api/v1/home/", headers={"Authorization": f"Token {key}"})
    assert (reply.status_code, reply.json()["code"]) == (401, "not_signed_in")


def test_the_use_of_a_token_is_noted_at_most_once_a_minute() -> None:
    caller = make.client_for(make.user())
    caller.get("home/")
    noted = models.ApiToken.objects.get().last_used_at
    assert noted is not None
    caller.get("home/")
    assert models.ApiToken.objects.get().last_used_at == noted
    models.ApiToken.objects.update(last_used_at=Now() - timedelta(minutes=2))
    caller.get("home/")
    later = models.ApiToken.objects.get().last_used_at
    assert later is not None
    assert later >= noted


@pytest.mark.parametrize(
    "changes",
    [{"language": "xx"}, {"theme": "pink"}, {"display_name": ""}, {"display_name": "x" * 151},
     {"display_name": "a\x00b"}],
)  # fmt: skip
def test_a_profile_takes_only_what_fits(changes: dict[str, str]) -> None:
    user = make.user()
    assert make.client_for(user).patch("me/", changes)[0] == 400
    user.refresh_from_db()
    assert (user.language, user.theme, user.display_name) == ("en", "auto", user.username)


def test_a_profile_cannot_be_made_another_persons() -> None:
    user, other = make.user(), make.user()
    alien = {"id": other.pk, "username": other.username, "is_active": False, "theme": "dark"}
    assert make.client_for(user).patch("me/", alien)[0] == 200
    name = user.username
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.username, user.is_active, other.theme) == (name, True, "auto")
