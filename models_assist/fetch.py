"""Fetch a model from a hub: only here, only when an operator asks, and only a named commit."""

import json
import re
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from huggingface_hub import snapshot_download
from huggingface_hub.constants import is_offline_mode
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

from models_assist.catalogue import ModelSpec
from models_assist.folders import CARD, look_at
from models_assist.weights import WEIGHTS, ModelUnavailable

WANTED = [WEIGHTS, "*.json", "*.txt", "*.model", "README.md"]
"""No program and no pickle is even fetched."""
_COMMIT = re.compile(r"[0-9a-f]{40}")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)


def fetch(name: str, revision: str, models: Path, endpoint: str | None = None) -> ModelSpec:
    """Put a model below `models` under its own name, pinned by commit and hash.

    It is looked at before it is put there: what the catalogue would refuse is not kept. `endpoint`
    is a mirror of the hub. Raises `ModelUnavailable`.
    """
    _refuse_vague(name, revision)
    target = models / name
    if target.exists():
        raise ModelUnavailable(f"There is already a folder {target}.", "Remove it first.")
    if is_offline_mode():
        reason = "The hub is switched off here (HF_HUB_OFFLINE)."
        advice = "Set HF_HUB_OFFLINE=0 for this one command, or copy the folder by hand."
        raise ModelUnavailable(reason, advice, "offline")
    models.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=models, prefix=".fetching-") as work:
        folder = Path(work) / "model"
        _download(name, revision, folder, endpoint)
        found = look_at(folder, name)
        if found.spec is None:
            raise found.refusal or ModelUnavailable(f"{name} cannot be used.", "Choose another.")
        spec = found.spec
        card = {
            "name": name, "revision": revision, "sha256": spec.sha256, "licence": spec.licence,
        }  # fmt: skip
        (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)
    pinned = look_at(target, name).spec
    if pinned is None:
        raise ModelUnavailable(f"{name} changed while it was fetched.", "Fetch it again.")
    return pinned


def _refuse_vague(name: str, revision: str) -> None:
    if not _REPOSITORY.fullmatch(name):
        advice = "Write it as on the hub, such as organisation/model."
        raise ModelUnavailable(f"{name[:100]!r} is no name of a model.", advice)
    if not _COMMIT.fullmatch(revision):
        reason = (
            f"{revision[:100]!r} is no commit: a branch or a tag may be another model tomorrow."
        )
        raise ModelUnavailable(reason, "Give the 40 hexadecimal digits of the commit.")


def _download(name: str, revision: str, folder: Path, endpoint: str | None) -> None:
    try:
        snapshot_download(
            name,
            revision=revision,
            local_dir=folder,
            allow_patterns=WANTED,
            endpoint=endpoint,
            token=False,
        )
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:
        reason = f"{name} at {revision} could not be fetched ({type(error).__name__}: {error})."
        raise ModelUnavailable(reason[:600], "Check name, commit and network.") from error
    shutil.rmtree(folder / ".cache", ignore_errors=True)
