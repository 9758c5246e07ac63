"""What the server's tests share."""

from collections.abc import Iterator

import pytest
import pytest_django
from django.core.cache import cache
from django.db import connection


@pytest.fixture(autouse=True)
def passwords_are_hashed_quickly(settings: pytest_django.Settings) -> None:
    """The real hash is slow on purpose, and its slowness is not what is tested."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nobody_has_tried_to_sign_in() -> Iterator[None]:
    """The count of sign-ins by address is kept in the cache, and all tests have one address."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """For tests whose threads or processes have to see each other's rows."""
    yield
    connection.close()
