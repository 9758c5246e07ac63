"""Fetching from a hub: by an explicit command, one commit, and never what may not be used."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from models_assist.fetch import fetch
from models_assist.folders import look_at
from models_assist.weights import ModelUnavailable
from tests import tiny_models

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_PROGRAM = """
import sys
from pathlib import Path
from models_assist.fetch import fetch
print(fetch("lab/tone", sys.argv[1], Path(sys.argv[2]), sys.argv[3]).sha256)
"""


class Hub(BaseHTTPRequestHandler):
    """As much of a hub as its client asks for: a commit's files, and each of them."""

    folder: ClassVar[Path]
    asked: ClassVar[list[str]]

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = self.path.split("?")[0]
        Hub.asked.append(path)
        names = sorted(each.name for each in Hub.folder.iterdir())
        prefix = f"/lab/tone/resolve/{COMMIT}/"
        if path == f"/api/models/lab/tone/revision/{COMMIT}":
            siblings = [{"rfilename": name} for name in names]
            body = json.dumps({"id": "lab/tone", "sha": COMMIT, "siblings": siblings}).encode()
        elif path == f"/api/models/lab/tone/tree/{COMMIT}":
            sizes = [(name, (Hub.folder / name).stat().st_size) for name in names]
            rows = [{"type": "file", "path": n, "size": s, "oid": n} for n, s in sizes]
            body = json.dumps(rows).encode()
        elif path.startswith(prefix) and path.removeprefix(prefix) in names:
            body = (Hub.folder / path.removeprefix(prefix)).read_bytes()
        else:
            self.send_error(404)
            return
        self.send_response(200)
        for key, value in (
            ("Content-Length", str(len(body))),
            ("Content-Type", "application/json"),
            ("X-Repo-Commit", COMMIT),
            ("ETag", f'"{path.rpartition("/")[2]}"'),
        ):
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - of the library
        """Quiet."""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[str]:
    Hub.folder, Hub.asked = tmp_path / "there", []
    tiny_models.classifier(Hub.folder, ["good", "bad"])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def fetched(hub: str, models: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the library reads once, on import, whether it may go online."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _PROGRAM, COMMIT, str(models), hub],
        env={**os.environ, "HF_HUB_OFFLINE": "0", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_model_is_fetched_and_pinned_without_what_could_run(hub: str, tmp_path: Path) -> None:
    (Hub.folder / "modeling_own.py").write_text("raise SystemExit")
    (Hub.folder / "pytorch_model.bin").write_bytes(b"pickle")
    done = fetched(hub, tmp_path / "models", HF_HUB_DISABLE_XET="1")
    assert done.returncode == 0, done.stderr[-2000:]
    spec = look_at(tmp_path / "models" / "lab" / "tone", "lab/tone").spec
    assert spec is not None
    assert (spec.revision, spec.sha256) == (COMMIT, done.stdout.strip())
    assert not [path for path in Hub.asked if path.endswith((".py", ".bin"))]
    assert not list((tmp_path / "models").glob(".fetching-*"))


def test_what_the_catalogue_would_refuse_is_not_kept(hub: str, tmp_path: Path) -> None:
    (Hub.folder / "tokenizer.json").unlink()
    done = fetched(hub, tmp_path / "models", HF_HUB_DISABLE_XET="1")
    assert done.returncode != 0
    assert "lacks tokenizer.json" in done.stderr
    assert list((tmp_path / "models").iterdir()) == []


def test_without_leave_nothing_is_fetched_and_the_message_says_how(
    hub: str, tmp_path: Path
) -> None:
    done = fetched(hub, tmp_path / "models", HF_HUB_OFFLINE="1")
    assert done.returncode != 0
    assert "HF_HUB_OFFLINE=0 for this one command" in done.stderr
    assert Hub.asked == []


@pytest.mark.parametrize(
    ("name", "revision", "words"),
    [
        ("lab/tone", "main", "is no commit"),
        ("../../etc", COMMIT, "is no name"),
        ("there", COMMIT, "already a folder"),
    ],
)
def test_what_is_vague_or_there_is_refused(
    hub: str, tmp_path: Path, name: str, revision: str, words: str
) -> None:
    with pytest.raises(ModelUnavailable, match=words):
        fetch(name, revision, tmp_path, hub)
