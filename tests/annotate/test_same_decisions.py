"""The server and the replay decide alike: the demo over HTTP beside `replay`, item by item."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer

from tests.annotate.invariants import broken_promises

pytestmark = [pytest.mark.slow, pytest.mark.threads, pytest.mark.usefixtures("committed")]

RECORDED = Path("annotate/management/demo/rte")
SEED = "5"

EVERYTHING: dict[str, Any] = {
    "min_overlap": 5,
    "max_overlap": 9,
    "prices": {"crowd": 1, "expert": 5, "wrong": 60, "expert_accuracy": 0.9},
    "rules": [
        {"name": "long", "when": {"votes": {"at_least": 8}}, "then": "second_expert"},
        {"name": "sure", "when": {"posterior": {"at_least": 0.995}}, "then": "accept"},
    ],
    "audit": 0.1,
    "count_models": False,  # a recording knows none
    "ladder": False,  # and everybody in it has answered
    "experts": {"double_read": 0.2},
}
"""Prices, rules, an audit and double readings: all that may decide."""

THRESHOLD: dict[str, Any] = {
    "min_overlap": 2,
    "max_overlap": 5,
    "threshold": 0.95,
    "assumed_accuracy": 0.8,
}


def figures(*arguments: str) -> dict[str, Any]:
    output = io.StringIO()
    call_command(*arguments, "--seed", SEED, "--json", stdout=output)
    found: dict[str, Any] = json.loads(output.getvalue().splitlines()[-1])
    return found


def decisions(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


# Enough votes that the crowd is told apart (`aggregation.FEWEST_VOTES`) while items still wait.
@pytest.mark.parametrize(
    ("policy", "items"),
    [(EVERYTHING, 90), (THRESHOLD, 40)],
    ids=["everything", "threshold"],
)
@pytest.mark.usefixtures("jobs")
def test_every_item_is_decided_by_the_same_votes_and_for_the_same_reason(
    live_server: LiveServer, tmp_path: Path, policy: dict[str, Any], items: int
) -> None:
    file, told, replayed = (tmp_path / name for name in ("policy.json", "told", "replayed"))
    file.write_text(json.dumps(policy))
    common = ["--policy", str(file), "--items", str(items)]
    demo = figures("demo", "--url", live_server.url, *common, "--decisions", str(told))
    paid = [] if "prices" in policy else ["--expert-cost", "5"]
    replay = figures(
        *["replay", str(RECORDED), "--order", "queue", *common, *paid],
        *["--decisions", str(replayed)],
    )
    assert len(decisions(told)) == items
    for by_server, by_replay in zip(decisions(told), decisions(replayed), strict=True):
        assert by_server == by_replay
    assert (demo["crowd"], demo["readings"]) == (replay["crowd"], replay["expert"])
    assert (demo["accuracy"], demo["cost"]) == (replay["accuracy"], replay["cost"])
    assert demo["same_as_replay"] == demo["recomputed"] == items
    assert demo["adjudications"] == demo["disputes"] > 0
    assert not broken_promises()
    if policy is EVERYTHING:
        assert demo["readings"] > demo["adjudications"]
        assert demo["refreshes"] >= 20
        codes = {one["code"] for one in decisions(told)}
        assert codes >= {"audit", "rule", "nothing_worth_its_price", "expert_gains_more"}
