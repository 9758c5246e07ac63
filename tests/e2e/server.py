"""The whole server as `make run` starts it, in a folder and on a port of its own."""

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from annotate.processes import die_with_parent
from annotate.supervisor.checks import is_healthy
from annotate.supervisor.plan import Plan
from bench.proxy import Proxy

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """Started by `manage.py serve`, stopped by the signal of Ctrl-C."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "serve.log"
        self.models = folder / "var" / "models"
        self._folder = folder
        self._environment = {
            "DATA_DIR": str(folder / "var"),
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "WORKER_NICE": "0",  # other tests run beside these, and would starve it
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the sign-in links are printed; raises with the log if it never does."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            if "Ctrl-C stops it" in self.log.read_text() and self._answers():
                return
            time.sleep(0.3)
        raise AssertionError(f"the server did not start:\n{self.log.read_text()}")

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as reply:
                return bool(reply.status == 200)
        except OSError:  # refused, or on a busy machine too slow to answer
            return False

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py beside the server; answers what it printed."""
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def link_for(self, username: str) -> str:
        found = re.search(r"http\S+/sign-in#\S+", self.manage("sign_in_links", username))
        assert found, "no link was printed"
        return found.group()

    def stop(self) -> int:
        """Answers the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=30)


class ManyServers(Server):
    """The same with a second web process and a second worker beside it, as on several machines;
    connections go to both web processes in turn."""

    def __init__(self, folder: Path, **environment: str) -> None:
        super().__init__(folder, **environment)
        self._second = free_port()
        self._balancer = Proxy(("127.0.0.1", self.port), beside=(("127.0.0.1", self._second),))
        self._others: list[subprocess.Popen[bytes]] = []
        self.url = f"http://127.0.0.1:{self._balancer.port}"
        self._environment["PUBLIC_URL"] = self.url

    def start(self) -> None:
        """Both web processes answer afterwards."""
        super().start()
        plan = Plan(
            base_dir=ROOT,
            data_dir=self._folder / "var",
            host="127.0.0.1",
            port=self._second,
            embedded_database=False,
        )
        with self.log.open("ab") as log:
            for command in (plan.web(), plan.manage("worker")):
                self._others.append(
                    subprocess.Popen(  # noqa: S603 - our own command
                        command,
                        cwd=ROOT,
                        env=self._environment,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - no locks
                    )
                )
        end = time.monotonic() + SECONDS_TO_START
        while not is_healthy(plan):
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def stop(self) -> int:
        """Answers the exit code of the first; the others end with it."""
        for other in self._others:
            other.terminate()
            other.wait(timeout=30)
        code = super().stop()
        self._balancer.close()
        return code
