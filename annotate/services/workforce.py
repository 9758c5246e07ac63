"""People: accounts, one-time links, tokens, and their places in projects."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from annotate.abuse_refusals import TooManyTokens
from annotate.models import (
    ApiToken,
    Event,
    EventKind,
    OrganisationMembership,
    OrganisationRole,
    Project,
    Qualification,
    Role,
    SignInLink,
    User,
    Worker,
)
from annotate.refusals import InvalidInput, LinkUnusable, NameTaken, NotFound
from labeling.problems import Problem

MOST_TOKENS = 200
"""Live ones of one person; they are shown in one list."""
LINK_LIFETIME = timedelta(days=7)
# No letters or digits that look alike: people read pseudonyms to each other.
_PSEUDONYM_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def hash_of(secret: str) -> str:
    """SHA-256 in hex. The secrets hashed here are 256 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def find_or_create_user(*, username: str, display_name: str = "") -> User:
    """An account without a password: it is entered by a one-time link."""
    if user := User.objects.filter(username=username).first():
        return user
    try:
        with transaction.atomic():
            return User.objects.create_user(username, display_name=display_name)
    except IntegrityError:
        return User.objects.get(username=username)


@transaction.atomic
def add_worker(*, project: Project, user: User, role: Role, added_by: User | None) -> Worker:
    """Give a user a place in a project.

    Raises:
        NameTaken: the user has a place in it already.
    """
    OrganisationMembership.objects.get_or_create(
        organisation_id=project.organisation_id,
        user=user,
        defaults={"role": OrganisationRole.MEMBER},
    )
    if Worker.objects.filter(project=project, user=user).exists():
        message = "This person is in the project already. Change the role there instead."
        raise NameTaken(message)
    worker = _create_worker(project, user, role)
    Event.objects.create(
        project=project,
        kind=EventKind.MEMBER_ADDED,
        user=added_by,
        worker=worker,
        payload={"role": role, "pseudonym": worker.pseudonym},
    )
    return worker


def _create_worker(project: Project, user: User, role: Role) -> Worker:
    """Pseudonyms are random and differ from project to project, so nobody can link them."""
    while True:
        pseudonym = "W-" + "".join(secrets.choice(_PSEUDONYM_LETTERS) for _ in range(6))
        try:
            with transaction.atomic():
                return Worker.objects.create(
                    project=project, user=user, role=role, pseudonym=pseudonym
                )
        except IntegrityError:
            if Worker.objects.filter(project=project, user=user).exists():
                message = "This person is in the project already."
                raise NameTaken(message) from None


@transaction.atomic
def change_worker(
    *,
    worker: Worker,
    role: Role | None,
    is_active: bool | None,
    qualifications: Sequence[str] | None = None,
    changed_by: User,
) -> Worker:
    """Change the role, whether the person may enter, or all qualifications; None leaves each as it
    is. What was judged stays, and so do leases of items that need more than the worker has now."""
    if role is not None:
        worker.role = role
    if is_active is not None:
        worker.is_active = is_active
    worker.save(update_fields=["role", "is_active"])
    changes: dict[str, Any] = {"role": worker.role, "is_active": worker.is_active}
    if qualifications is not None:
        changes["qualifications"] = _qualify(worker, qualifications)
    Event.objects.create(
        project_id=worker.project_id,
        kind=EventKind.MEMBER_CHANGED,
        user=changed_by,
        worker=worker,
        payload=changes,
    )
    return worker


def _qualify(worker: Worker, names: Sequence[str]) -> list[str]:
    worker.qualifications.exclude(name__in=names).delete()
    Qualification.objects.bulk_create(
        [
            Qualification(worker=worker, project_id=worker.project_id, name=name)
            for name in sorted(set(names))
        ],
        ignore_conflicts=True,
    )
    return sorted(set(names))


@transaction.atomic
def make_sign_in_link(*, user: User, lifetime: timedelta = LINK_LIFETIME) -> tuple[str, datetime]:
    """A secret that signs the user in once, and when it expires. It can't be read again."""
    secret = secrets.token_urlsafe(32)
    expires_at = timezone.now() + lifetime
    SignInLink.objects.create(user=user, token_hash=hash_of(secret), expires_at=expires_at)
    return secret, expires_at


@transaction.atomic
def use_sign_in_link(*, secret: str) -> User:
    """The user of an unused link, which is used up by this.

    Raises:
        LinkUnusable: unknown, used or expired, or its user was deactivated.
    """
    used = SignInLink.objects.filter(
        token_hash=hash_of(secret),
        used_at__isnull=True,
        expires_at__gt=Now(),
        user__is_active=True,
    ).update(used_at=Now())
    if not used:
        raise LinkUnusable
    return SignInLink.objects.select_related("user").get(token_hash=hash_of(secret)).user


@transaction.atomic
def set_password(*, user: User, old: str, new: str) -> None:
    """Set a first password, or a new one for who knows the old.

    All other sessions of the user end with it.

    Raises:
        InvalidInput: the old password is wrong, or the new one is too easy to guess.
    """
    if user.has_usable_password() and not user.check_password(old):
        message = "This is not your password. Type the one you sign in with now."
        raise InvalidInput.of([Problem(path="/old", code="wrong_password", message=message)])
    try:
        validate_password(new, user)
    except ValidationError as error:
        problems = [
            Problem(path="/new", code=str(reason.code or "weak"), message=reason.messages[0])
            for reason in error.error_list
        ]
        raise InvalidInput.of(problems) from error
    user.set_password(new)
    user.save(update_fields=["password"])


@transaction.atomic
def create_token(
    *, user: User, name: str, application_of: Project | None = None
) -> tuple[ApiToken, str]:
    """A token and its key, which can't be read again.

    Raises:
        TooManyTokens: MOST_TOKENS of the user are live.
    """
    if ApiToken.objects.filter(user=user, revoked_at__isnull=True).count() >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, key_hash=hash_of(key), application_of=application_of
    )
    return token, key


@transaction.atomic
def revoke_token(*, user: User, token_id: int) -> None:
    """Raises NotFound when the user has no such live token."""
    live = ApiToken.objects.filter(pk=token_id, user=user, revoked_at__isnull=True)
    if not live.update(revoked_at=Now()):
        raise NotFound


@transaction.atomic
def change_user(*, user: User, changes: dict[str, str]) -> User:
    """Change the display name, language or theme. Raises ValueError for anything else."""
    if unknown := set(changes) - {"display_name", "language", "theme"}:
        message = f"can't change {unknown}"
        raise ValueError(message)
    for field, value in changes.items():
        setattr(user, field, value)
    user.save(update_fields=list(changes))
    return user
