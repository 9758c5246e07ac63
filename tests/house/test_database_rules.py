"""Migrations are one line of named steps, and say all that the models say."""

import re

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.house.sources import ROOT

_NAME = re.compile(r"^(\d{4})_(?!auto_)[a-z][a-z0-9_]{3,}$")


def test_migrations_are_numbered_without_gaps_and_named() -> None:
    names = sorted(
        path.stem
        for path in (ROOT / "annotate" / "migrations").glob("*.py")
        if path.stem[0] != "_"
    )
    matches = [_NAME.match(name) for name in names]
    assert [name for name, match in zip(names, matches, strict=True) if match is None] == []
    numbers = [int(match[1]) for match in matches if match]
    assert numbers == list(range(1, len(names) + 1))


def test_migrations_are_one_line() -> None:
    loader = MigrationLoader(None)
    assert len(loader.graph.leaf_nodes("annotate")) == 1
    forks = {
        key: migration.dependencies
        for key, migration in loader.disk_migrations.items()
        if key[0] == "annotate"
        and len([d for d in migration.dependencies if d[0] == "annotate"]) > 1
    }
    assert forks == {}


@pytest.mark.django_db
def test_the_migrations_say_all_that_the_models_say() -> None:
    call_command("makemigrations", "--check", "--dry-run", "--verbosity=0")
