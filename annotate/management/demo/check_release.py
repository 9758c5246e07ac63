"""Publish a release, download it, and check that it is what it says."""

import hashlib
import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from annotate.management.demo.client import Client
from annotate.management.demo.waiting import await_job

_SECONDS = 300.0


class BadRelease(Exception):
    """The archive is not what its manifest says."""


@dataclass(frozen=True, kw_only=True)
class CheckedRelease:
    """A release whose every hash was right."""

    number: int
    sha256: str
    files: int
    quality: dict[str, Any]


def publish_and_check(client: Client, project: int, *, note: str) -> CheckedRelease:
    """Raises BadRelease when a hash differs, GaveUp when the release was not built."""
    started = client.post(f"projects/{project}/releases/", {"note": note})
    await_job(client, started["job"], seconds=_SECONDS)
    path = f"projects/{project}/releases/{started['release']['number']}/"
    release = client.get(path)
    archive = client.raw("GET", f"{path}download/").content
    if _sha256(archive) != release["sha256"]:
        raise BadRelease("the archive has another SHA-256 than the release names")
    files = release["files"]
    with ZipFile(BytesIO(archive)) as content:
        names = set(content.namelist()) - {"manifest.json"}
        manifest = json.loads(content.read("manifest.json"))
        wrong = [
            file["name"]
            for file in files
            if file["name"] not in names or _sha256(content.read(file["name"])) != file["sha256"]
        ]
    unnamed = names - {file["name"] for file in files}
    if wrong or unnamed or manifest["files"] != files:
        raise BadRelease(f"these files are not what the manifest says: {wrong or unnamed}")
    return CheckedRelease(
        number=release["number"],
        sha256=release["sha256"],
        files=len(files),
        quality=release["quality"],
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
