"""A short run of `make torture`: PostgreSQL, web and worker are killed while answers come in, over
a network that loses replies."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

# It brings a server of its own: nothing of the tests' server may reach it.
OURS = {"DATA_DIR", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "ANNOTATE_TESTING"}
KILLS = {"database": 2, "web": 2, "worker": 1}
ANSWERS = 300


def test_no_answer_is_lost_and_every_counter_is_right_after_kills(tmp_path: Path) -> None:
    ran = subprocess.run(  # noqa: S603 - our own program, no shell
        [
            *[sys.executable, "bench/torture.py", "--submissions", str(ANSWERS)],
            *["--annotators", "6", "--history", str(tmp_path / "history.jsonl")],
            *["--db-kills", str(KILLS["database"]), "--web-kills", str(KILLS["web"])],
            *["--worker-kills", str(KILLS["worker"]), "--bad-network", "0.1"],
        ],
        env={name: value for name, value in os.environ.items() if name not in OURS},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["acknowledged"] >= ANSWERS
    assert found["kills"] == KILLS
    assert (found["lost"], found["doubled"], found["over_assigned"]) == (0, 0, 0)
    assert found["broken"] == 0
    assert {"delayed", "cut", "lost", "halved"} == set(found["network"])
