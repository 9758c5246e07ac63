"""Ways in: passwords, one-time links, tokens, sessions. Each ends when it should."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import pytest_django
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.test.client import ClientHandler

from annotate import models
from annotate.services.attempts import forget_old_attempts
from annotate.services.workforce import make_sign_in_link
from tests import make
from tests.annotate import acting

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a test


# As in tests/make.py.
HANDLER = ClientHandler(enforce_csrf_checks=True)


class Browser:
    """A browser: keeps cookies, and needs a CSRF token like one."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.handler = HANDLER

    def send(
        self, method: str, path: str, body: Any = None, *, csrf: str | None = None
    ) -> make.Reply:
        return make.read(
            self.client.generic(
                method,
                f"/api/v1/{path}",
                json.dumps(body),
                content_type="application/json",
                headers={} if csrf is None else {"X-CSRFToken": csrf},
            )
        )

    def csrf(self) -> str:
        token: str = self.send("GET", "session/")[1]["csrf_token"]
        return token

    def post(self, path: str, body: Any = None) -> make.Reply:
        """With the token that a page sends along."""
        return self.send("POST", path, body, csrf=self.csrf())

    def who(self) -> str | None:
        """The name of who is signed in."""
        user = self.send("GET", "session/")[1]["user"]
        return user and str(user["username"])


def signed_in(user: models.User) -> Browser:
    browser = Browser()
    secret, _ = make_sign_in_link(user=user)
    assert browser.post("session/link/", {"token": secret})[0] == 200
    return browser


def test_a_stranger_is_told_that_nobody_is_signed_in() -> None:
    status, body = Browser().send("GET", "session/")
    assert (status, body["user"]) == (200, None)
    assert body["csrf_token"]


def test_a_password_signs_its_user_in() -> None:
    user = make.user(password=PASSWORD)
    browser = Browser()
    body = {"username": user.username, "password": PASSWORD}
    status, answer = browser.post("session/", body)
    assert (status, answer["user"]["username"]) == (200, user.username)
    assert browser.who() == user.username
    assert PASSWORD not in str(answer)
    assert user.password not in str(answer)


