"""Who waits for an answer goes before the worker process: in its nice value, and in that of its
session, which counts first where Linux groups processes by session."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotate.processes import command_of

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="priorities are read from Linux's /proc"
)

# Nothing listens there: the worker stands back before it opens anything, and tries for long.
NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/none"


def nice_of(pid: int) -> int:
    """The field of proc(5) by that name."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[16])


@pytest.fixture
def worker(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[int]:
    values = [f"DATA_DIR={tmp_path}", f"DATABASE_URL={NOWHERE}", *request.param]
    command = ["/usr/bin/env", *values, sys.executable, "manage.py", "worker"]
    # Of a session of its own, as under the supervisor.
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        yield process.pid
        process.kill()


@pytest.mark.parametrize(
    ("worker", "steps"), [([], 10), (["WORKER_NICE=3"], 3)], indirect=["worker"]
)
def test_the_worker_stands_back(worker: int, steps: int) -> None:
    own, deadline = nice_of(worker), time.monotonic() + 30
    while nice_of(worker) == own and time.monotonic() < deadline:
        assert command_of(worker) is not None
        time.sleep(0.05)
    assert nice_of(worker) == min(own + steps, 19)
    memory = Path(f"/proc/{worker}/oom_score_adj")
    while int(memory.read_text()) < 500:  # the models die of their hunger, and nobody else
        assert time.monotonic() < deadline
        time.sleep(0.05)
    autogroup = Path(f"/proc/{worker}/autogroup")
    if autogroup.exists():
        while not autogroup.read_text().endswith(f"nice {steps}\n"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
