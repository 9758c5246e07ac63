"""Where an encoder in eight bits lies, and the proof that it is the one that was built here."""

import json
from pathlib import Path

from models_assist.catalogue import ModelSpec
from models_assist.weights import ModelUnavailable, sha256_of

ENGINE = "int8-onnxruntime"
BUILD = "Build it with `manage.py build_int8`."


def int8_file(spec: ModelSpec, folder: Path) -> Path:
    """By the weights it was made of."""
    return folder / f"{spec.sha256[:12]}.int8.onnx"


def int8_space(spec: ModelSpec) -> str:
    """A vector space of its own: a hundredth part of another angle is enough to mislead a head."""
    return f"{spec.name}@{spec.sha256[:12]}/{ENGINE}"


def keep_hashes(spec: ModelSpec, file: Path) -> None:
    """What `checked_file` compares with later."""
    found = {"weights": spec.sha256, "file": sha256_of(file)}
    _card(file).write_text(json.dumps(found), encoding="utf-8")


def checked_file(spec: ModelSpec, folder: Path) -> Path:
    """Raises `ModelUnavailable`: it is missing, or not what was built of these weights."""
    file = int8_file(spec, folder)
    if not file.is_file() or not _card(file).is_file():
        raise ModelUnavailable(f"{spec.name} was not built in eight bits here.", BUILD, "missing")
    known = json.loads(_card(file).read_text(encoding="utf-8"))
    if known != {"weights": spec.sha256, "file": sha256_of(file)}:
        raise ModelUnavailable(f"{file} is not what was built here.", BUILD, "wrong_hash")
    return file


def _card(file: Path) -> Path:
    return file.with_suffix(".json")
