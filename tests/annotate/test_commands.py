"""manage.py, by who has read nothing but --help: one line that says what to mend, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from annotate import models

LABELS, GOLD = "item_id,worker_id,label\n1,a,x\n1,b,x\n2,a,y\n2,b,y\n", "item_id,gold\n1,x\n2,y\n"


def recording(folder: Path, labels: bytes = LABELS.encode(), gold: str = GOLD) -> str:
    (folder / "labels.csv").write_bytes(labels)
    (folder / "gold.csv").write_text(gold)
    return str(folder)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--budget", "nan"], "has to be a number from 0"),
        (["--budget", "-1"], "has to be a number from 0"),
        (["--expert-cost", "inf"], "has to be a number above 0"),
        (["--expert-accuracy", "7"], "has to be a number above 0, up to 1"),
        (["--items", "0"], "has to be a whole number from 1"),
        (["--seed", "-1"], "has to be a whole number from 0"),
        (["--policy", "/nowhere/policy"], "/nowhere/policy: No such file"),
    ],
)
def test_replay_says_which_argument_is_wrong(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("replay", recording(tmp_path), *arguments)


def test_replay_says_what_is_wrong_with_the_files(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gold\.csv: No such file .* DIR holds labels\.csv"):
        call_command("replay", str(tmp_path))
    with pytest.raises(CommandError, match=r"not UTF-8 .* Save it as UTF-8"):
        call_command("replay", recording(tmp_path, LABELS.encode("utf-16")))
    policy = tmp_path / "policy.json"
    policy.write_text("[1")
    with pytest.raises(CommandError, match=r"policy\.json is not JSON"):
        call_command("replay", recording(tmp_path), "--policy", str(policy))


def test_no_more_judgments_are_bought_than_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It went round as often as was asked for, until it was killed."""
    call_command("replay", recording(tmp_path), "--policy", f"fixed:{10**17}", "--json")
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["crowd"] == 4


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "a b", "../x", "x" * 151, "a\0b"])
def test_an_owner_has_a_name_as_all_accounts_have(name: str) -> None:
    with pytest.raises(CommandError, match="is no user name"):
        call_command("create_owner", name)
    assert models.User.objects.count() == models.Organisation.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("option", "most"), [("--name", 100), ("--organisation", 200)])
@pytest.mark.parametrize("text", ["", " ", "x" * 201])
def test_a_name_is_neither_blank_nor_too_long(option: str, most: int, text: str) -> None:
    command = "create_token" if option == "--name" else "create_owner"
    with pytest.raises(CommandError, match=f"a text of 1 to {most} characters"):
        call_command(command, "ada", option, text)


def test_a_document_that_cannot_be_written_is_an_error_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("openapi", str(tmp_path / "none" / "x.json"))


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("DATABASE_URL", "nonsense", "it must begin with postgresql://"),
        ("PORT", "abc", "is not a whole number"),
        ("DATA_DIR", "/proc/nowhere", "cannot be made"),
    ],
)
def test_a_wrong_setting_is_said_without_a_traceback(
    tmp_path: Path, variable: str, value: str, words: str
) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "manage.py", "create_token", "ada"],
        cwd=root,
        env={"PATH": os.defpath, "DATA_DIR": str(tmp_path), variable: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
