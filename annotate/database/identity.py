"""As whom PostgreSQL runs. It refuses root, so root hands it to a user without rights."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from annotate.database.problems import DatabaseProblem

SYSTEM_USER = "annotate"
SYSTEM_FOLDER = Path("/var/lib/annotate")
"""Root's place for what the system user must be able to read."""

# Only what PostgreSQL needs: the caller's PG* variables would change what it does,
# and its messages must be English for `explain` to know them.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class Identity(NamedTuple):
    """A user and group to run as; None in both means: as we are."""

    uid: int | None = None
    gid: int | None = None

    def popen(self) -> dict[str, Any]:
        """What `subprocess` needs to run a command as this user."""
        common: dict[str, Any] = {"cwd": "/", "env": ENVIRONMENT, "stdin": subprocess.DEVNULL}
        if self.uid is None:
            return common
        return common | {"user": self.uid, "group": self.gid, "extra_groups": [], "umask": 0o077}

    def give(self, path: Path) -> None:
        """Make the path this user's own."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def may_enter(self, folder: Path) -> bool:
        """Asked of the kernel, since modes alone do not tell (access lists, mount options)."""
        if self.uid is None:
            return os.access(folder, os.X_OK)
        done = subprocess.run(  # noqa: S603 - a fixed command
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
            **self.popen(),
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode == 0


def identity_for(cluster: Path) -> Identity:
    """Not root: as we are. Root: the owner of an existing cluster, else the system user."""
    owner = cluster.stat().st_uid if cluster.exists() else None
    me = os.geteuid()
    if me != 0:
        if owner not in {None, me}:
            raise DatabaseProblem(
                f"{cluster} belongs to the user with id {owner}, and you are {me}. Start as that "
                f"user or as root, or give it to yourself with: chown -R {me} {cluster}"
            )
        return Identity()
    if owner:
        return Identity(owner, cluster.stat().st_gid)
    return _system_user()


def _system_user() -> Identity:
    try:
        found = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        found = _make_system_user()
    if found.pw_uid == 0:
        raise DatabaseProblem(f"The user {SYSTEM_USER} is root under another name; rename it.")
    return Identity(found.pw_uid, found.pw_gid)


def _make_system_user() -> pwd.struct_passwd:
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", SYSTEM_USER],  # BusyBox
    )
    path = f"/usr/sbin:/sbin:{os.defpath}"
    for name, *arguments in commands:
        program = shutil.which(name, path=path)
        if program is None:
            continue
        done = subprocess.run(  # noqa: S603 - fixed commands
            [program, *arguments], capture_output=True, text=True, check=False
        )
        try:
            return pwd.getpwnam(SYSTEM_USER)  # also when a racing start made it first
        except KeyError:
            reason = done.stderr.strip()
            break
    else:
        reason = "neither useradd nor adduser is installed"
    raise DatabaseProblem(
        "PostgreSQL does not run as root, and a user for it could not be made "
        f"({reason}). Make a user called {SYSTEM_USER}, start as another user, "
        "or set DATABASE_URL."
    )