@pytest.mark.parametrize("password", ["wrong", "", " ", PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_password_signs_nobody_in(password: str) -> None:
    user = make.user(password=PASSWORD)
    browser = Browser()
    status, body = browser.post("session/", {"username": user.username, "password": password})
    assert status == 400
    assert body["code"] in {"wrong_credentials", "invalid_input"}
    assert browser.who() is None


def test_an_unknown_name_and_a_wrong_password_look_the_same() -> None:
    user = make.user(password=PASSWORD)
    replies = [
        Browser().post("session/", {"username": name, "password": "wrong"})
        for name in (user.username, "nobody-here")
    ]
    assert replies[0] == replies[1]


def test_an_account_without_a_password_is_not_entered_by_any() -> None:
    user = make.user()
    for password in ("!", user.password, "None"):
        body = {"username": user.username, "password": password}
        assert Browser().post("session/", body)[0] == 400


def test_who_was_deactivated_comes_in_by_no_way() -> None:
    user = make.user(password=PASSWORD)
    caller = make.client_for(user)
    browser = signed_in(user)
    secret, _ = make_sign_in_link(user=user)
    assert caller.get("home/")[0] == 200
    models.User.objects.filter(pk=user.pk).update(is_active=False)
    assert caller.get("home/")[0] == 401
    assert browser.who() is None
    assert browser.send("GET", "home/")[0] == 401
    body = {"username": user.username, "password": PASSWORD}
    assert Browser().post("session/", body)[1]["code"] == "wrong_credentials"
    assert Browser().post("session/link/", {"token": secret})[0] == 410
    assert models.SignInLink.objects.filter(used_at=None).count() == 1


def test_a_link_signs_in_once() -> None:
    user = make.user()
    secret, _ = make_sign_in_link(user=user)
    first, second = Browser(), Browser()
    assert first.post("session/link/", {"token": secret})[0] == 200
    assert first.who() == user.username
    status, body = second.post("session/link/", {"token": secret})
    assert (status, body["code"]) == (410, "link_unusable")
    assert second.who() is None


def test_a_link_that_expired_signs_nobody_in() -> None:
    secret, _ = make_sign_in_link(user=make.user(), lifetime=timedelta(seconds=-1))
    browser = Browser()
    assert browser.post("session/link/", {"token": secret})[0] == 410
    assert browser.who() is None
    assert models.SignInLink.objects.get().used_at is None


@pytest.mark.parametrize("token", ["x", "", " " * 10, "x" * 201, 5, None, ["x"]])
def test_what_is_no_link_signs_nobody_in(token: Any) -> None:
    make_sign_in_link(user=make.user())
    browser = Browser()
    assert browser.post("session/link/", {"token": token})[0] in {400, 410}
    assert browser.who() is None


def test_no_secret_is_stored_as_it_is() -> None:
    user = make.user(password=PASSWORD)
    secret, _ = make_sign_in_link(user=user)
    _, body = make.client_for(user).post("tokens/", {"name": "script"})
    stored = [
        *models.SignInLink.objects.values_list("token_hash", flat=True),
        *models.ApiToken.objects.values_list("key_hash", flat=True),
        *models.User.objects.values_list("password", flat=True),
    ]
    assert not {secret, body["key"], PASSWORD} & set(stored)
    assert len(body["key"]) >= 40


@pytest.mark.parametrize("link", [True, False])
def test_signing_in_needs_a_csrf_token(*, link: bool) -> None:
    user = make.user(password=PASSWORD)
    secret, _ = make_sign_in_link(user=user)
    path, body = (
        ("session/link/", {"token": secret})
        if link
        else ("session/", {"username": user.username, "password": PASSWORD})
    )
    browser = Browser()
    for csrf in (None, "", "x" * 64):
        status, answer = browser.send("POST", path, body, csrf=csrf)
        assert (status, answer["code"]) == (403, "csrf_failed")
    assert browser.who() is None
    assert models.SignInLink.objects.get().used_at is None


CHANGES = [
    ("PATCH", "me/", {"theme": "dark"}),
    ("POST", "tokens/", {"name": "stolen"}),
    ("POST", "projects/", {"name": "x", "schema": make.CHOICE}),
    ("DELETE", "session/", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_session_changes_nothing_without_the_csrf_token(
    method: str, path: str, body: Any
) -> None:
    user = make.user(of=make.organisation(), role="owner")
    browser = signed_in(user)
    before = acting.counts()
    for csrf in (None, "x" * 64, make_a_foreign_token()):
        status, answer = browser.send(method, path, body, csrf=csrf)
        assert (status, answer["code"]) == (403, "forbidden")
    assert acting.counts() == before
    user.refresh_from_db()
    assert user.theme == "auto"
    assert browser.who() == user.username


def make_a_foreign_token() -> str:
    return Browser().csrf()


def test_a_session_may_change_things_with_the_csrf_token() -> None:
    browser = signed_in(make.user())
    status, body = browser.send("PATCH", "me/", {"theme": "dark"}, csrf=browser.csrf())
    assert (status, body["theme"]) == (200, "dark")


def test_signing_in_gives_a_new_session_and_signing_out_ends_it() -> None:
    browser = signed_in(make.user(password=PASSWORD))
    old = browser.client.cookies["sessionid"].value
    user = make.user(password=PASSWORD)
    browser.post("session/", {"username": user.username, "password": PASSWORD})
    new = browser.client.cookies["sessionid"].value
    assert new != old
    assert browser.send("DELETE", "session/", csrf=browser.csrf())[0] == 204
    browser.client.cookies["sessionid"] = new
    assert browser.who() is None


def test_the_cookies_are_kept_from_scripts_and_other_sites() -> None:
    cookies = signed_in(make.user()).client.cookies
    assert cookies["sessionid"]["httponly"]
    assert cookies["sessionid"]["samesite"] == "Lax"
    assert cookies["csrftoken"]["samesite"] == "Lax"


def test_a_new_password_ends_the_sessions_of_the_old_one() -> None:
    user = make.user(password=PASSWORD)
    browser = signed_in(user)
    user.set_password("another long pass phrase")
    user.save()
    assert browser.who() is None


def test_guessing_is_slowed_down() -> None:
    browser = Browser()
    csrf = browser.csrf()
    body = {"username": "x", "password": "y"}
    statuses = [browser.send("POST", "session/", body, csrf=csrf)[0] for _ in range(22)]
    assert statuses == [400] * 20 + [429] * 2
    assert browser.send("GET", "session/")[0] == 200
    # No address is kept, and nothing at all once nobody could be slowed down by it.
    attempts = models.SignInAttempts.objects.get()
    assert re.fullmatch("[0-9a-f]{64}", attempts.key)
    minute = [time - timedelta(seconds=61) for time in attempts.times]
    models.SignInAttempts.objects.update(times=minute)
    assert forget_old_attempts() == 0
    assert browser.send("POST", "session/", body, csrf=csrf)[0] == 400
    attempts.refresh_from_db()
    assert len(attempts.times) == 1
    models.SignInAttempts.objects.update(times=[minute[0] - timedelta(seconds=61)])
    assert forget_old_attempts() == 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "most"),
    [
        (0, "10.0.0.{}", 20),  # nobody of ours wrote it
        (1, "10.0.0.{}, 192.0.2.7", 20),
        (1, "192.0.2.{}", 22),
        # Whoever has one address of IPv6 has all of its /64.
        (1, "2001:db8::{}", 20),
        (1, "::ffff:192.0.2.{}", 22),
    ],
)
def test_made_up_addresses_do_not_help_who_guesses(
    settings: pytest_django.Settings, proxies: int, forwarded: str, most: int
) -> None:
    if proxies:  # there is none by default
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxies}
    browser = Browser()
    csrf = browser.csrf()
    statuses = []
    for guess in range(1, 23):
        headers = {"X-CSRFToken": csrf, "X-Forwarded-For": forwarded.format(guess)}
        reply = browser.client.post(
            "/api/v1/session/", {"username": "x"}, content_type="application/json", headers=headers
        )
        statuses.append(reply.status_code)
    assert statuses == [400] * most + [429] * (22 - most)


@pytest.mark.parametrize("password", ["short", "elevenchars", "password1234", "qwertyqwerty"])
def test_a_weak_password_is_refused_by_the_rules(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)
    validate_password(PASSWORD)
    validate_password("ŵëïrd pässphräse 你好" * 3)
