"""docs/api.md, pasted into a shell beside a running server as its first lines promise."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.e2e.server import ROOT, Server

pytestmark = pytest.mark.slow

DOCUMENT = (ROOT / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"^```bash\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 120


@pytest.fixture
def server() -> Iterator[Server]:
    # Not pytest's folder: PostgreSQL's user must pass when the suite runs as root.
    with TemporaryDirectory(prefix="annotate-api-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server = Server(folder)
        server.start()
        yield server
        assert server.stop() == 0


def paste(server: Server) -> str:
    """Run all blocks in one shell; answers what it said. Any command that fails ends it."""
    folder = server.log.parent
    environment = {
        "DATA_DIR": str(folder / "var"),
        "URL": server.url,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": str(folder),
    }
    # What the document keeps under /tmp stays in the folder of this test.
    script = "set -euo pipefail\n" + "\n".join(BLOCKS).replace("/tmp/", f"{folder}/")  # noqa: S108
    done = subprocess.run(  # noqa: S603 - our own document
        ["/bin/bash", "-c", script],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{server.log.read_text()}"
    return done.stdout


def test_every_block_of_the_document_does_what_it_says(server: Server) -> None:
    assert f"{server.url}/sign-in#" in server.log.read_text()
    said = paste(server)
    assert len(BLOCKS) == DOCUMENT.count("```bash")
    # What a block is there to show, in the order of the document.
    place = 0
    for part in (
        '"ok":false',
        "project ",
        "True\n",
        '"created":2,"existing":1',
        '"missing_input"',
        '"row":2',
        '"received":30',
        '"existing":1',
        '"accepted"',
        '"submission_reused"',
        '"accepted"',
        "{'data': {'text': 'A gift.'}}",
        '"external_id":"r1"',
        "the same at ",
        "release.zip: OK",
        '"results":[',
        '"/count"',
        '"forbidden"',
        '"not_found"',
        '"not_signed_in"',
        '"role":"application"',
        '"outcome":"item"',
        '"outcome":"duplicate"',
        "{'tone': 'bad'}",
    ):
        found = said.find(part, place)
        assert found >= 0, f"{part} is missing after {said[:place]!r} in {said[place:]!r}"
        place = found + len(part)
    # Where there are no weights, there is no model to ask.
    assert '"answered":' in said or '"no_model"' in said
