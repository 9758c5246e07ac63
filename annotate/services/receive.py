"""Files that come in parts: an upload that broke off goes on where it stopped.

What has been received is the file itself, so nothing can contradict it. Its name is ours, and
holds the project and the user: nobody finds another's.
"""

import fcntl
import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from annotate.models import Project, User
from annotate.refusals import TooLarge, UploadGone, UploadOffset

KEPT_SECONDS = 24 * 3600
"""A part that nobody goes on with is forgotten after so long."""


def begin_upload(*, project: Project, user: User) -> UUID:
    """A new upload of no bytes yet."""
    upload = uuid4()
    settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    _path(project, user, upload).touch(exist_ok=False)
    return upload


def received(*, project: Project, user: User, upload: UUID) -> int:
    """How many bytes are here. Raises UploadGone."""
    try:
        return _path(project, user, upload).stat().st_size
    except FileNotFoundError:
        raise UploadGone from None


def append(
    *, project: Project, user: User, upload: UUID, offset: int, chunks: Iterable[bytes]
) -> int:
    """Add bytes that begin at `offset`; answers how many are here then.

    A connection that breaks leaves what came before it.

    Raises:
        UploadGone, TooLarge.
        UploadOffset: the bytes would leave a gap or come twice; nothing is added.
    """
    path = _path(project, user, upload)
    if not path.exists():
        raise UploadGone
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # a client that tries again does not overtake itself
        if (size := path.stat().st_size) != offset:
            raise UploadOffset(received=size)
        for chunk in chunks:
            size += len(chunk)
            if size > settings.MAX_IMPORT_BYTES:
                limit = settings.MAX_IMPORT_BYTES // 2**20
                message = f"The file is larger than {limit} MB. Split it and import the parts."
                raise TooLarge(message)
            file.write(chunk)
    return size


def finish_upload(*, project: Project, user: User, upload: UUID) -> tuple[Path, str]:
    """The whole file under a name for its job, and its SHA-256. Raises UploadGone."""
    path = _path(project, user, upload)
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return path.rename(settings.UPLOAD_ROOT / upload.hex), sha256
    except FileNotFoundError:
        raise UploadGone from None


def forget_old_parts() -> None:
    """Delete parts to which nothing was added for a day."""
    for path in settings.UPLOAD_ROOT.glob("*.part"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _path(project: Project, user: User, upload: UUID) -> Path:
    path: Path = settings.UPLOAD_ROOT / f"{project.pk}-{user.pk}-{upload.hex}.part"
    return path
