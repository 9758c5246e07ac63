"""What was said of a corpus, a folder a piece: all of it or nothing.

    OUT/manifest.json                who spoke, and the names of all shards there will be
    OUT/<piece>/predictions.jsonl    items as an import reads them, with what was said of each
    OUT/<piece>/vectors.json         what was read of them, by which encoder, and in which file
    OUT/<piece>/N.f2                 a row an item, float16 as in memory, little-endian
    OUT/<piece>/rejected.jsonl       rows that are no item, or that a model can't read, and why

A shard is written beside its place and renamed, so whoever finds it finds the whole of it.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np
import orjson
from numpy.typing import NDArray

from models_assist.vectors import Vectors

MANIFEST = "manifest.json"
ITEMS = "predictions.jsonl"
VECTORS = "vectors.json"
REJECTED = "rejected.jsonl"
_COMING = ".coming-"


class OtherRun(Exception):
    """The folder holds what other models said, or of another schema. Choose another folder."""


class Stretch(NamedTuple):
    """Some items of a piece with what was said of them."""

    items: Sequence[dict[str, Any]]
    vectors: Mapping[str, Vectors]
    """By what was read and with which encoder, a row an item."""
    rejected: Sequence[dict[str, Any]]


def begin(out: Path, document: Mapping[str, Any], names: Sequence[str]) -> None:
    """Note who speaks, and which shards belong together. Raises OtherRun."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / MANIFEST
    if path.exists() and json.loads(path.read_bytes())["said_by"] != document:
        raise OtherRun(f"{out}: {OtherRun.__doc__}")
    coming = path.with_name(f"{_COMING}{uuid4().hex}")
    coming.write_text(json.dumps({"said_by": document, "shards": [*names]}))
    coming.replace(path)
    for left in out.glob(f"{_COMING}*"):
        shutil.rmtree(left, ignore_errors=True)


def is_done(out: Path, name: str) -> bool:
    """Whether that shard is there, and so all of it."""
    return (out / name).is_dir()


def write(out: Path, name: str, stretches: Iterator[Stretch]) -> tuple[int, int]:
    """Write a shard, or nothing if this raises; answers how many items and rejections it holds."""
    coming = out / f"{_COMING}{uuid4().hex}"
    coming.mkdir()
    try:
        counts = _write(coming, stretches)
        for path in coming.iterdir():
            _to_disk(path)
        try:
            coming.rename(out / name)
        except OSError:
            if not is_done(out, name):  # else a process that was taken for dead was quicker
                raise
    finally:
        shutil.rmtree(coming, ignore_errors=True)
    _to_disk(out)
    return counts


def _write(folder: Path, stretches: Iterator[Stretch]) -> tuple[int, int]:
    items = rejected = 0
    read: dict[str, Any] = {}
    with ExitStack() as files:
        good, bad = (files.enter_context((folder / n).open("wb")) for n in (ITEMS, REJECTED))
        for stretch in stretches:
            good.writelines(map(_line, stretch.items))
            bad.writelines(map(_line, stretch.rejected))
            items += len(stretch.items)
            rejected += len(stretch.rejected)
            for key, rows in stretch.vectors.items():
                if key not in read:
                    name = f"{len(read)}.f2"
                    read[key] = (
                        name,
                        rows.shape[1],
                        files.enter_context((folder / name).open("wb")),
                    )
                read[key][2].write(rows.astype("<f2").tobytes())
    facts = {key: {"file": name, "width": width} for key, (name, width, _) in read.items()}
    (folder / VECTORS).write_text(json.dumps(facts))
    return items, rejected


def manifest_of(out: Path) -> dict[str, Any]:
    """What `begin` noted. Raises OSError, and ValueError for what is no manifest."""
    document = json.loads((out / MANIFEST).read_bytes())
    if not isinstance(document, dict) or not {"said_by", "shards"} <= document.keys():
        raise ValueError(f"{out / MANIFEST} is not what prelabel_corpus writes.")
    return document


def items_of(out: Path, name: str) -> Iterator[bytes]:
    """The lines of a shard. Raises OSError."""
    with (out / name / ITEMS).open("rb") as file:
        yield from file


def rejections_of(out: Path, name: str) -> Iterator[dict[str, Any]]:
    """Rows that were left out, or that could not be read, and why. Raises OSError."""
    with (out / name / REJECTED).open("rb") as file:
        yield from map(orjson.loads, file)


def vectors_of(out: Path, name: str) -> dict[str, NDArray[np.float16]]:
    """The vectors of a shard, (items, dimensions), left on the disk until they are looked at.
    Raises OSError, and ValueError for files that are not what `write` wrote."""
    facts = json.loads((out / name / VECTORS).read_bytes())
    return {
        key: np.memmap(out / name / Path(each["file"]).name, dtype="<f2", mode="r").reshape(
            -1, each["width"]
        )
        for key, each in facts.items()
        if (out / name / ITEMS).stat().st_size
    }


def _line(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
