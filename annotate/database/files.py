"""Folders and files around the embedded server: made, checked, locked, and its settings."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from annotate.database.addresses import PORT, cluster_folder
from annotate.database.binaries import Binaries
from annotate.database.identity import SYSTEM_FOLDER, Identity
from annotate.database.problems import DatabaseProblem, explain

SUPERUSER = "postgres"

_MEGABYTE = 1024 * 1024
_NEEDED_TO_MAKE = 200 * _MEGABYTE
_NEEDED_TO_START = 30 * _MEGABYTE
_LOG_LIMIT = 5 * _MEGABYTE


def make_data_dir(data_dir: Path) -> None:
    try:
        # Others may pass through but not list it: PostgreSQL's user must, when we are root.
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    except (PermissionError, FileExistsError, NotADirectoryError) as error:
        raise DatabaseProblem(
            f"The data folder {data_dir} cannot be made ({error.strerror}). "
            "Set DATA_DIR to a folder you may write to."
        ) from error
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise DatabaseProblem(
            f"The data folder {data_dir} is not writable for you. "
            "Set DATA_DIR to another folder, or give this one to yourself (chown)."
        )


@contextmanager
def only_one_starter(data_dir: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Starters queue up here. The lock is the kernel's: it goes when its holder dies."""
    descriptor = os.open(data_dir, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("PostgreSQL: another process is starting it; waiting ...")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def check_disk(folder: Path, needed: int = _NEEDED_TO_START) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DatabaseProblem(
            f"The disk of {folder} has only {free // _MEGABYTE} MB free; PostgreSQL needs "
            f"{needed // _MEGABYTE} MB to start. Free some space, or set DATA_DIR to another disk."
        )


def make_cluster(data_dir: Path, binaries: Binaries, identity: Identity, *, sync: bool) -> None:
    """initdb into a draft that is renamed when whole, so a kill leaves no half cluster behind."""
    cluster = cluster_folder(data_dir)
    if cluster.exists() and any(cluster.iterdir()):
        raise DatabaseProblem(
            f"{cluster} is neither empty nor a PostgreSQL data folder. Move it away, "
            "or set DATA_DIR to another place."
        )
    check_disk(data_dir, _NEEDED_TO_MAKE)
    if cluster.is_symlink():  # made below by an earlier start that did not come to the end
        cluster.unlink()
    home = data_dir if identity.may_enter(data_dir) else _public_home(identity)
    draft = home / "pg.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    identity.give(draft)
    _initdb(draft, binaries, identity, sync=sync)
    draft.rename(home / "pg")
    if home != data_dir:
        cluster.symlink_to(home / "pg")


def _public_home(identity: Identity) -> Path:
    """For a root whose data folder, below /root perhaps, is closed to PostgreSQL's user."""
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="data-", dir=SYSTEM_FOLDER))
    identity.give(home)
    return home


def _initdb(draft: Path, binaries: Binaries, identity: Identity, *, sync: bool) -> None:
    # "builtin" sorts by code point and knows Unicode's letters, the same on every machine: an
    # index is not broken by an update of the system's locales.
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command = [
        binaries.program("initdb"),
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        "--auth=trust",  # the socket's folder lets nobody else in
        "--encoding=UTF8",
        "--data-checksums",
        *(locale if binaries.major >= 17 else ["--locale=C"]),
        *([] if sync else ["--no-sync"]),
    ]
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL
        command, **identity.popen(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise DatabaseProblem(
            f"The database folder could not be made. {explain(done.stdout + done.stderr)}"
        )


def make_socket_folder(folder: Path, cluster: Path, identity: Identity) -> None:
    """The short folder in /tmp; a stranger's of the same name is refused, not used."""
    if folder == cluster:
        return
    owner = os.geteuid() if identity.uid is None else identity.uid
    try:
        folder.mkdir(mode=0o700)
        identity.give(folder)
    except FileExistsError:
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
            raise DatabaseProblem(
                f"{folder} is needed for PostgreSQL's socket and belongs to somebody else. "
                "Remove it, or set DATA_DIR to a place with a shorter name."
            ) from None


def server_settings(*, sync: bool) -> dict[str, str]:
    durable = "on" if sync else "off"
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{_shared_buffers()}MB",
        "fsync": durable,
        "synchronous_commit": durable,
        "full_page_writes": durable,
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "work_mem": "16MB",
        "autovacuum_naptime": "10s",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        # A statement or a key in the log would be somebody's text.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "lc_messages": "C",
    }


def _shared_buffers() -> int:
    """An eighth of the memory, between 64 and 512 MB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MEGABYTE
    return max(64, min(512, memory // 8))


def log_file(data_dir: Path) -> Path:
    """The server's log; one that has grown large is set aside, replacing the one before."""
    path = data_dir / "pg.log"
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(data_dir / "pg.log.old")
    return path


def open_log(path: Path) -> BinaryIO:
    """For appending, and for nobody else's eyes."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "ab")


def text_from(path: Path, offset: int) -> str:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read().decode(errors="replace")


def last_line(path: Path) -> str:
    """What the server is at, in its own words, without the time in front."""
    size = path.stat().st_size
    lines = text_from(path, max(0, size - 2000)).strip().splitlines()
    return lines[-1].partition("LOG:")[2].strip() or lines[-1] if lines else "no word yet"
