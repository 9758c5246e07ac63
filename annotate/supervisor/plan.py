"""What one run of the supervisor is asked to do."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything is decided before anything is started; the supervisor reads no settings."""

    base_dir: Path
    """Where manage.py stands."""
    data_dir: Path
    host: str
    port: int
    embedded_database: bool
    """False when DATABASE_URL names another server."""
    pg_bin: str | None = None
    one_process: bool = False
    """No worker process: the web process runs the jobs itself."""
    demo: bool = True
    """Make the demonstration project when there is no project at all."""

    def web(self) -> list[str]:
        return self._python(
            "-m",
            "uvicorn",
            f"--host={self.host}",
            f"--port={self.port}",
            "--log-level=warning",
            "--no-access-log",
            # Whom to believe is said by PROXIES. Left to itself, uvicorn believes who is local.
            "--no-proxy-headers",
            # Open screens keep their websocket for hours; a stop must not wait for them.
            "--timeout-graceful-shutdown=2",
            "annotate.asgi:application",
        )

    def manage(self, command: str, *arguments: str) -> list[str]:
        return self._python(str(self.base_dir / "manage.py"), command, *arguments)

    def _python(self, *arguments: str) -> list[str]:
        # By `env` and not by a changed environment of our own: settings.py alone reads that.
        values = [f"HOST={self.host}", f"PORT={self.port}", f"DATA_DIR={self.data_dir}"]
        if self.one_process:
            values.append("MODELS_IN=web")
        return ["/usr/bin/env", *values, sys.executable, "-u", *arguments]
