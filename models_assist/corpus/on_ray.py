"""Pieces of a corpus spread over a machine's cores or a cluster, by Ray Data.

Needs the packages of requirements-ray.txt; nothing else imports ray.

All machines find the corpus and the folder of shards at the same path. This program is sent to
them, and with it encoders that were fine-tuned here; packages and the default encoder are
installed there.
"""

import json
import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ray
import ray.data
from ray.data import ActorPoolStrategy, DataContext
from ray.exceptions import RayError

from models_assist.catalogue import ModelSpec
from models_assist.corpus.brief import Brief
from models_assist.corpus.pieces import Piece
from models_assist.corpus.worker import Outcome, PieceReader

ROOM = Path(__file__).parents[2]
SENT = ("labeling", "models_assist")
"""All that a process needs of this program: no server, no database, no Django."""
LOCAL_STORE_BYTES = 80 * 1024 * 1024
"""Only names of pieces and outcomes pass through it."""
MOST_BLOCKS = 2000
"""Of a larger corpus several pieces are handed out together."""
MOST_RETRIES = 2
"""What kills its process is tried so often again, and then left out: the next run names it."""

Carried = Sequence[tuple[ModelSpec, Any]]
"""Encoders and, by reference, their files."""


class Worker:
    """What Ray keeps in each process it starts: the models are loaded once."""

    def __init__(self, brief: Brief, carried: Carried, out: str) -> None:
        fetch: Any = ray.get
        placed = {spec: _placed(spec, fetch(files)) for spec, files in carried}
        self._reader = PieceReader(brief, Path(out), threads=1, paths=placed)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Read the pieces of a batch."""
        outcomes = [self._reader.read(Piece(*json.loads(each))) for each in batch["piece"]]
        return {"outcome": [json.dumps(each) for each in outcomes]}


def _placed(spec: ModelSpec, files: Mapping[str, bytes]) -> Path:
    """Their hash is checked when they are loaded, as always."""
    folder = Path(tempfile.mkdtemp(prefix=f"annotate-{spec.sha256[:12]}-"))
    for name, content in files.items():
        (folder / Path(name).name).write_bytes(content)
    return folder


def read_on_ray(
    brief: Brief, pieces: Sequence[Piece], out: Path, *, address: str, workers: int | None
) -> Iterator[Outcome]:
    """Read pieces with so many processes of one core each, or as many as there are cores; on the
    cluster at an address, or on this machine where there is none. An outcome a piece, as they
    come; none for a piece that killed its process again and again.

    Raises ConnectionError where no cluster answers, and RuntimeError where no process can load the
    models.
    """
    with _ray(address, workers):
        carried = [(spec, ray.put(files)) for spec, files in _files(brief) if address]
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        most = workers or int(resources.get("CPU", 1))
        rows = [{"piece": json.dumps(each)} for each in pieces]
        listed: Any = ray.data.from_items(rows, override_num_blocks=min(len(rows), MOST_BLOCKS))
        said = listed.map_batches(
            Worker,
            fn_constructor_args=(brief, carried, str(out)),
            batch_size=1,
            compute=ActorPoolStrategy(min_size=1, max_size=most),
            num_cpus=1,
            ray_remote_args_fn=_patience,
        )
        try:
            for row in said.iter_rows():
                yield Outcome(*json.loads(row["outcome"]))
        except RayError as error:  # whose text has every frame of every process
            raise RuntimeError(str(error).strip().rpartition("\n")[2][:500]) from error


def _patience() -> dict[str, int]:
    return {"max_restarts": -1, "max_task_retries": MOST_RETRIES}


def _files(brief: Brief) -> Iterator[tuple[ModelSpec, Mapping[str, bytes]]]:
    """Of encoders that lie in a folder of this machine."""
    for spec in brief.specs():
        if spec.path is not None:
            yield spec, {path.name: path.read_bytes() for path in Path(spec.path).iterdir()}


@contextmanager
def _ray(address: str, workers: int | None) -> Iterator[None]:
    """A cluster's, or one of our own that ends with this."""
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.max_errored_blocks = -1
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    quiet: dict[str, Any] = {"logging_level": logging.WARNING, "log_to_driver": False}
    if address:
        sent = {"py_modules": [str(ROOM / name) for name in SENT]}
        ray.init(address, runtime_env=sent, **quiet)
    else:
        ray.init(
            "local",
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=LOCAL_STORE_BYTES,
            runtime_env={"env_vars": {"PYTHONPATH": f"{ROOM}:${{PYTHONPATH}}"}},
            **quiet,
        )
    try:
        yield
    finally:
        ray.shutdown()
