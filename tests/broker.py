"""A real Redis, or Valkey, of the test's own."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAM = next(filter(None, map(shutil.which, ("valkey-server", "redis-server"))), None)
"""None where neither is installed."""
NO_PROGRAM = "no redis-server and no valkey-server: install one (apt-get install redis-server)"


class Broker:
    """It can be ended and started again under the same address."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM, NO_PROGRAM
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert PROGRAM, NO_PROGRAM
        self._process = subprocess.Popen(  # noqa: S603 - a program that we found
            [
                *[PROGRAM, "--bind", "127.0.0.1", "--port", str(self._port)],
                *["--save", "", "--appendonly", "no", "--dir", str(self._folder)],
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        message = "the broker does not answer"
        raise TimeoutError(message)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
