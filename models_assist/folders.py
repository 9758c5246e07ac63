"""What models an operator has put into a folder: looked at, never loaded. Needs no torch.

A model is a folder as transformers saves one. What transformers does not write stands in a card
beside it, `annotate.json`, with any of: name, revision, sha256, licence, max_tokens.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models_assist.catalogue import DEFAULT_TEXT_ENCODER, ModelSpec, Says
from models_assist.weights import (
    PICKLES,
    WEIGHTS,
    ModelUnavailable,
    find_model_folder,
    remembered_sha256_of,
)

CARD = "annotate.json"
LONGEST_NAME = 150
DEEPEST = 2
"""A name may be `model` or `organisation/model`, as on the hub."""
MOST_TOKENS = 512
HALVES = {"text": 1, "image": 2}
"""Widths of the network in a vector; see `see.PictureReader`."""
MOST_LABELS = 2000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?")
_CALLINGS: Mapping[str, tuple[str, Says]] = {
    "ForSequenceClassification": ("text", "classes"),
    "ForTokenClassification": ("text", "tags"),
    "ForImageClassification": ("image", "classes"),
    "ForObjectDetection": ("image", "boxes"),
}
_WRITES = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "ForSeq2SeqLM")
_CHOOSE = "Choose one that encodes, classifies, tags or detects, as transformers itself does."


@dataclass(frozen=True, kw_only=True)
class Found:
    """A model that may be used, or the reason why it may not."""

    name: str
    spec: ModelSpec | None
    refusal: ModelUnavailable | None
    bytes: int
    """Of its weights."""


def look_around(models: Path | None) -> list[Found]:
    """The default encoder, and every model in the folder; one that is refused stops no other."""
    found = [_default()]
    for path in _folders(models) if models and models.is_dir() else ():
        one = look_at(path, path.relative_to(models or path).as_posix())
        taken = {each.name for each in found}
        found.append(_twice(one) if one.name in taken else one)
    return found


def look_at(path: Path, name: str) -> Found:
    """One folder. `name` is what it is called unless its card says otherwise."""
    try:
        card = _card(path)
        name = _checked_name(path, str(card.get("name", name)))
        spec = _spec(path, name, card)
        find_model_folder(spec, hash_of=remembered_sha256_of)
    except ModelUnavailable as refusal:
        name = name[:LONGEST_NAME]
        return Found(name=name, spec=None, refusal=refusal, bytes=_bytes(path))
    return Found(name=name, spec=spec, refusal=None, bytes=_bytes(path))


def _checked_name(path: Path, name: str) -> str:
    if _NAME.fullmatch(name) and len(name) <= LONGEST_NAME:
        return name
    reason = f"The folder {path} has a name that no model may have ({name[:50]!r})."
    advice = "Use letters, digits, dots and hyphens, and at most one slash."
    raise ModelUnavailable(reason, advice, "bad_card", name[:50])


def _default() -> Found:
    spec = DEFAULT_TEXT_ENCODER
    try:
        path = find_model_folder(spec, hash_of=remembered_sha256_of)
    except ModelUnavailable as refusal:
        return Found(name=spec.name, spec=None, refusal=refusal, bytes=0)
    return Found(name=spec.name, spec=spec, refusal=None, bytes=_bytes(path))


def _twice(one: Found) -> Found:
    reason = f"There is another model of the name {one.name}."
    advice = f"Remove one, or give it another name in its {CARD}."
    refusal = ModelUnavailable(reason, advice, "duplicate", one.name)
    return Found(name=f"{one.name} (2)", spec=None, refusal=refusal, bytes=one.bytes)


def _folders(models: Path, depth: int = 1) -> Iterator[Path]:
    for path in sorted(models.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        if _holds_a_model(path):
            yield path
        elif depth < DEEPEST:
            yield from _folders(path, depth + 1)


def _holds_a_model(path: Path) -> bool:
    return any(
        file.name in {CARD, "config.json"} or file.suffix.lower() in {".safetensors", *PICKLES}
        for file in path.iterdir()
    )


def _bytes(path: Path) -> int:
    weights = path / WEIGHTS
    return weights.stat().st_size if weights.is_file() else 0


def _spec(path: Path, name: str, card: Mapping[str, Any]) -> ModelSpec:
    """Raises `ModelUnavailable` for a model that could not be run here."""
    config = _document(path / "config.json", name)
    reads, says = _calling(path, name, config)
    labels = _labels(config, name) if says != "vectors" else ()
    if says == "classes" and reads == "text" and entailment_of(labels) is not None:
        says = "entailment"
    return ModelSpec(
        name=name,
        revision=str(card.get("revision", "")),
        sha256=str(card.get("sha256") or _sha256_at(path)),
        licence=str(card.get("licence") or _licence_of(path)),
        dimensions=len(labels) or _width(config, name) * HALVES[reads],
        reads="image" if reads == "image" else "text",
        says=says,
        labels=labels,
        says_many=config.get("problem_type") == "multi_label_classification",
        max_tokens=_max_tokens(path, name, config, card),
        path=str(path),
    )


def _calling(path: Path, name: str, config: Mapping[str, Any]) -> tuple[str, Says]:
    architecture = str(next(iter(config.get("architectures") or ()), ""))
    for word, calling in _CALLINGS.items():
        if word in architecture:
            return calling
    if any(word in architecture for word in _WRITES):
        reason = f"{name} writes texts ({architecture}), and is no encoder."
        raise ModelUnavailable(reason, _CHOOSE, "unsupported", architecture)
    sees = (path / "preprocessor_config.json").is_file()
    return ("image" if sees else "text"), "vectors"


def entailment_of(labels: tuple[str, ...]) -> tuple[int, int] | None:
    """The places of "it follows" and "it does not" among the labels of a model of entailment."""
    names = [re.sub(r"[^a-z]", "", label.lower()) for label in labels]
    follows = [at for at, name in enumerate(names) if name == "entailment"]
    against = [at for at, name in enumerate(names) if name in {"contradiction", "notentailment"}]
    return (follows[0], against[0]) if follows and against else None


def _labels(config: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """In the order of the outputs. transformers does not write down the two it presumes."""
    given = config.get("id2label", {"0": "LABEL_0", "1": "LABEL_1"})
    try:
        named = {int(at): str(label) for at, label in dict(given).items()}
    except (TypeError, ValueError):
        named = {}
    if not named or sorted(named) != list(range(len(named))) or len(named) > MOST_LABELS:
        reason = f"The config.json of {name} does not name its labels (id2label) one by one."
        raise ModelUnavailable(reason, "Mend its id2label.", "bad_config", "config.json: id2label")
    return tuple(named[at] for at in range(len(named)))


def _width(config: Mapping[str, Any], name: str) -> int:
    for key in ("hidden_size", "dim", "d_model"):
        if isinstance(config.get(key), int):
            return int(config[key])
    reason = f"{name} gives no vectors of one width: its config.json has no hidden_size."
    raise ModelUnavailable(reason, _CHOOSE, "unsupported", "hidden_size")


def _max_tokens(path: Path, name: str, config: Mapping[str, Any], card: Mapping[str, Any]) -> int:
    limits = [MOST_TOKENS]
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int):
        # RoBERTa and its kin count positions from behind the padding token.
        limits.append(positions - 2 if "pad_token_id" in config and positions % 8 else positions)
    for document in (card, *(_sentence_config(path, name))):
        limits += [
            value
            for key in ("max_tokens", "max_seq_length")
            if isinstance(value := document.get(key), int)
        ]
    return max(8, min(limits))


def _sentence_config(path: Path, name: str) -> list[dict[str, Any]]:
    file = path / "sentence_bert_config.json"
    return [_document(file, name)] if file.is_file() else []


def _document(path: Path, name: str) -> dict[str, Any]:
    if not path.is_file():
        reason = f"The folder {path.parent} of {name} lacks {path.name}."
        raise ModelUnavailable(reason, "Copy the whole model.", "incomplete", path.name)
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        document = None
    if not isinstance(document, dict):
        reason = f"The file {path} of {name} is not valid JSON."
        raise ModelUnavailable(reason, "Copy the model again.", "bad_config", path.name)
    return document


def _card(path: Path) -> dict[str, Any]:
    file = path / CARD
    card = _document(file, path.name) if file.is_file() else {}
    texts = [card.get(key, "") for key in ("name", "revision", "sha256", "licence")]
    if not all(isinstance(text, str) and len(text) <= LONGEST_NAME for text in texts):
        reason = f"The card {file} holds something that is no short text."
        raise ModelUnavailable(reason, f"Mend the {CARD}.", "bad_card", CARD)
    return card


def _licence_of(path: Path) -> str:
    """As the front matter of its README says; "" where it does not."""
    readme = path / "README.md"
    if not readme.is_file():
        return ""
    head = readme.read_text(encoding="utf-8", errors="replace")[:4000]
    found = re.search(r"^licen[cs]e:\s*[\"']?([\w.+-]{1,60})", head, re.MULTILINE)
    return found.group(1) if found and head.startswith("---") else ""


def _sha256_at(path: Path) -> str:
    """Of weights that no card pins: whoever uses them pins them. "" where there are none."""
    weights = path / WEIGHTS
    return remembered_sha256_of(weights) if weights.is_file() else ""
