"""`manage.py replay`: one line of JSON for a policy on recorded judgments."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

RECORDED = Path("annotate/management/demo/rte")
KEYS = [
    "accuracy",
    "macro_f1",
    "crowd",
    "expert",
    "cost",
    "cost_per_item",
    "items",
    "seconds",
]


def replayed(*arguments: str) -> dict[str, Any]:
    output = io.StringIO()
    call_command("replay", str(RECORDED), *arguments, "--json", stdout=output)
    found = json.loads(output.getvalue())
    assert isinstance(found, dict)
    return found


def test_it_prints_every_figure_on_one_line() -> None:
    found = replayed("--budget", "2", "--curve")
    assert list(found) == [*KEYS[:-1], "curve", "seconds"]
    assert (found["items"], found["crowd"], found["cost_per_item"]) == (800, 1600, 2.0)
    assert found["accuracy"] > 0.85
    assert found["curve"][-1] == [2.0, found["accuracy"], 1600, 0]


def test_a_model_of_the_words_takes_part_unless_it_may_not() -> None:
    with_words, without = replayed("--budget", "2"), replayed("--budget", "2", "--no-model")
    assert without["crowd"] == with_words["crowd"] == 1600
    assert with_words["macro_f1"] != without["macro_f1"]
    assert with_words["accuracy"] > without["accuracy"] - 0.02


def test_some_of_the_documents_are_replayed(tmp_path: Path) -> None:
    (tmp_path / "gold.csv").write_text("item_id,gold\na,B-X O\nb,O O\nc,B-X O\n")
    rows = "".join(f"{item},{worker},B-X O\n" for item in "abc" for worker in "vw")
    (tmp_path / "labels.csv").write_text(f"item_id,worker_id,label\n{rows}")
    output = io.StringIO()
    call_command("replay", str(tmp_path), "--items", "2", "--json", stdout=output)
    found = json.loads(output.getvalue())
    assert (found["items"], found["crowd"]) == (2, 4)


def test_what_a_replay_does_not_follow_of_a_policy_is_said(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    rule = {"name": "all", "when": {}, "then": "accept"}
    file.write_text(json.dumps({"prices": {"expert": None}, "rules": [rule], "audit": 0.1}))
    said = {}
    for order in ("random", "queue"):
        notes, output = io.StringIO(), io.StringIO()
        options = ("--policy", str(file), "--items", "20", "--order", order, "--json")
        call_command("replay", str(RECORDED), *options, stdout=output, stderr=notes)
        assert json.loads(output.getvalue())["items"] == 20
        said[order] = notes.getvalue()
    assert said["random"].startswith("Not followed in this replay: rules, audit.")
    assert said["queue"] == ""


def test_an_expert_without_a_price_is_asked_by_the_queue_and_not_for_nothing(
    tmp_path: Path,
) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"min_overlap": 2, "max_overlap": 2, "measure": "agreement"}')
    found = replayed("--policy", str(file), "--order", "queue", "--items", "40")
    assert found["expert"] > 0
    assert found["cost"] == found["crowd"] + 5 * found["expert"]


def test_experts_are_paid_from_the_same_budget() -> None:
    found = replayed("--budget", "5", "--expert-cost", "5", "--expert-accuracy", "0.95")
    assert found["cost"] == found["crowd"] + 5 * found["expert"]
    assert found["accuracy"] > 0.94


def test_an_expert_costs_the_share_that_two_read_on_top(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"prices": {"expert": 4}, "budget": 5, "experts": {"double_read": 0.25}}')
    found = replayed("--policy", str(file))
    assert found["expert"] > 0
    assert found["cost"] == found["crowd"] + 5 * found["expert"]


def test_a_policy_file_and_the_named_baselines_are_replayed(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"min_overlap": 1, "max_overlap": 3, "prices": {"expert": null}}')
    assert replayed("--policy", str(file))["crowd"] <= 2400
    fixed = replayed("--policy", "fixed:3")
    assert fixed["crowd"] == 2400
    # The expectation over all draws is 0.805 with ties split (docs/measurements.md).
    assert fixed["accuracy"] == pytest.approx(0.81, abs=0.025)
    assert replayed("--policy", "agreement:2,1,5")["crowd"] < 4000


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("fixed:0", "Write fixed:3"),
        ("agreement:2,1", "Write agreement:2,0.8,5"),
        ("agreement:3,0.5,2", "fewest must not exceed"),
        ("/nowhere/policy.json", "No such file"),
    ],
)
def test_a_policy_that_is_none_is_refused(policy: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        replayed("--policy", policy)


def test_a_bad_policy_file_is_refused_at_the_place(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text('{"prices": {"expert": 0}}')
    with pytest.raises(CommandError, match="/prices/expert"):
        replayed("--policy", str(file))


@pytest.mark.parametrize(
    "option",
    [
        "--budget=-1",
        "--budget=nan",
        "--expert-cost=0",
        "--expert-accuracy=1.5",
        "--expert-accuracy=nan",
        "--items=0",
        "--seed=-1",
    ],
)
def test_an_option_out_of_range_is_refused_by_its_name(option: str) -> None:
    with pytest.raises(CommandError, match=f"argument {option.partition('=')[0]}: «"):
        replayed(option)


def test_labels_that_are_no_classes_are_refused_before_they_fill_the_memory(
    tmp_path: Path,
) -> None:
    rows = [f"i{n},w{n % 90},text {n}" for n in range(500)]
    (tmp_path / "labels.csv").write_text("\n".join(["item_id,worker_id,label", *rows]))
    gold = [f"i{n},text {n}" for n in range(500)]
    (tmp_path / "gold.csv").write_text("\n".join(["item_id,gold", *gold]))
    with pytest.raises(CommandError, match="500 different labels by 90 workers"):
        call_command("replay", str(tmp_path))


def test_a_policy_that_is_not_json_and_a_model_without_texts_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text("min_overlap: 2")
    with pytest.raises(CommandError, match=r"policy\.json is not JSON"):
        replayed("--policy", str(file))
    (tmp_path / "labels.csv").write_text("item_id,worker_id,label\na,v,1\n")
    (tmp_path / "gold.csv").write_text("item_id,gold\na,1\n")
    with pytest.raises(CommandError, match=r"no items\.csv for --model"):
        call_command("replay", str(tmp_path), "--model")


@pytest.mark.parametrize("policy", ['{"prices": {"expert": 5}}', '{"prices": null}'])
def test_a_recording_of_one_class_is_replayed_under_every_policy(
    tmp_path: Path, policy: str
) -> None:
    rows = [f"i{item},w{worker},yes" for item in range(9) for worker in range(3)]
    (tmp_path / "labels.csv").write_text("\n".join(["item_id,worker_id,label", *rows]))
    gold = [f"i{item},yes" for item in range(9)]
    (tmp_path / "gold.csv").write_text("\n".join(["item_id,gold", *gold]))
    (tmp_path / "policy.json").write_text(policy)
    for order in ("random", "queue"):
        output = io.StringIO()
        arguments = ["--policy", str(tmp_path / "policy.json"), "--order", order, "--json"]
        call_command("replay", str(tmp_path), *arguments, stdout=output)
        found = json.loads(output.getvalue())
        assert (found["accuracy"], found["expert"]) == (1.0, 0)
        assert 9 <= found["crowd"] <= 27


def test_bytes_that_are_not_utf_8_are_refused_at_their_line(tmp_path: Path) -> None:
    (tmp_path / "gold.csv").write_text("item_id,gold\na,gr\u00fcn\n", encoding="utf-8")
    (tmp_path / "labels.csv").write_bytes(b"item_id,worker_id,label\na,v,rot\na,w,gr\xfcn\n")
    with pytest.raises(CommandError, match=r"labels\.csv, line 3: this is not UTF-8"):
        call_command("replay", str(tmp_path))
