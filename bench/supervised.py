"""`manage.py serve` as an operator starts it: what is killed, its supervisor starts again."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from bench.server import ROOT, Site, end, temporary_folder

Part = Literal["web", "worker", "database"]

_STOP_SECONDS = 30.0
_BACK_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.05


class SupervisedServer(Site):
    def __init__(self, data_dir: Path, log: Path) -> None:
        super().__init__(data_dir)
        port = f"--port={self.plan.port}"
        with log.open("wb") as lines:
            self._supervisor = subprocess.Popen(  # noqa: S603 - our own command
                self.plan.manage("serve", "--no-demo", port),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=lines,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._await_health(self._supervisor)

    def pid(self, part: Part) -> int:
        """Raises FileNotFoundError while the part is being started for the first time."""
        if part == "database":
            return self.database_pid()
        return int((self.data_dir / "run" / f"{part}.pid").read_text())

    def kill(self, part: Part) -> float:
        """Kill it as a crash would; answers after how many seconds the server works again.

        Raises TimeoutError when it does not.
        """
        old = self.pid(part)
        began = time.monotonic()
        with contextlib.suppress(ProcessLookupError):  # it had ended by itself, and comes back
            os.kill(old, signal.SIGKILL)
        while time.monotonic() - began < _BACK_SECONDS:
            with contextlib.suppress(OSError, ValueError):  # its file is being written anew
                if self.pid(part) != old and self.is_ready():
                    return time.monotonic() - began
            time.sleep(_LOOK_EVERY_SECONDS)
        message = f"{part} was killed and did not come back in {_BACK_SECONDS:.0f} seconds"
        raise TimeoutError(message)

    def is_ready(self) -> bool:
        """The web server answers, and so does its database."""
        connection = http.client.HTTPConnection("127.0.0.1", self.plan.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def close(self) -> None:
        end(self._supervisor, _STOP_SECONDS)


@contextmanager
def supervised_server() -> Iterator[SupervisedServer]:
    """Everything is gone afterwards."""
    with temporary_folder() as data_dir:
        server = SupervisedServer(data_dir, data_dir / "serve.log")
        try:
            yield server
        finally:
            server.close()
