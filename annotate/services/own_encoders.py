"""Encoders that belong to one model version: on the shelf as safetensors, pinned by their hash."""

import shutil
from pathlib import Path
from typing import Any

from annotate import shelf
from annotate.models import ModelVersion, Tuning
from annotate.refusals import NoModel
from models_assist.catalogue import ModelSpec
from models_assist.weights import WEIGHTS, sha256_of


def place_for(tuning: Tuning) -> Path:
    """An empty place where the files are made. What an earlier try of the job left is gone."""
    folder = shelf.tuned().path(str(tuning.pk))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def publish_own(tuning: Tuning, base: ModelSpec) -> dict[str, Any]:
    """Put what was made at `place_for` on the shelf; answers the document for `spec_from`.

    Raises StoreAway.
    """
    folder = shelf.tuned().path(str(tuning.pk))
    document = {
        "folder": str(tuning.pk),
        "files": sorted(path.name for path in folder.iterdir()),
        "bytes": sum(path.stat().st_size for path in folder.iterdir()),
        "spec": {
            "name": f"{base.name}+tuned",
            "revision": str(tuning.pk),
            "sha256": sha256_of(folder / WEIGHTS),
            "licence": base.licence,
            "dimensions": base.dimensions,
            "max_tokens": base.max_tokens,
        },
    }
    shelf.tuned().publish_folder(str(tuning.pk))
    return document


def discard_own(tuning: Tuning) -> None:
    """Nothing of the files is left, wherever they are. Raises StoreAway."""
    forget_folder(str(tuning.pk))


def forget_folder(name: str) -> None:
    """The same, by the name that a version has of them."""
    if shelf.is_in_bucket():
        for found, _, _ in shelf.tuned().names_below(name):
            shelf.tuned().forget(found)
    shutil.rmtree(shelf.tuned().path(name), ignore_errors=True)


def spec_from(document: dict[str, Any]) -> ModelSpec:
    """The encoder of what `publish_own` gave, with its files on this machine. Its hash is checked
    when it is loaded.

    Raises NoModel where the files are gone, and StoreAway.
    """
    try:
        paths = [shelf.tuned().fetch(f"{document['folder']}/{name}") for name in document["files"]]
    except FileNotFoundError:
        paths = []
    if not paths or not all(path.is_file() for path in paths):
        message = f"The fine-tuned encoder {document['folder']} is no longer stored here."
        raise NoModel(f"{message} Go back to an earlier version.", why="own_encoder_gone")
    return ModelSpec(**document["spec"], path=str(paths[0].parent))


def own_spec(version: ModelVersion) -> ModelSpec | None:
    """The encoder that a version brings along; None where it reads as all others do. Raises as
    `spec_from`."""
    return None if version.own_encoder is None else spec_from(version.own_encoder)
