"""A file that comes in parts, until it is whole.

What has been received is the file itself, so nothing can contradict it: in a folder it grows, in a
bucket each part is an object that is named by where it begins. Two machines that take the same
part at once cannot both store it.
"""

import fcntl
import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol
from uuid import UUID, uuid4

from django.conf import settings

from annotate import shelf
from annotate.refusals import TooLarge, UploadGone, UploadOffset

_BEGUN = "begun"


class Parts(Protocol):
    """`stem` names the upload; it is ours."""

    def begin(self, stem: str) -> None: ...

    def size(self, stem: str) -> int:
        """How many bytes are here. Raises UploadGone."""

    def append(self, stem: str, offset: int, chunks: Iterable[bytes]) -> int:
        """Raises UploadGone, UploadOffset and TooLarge; answers how many bytes are here then."""

    def finish(self, stem: str, name: str) -> str:
        """Publish the whole file as `name`; answers its SHA-256. Raises UploadGone."""

    def forget_older_than(self, seconds: float) -> None:
        """Delete parts to which nothing was added for so long."""


def parts() -> Parts:
    """The way this server keeps them."""
    return _InBucket() if shelf.is_in_bucket() else _InFolder()


class _InFolder:
    def begin(self, stem: str) -> None:
        settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
        self._path(stem).touch(exist_ok=False)

    def size(self, stem: str) -> int:
        try:
            return self._path(stem).stat().st_size
        except FileNotFoundError:
            raise UploadGone from None

    def append(self, stem: str, offset: int, chunks: Iterable[bytes]) -> int:
        path = self._path(stem)
        if not path.exists():
            raise UploadGone
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # a client that tries again does not overtake itself
            if (size := path.stat().st_size) != offset:
                raise UploadOffset(received=size)
            for chunk in _limited(chunks, size):
                size += len(chunk)
                file.write(chunk)
        return size

    def finish(self, stem: str, name: str) -> str:
        path = self._path(stem)
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            path.rename(settings.UPLOAD_ROOT / name)
        except FileNotFoundError:
            raise UploadGone from None
        return sha256

    def forget_older_than(self, seconds: float) -> None:
        for path in settings.UPLOAD_ROOT.glob("*.part"):
            if path.stat().st_mtime < time.time() - seconds:
                path.unlink(missing_ok=True)

    @staticmethod
    def _path(stem: str) -> Path:
        path: Path = settings.UPLOAD_ROOT / f"{stem}.part"
        return path


class _InBucket:
    def begin(self, stem: str) -> None:
        shelf.uploads().put_new(f"{stem}.part/{_BEGUN}", b"")

    def size(self, stem: str) -> int:
        found = shelf.uploads().names_below(f"{stem}.part")
        if not found:
            raise UploadGone
        return sum(size for _, size, _ in found)

    def append(self, stem: str, offset: int, chunks: Iterable[bytes]) -> int:
        if (size := self.size(stem)) != offset:
            raise UploadOffset(received=size)
        with _scratch() as file:
            try:
                for chunk in _limited(chunks, offset):
                    file.write(chunk)
                    size += len(chunk)
            finally:
                # A connection that breaks leaves what came before it.
                file.flush()
                is_mine = size == offset or self._put(stem, offset, Path(file.name))
        if not is_mine:
            raise UploadOffset(received=self.size(stem))
        return size

    @staticmethod
    def _put(stem: str, offset: int, part: Path) -> bool:
        # So many digits that the names come in the order of the places.
        return shelf.uploads().put_new(f"{stem}.part/{offset:020d}", part)

    def finish(self, stem: str, name: str) -> str:
        uploads = shelf.uploads()
        found = [part for part, _, _ in uploads.names_below(f"{stem}.part")]
        if not found:
            raise UploadGone
        settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with uploads.path(name).open("wb") as file:
            for part in found:
                with uploads.open(part) as source:
                    while chunk := source.read(shelf.COPY_BYTES):
                        digest.update(chunk)
                        file.write(chunk)
        uploads.publish(name)
        for part in found:
            uploads.forget(part)
        return digest.hexdigest()

    def forget_older_than(self, seconds: float) -> None:
        found = [part for part in shelf.uploads().names_below("") if ".part/" in part[0]]
        latest: dict[str, datetime] = {}
        for name, _, at in found:
            stem = name.partition("/")[0]
            latest[stem] = max(at, latest.get(stem, at))
        oldest = datetime.now(UTC) - timedelta(seconds=seconds)
        for name, _, _ in found:
            if latest[name.partition("/")[0]] < oldest:
                shelf.uploads().forget(name)


def _limited(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same, until the file would be too large. Raises TooLarge."""
    for chunk in chunks:
        size += len(chunk)
        if size > settings.MAX_IMPORT_BYTES:
            limit = settings.MAX_IMPORT_BYTES // 2**20
            message = f"The file is larger than {limit} MB. Split it and import the parts."
            raise TooLarge(message)
        yield chunk


def keep_whole(chunks: Iterable[bytes]) -> tuple[str, str]:
    """A file that came at once: its name, which is ours, and its SHA-256.

    Raises:
        TooLarge, StoreAway.
    """
    name = uuid4().hex
    settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    path = shelf.uploads().path(name)
    digest = hashlib.sha256()
    with ExitStack() as undo:
        undo.callback(path.unlink, missing_ok=True)
        with path.open("wb") as file:
            for chunk in _limited(chunks, 0):
                digest.update(chunk)
                file.write(chunk)
        shelf.uploads().publish(name)
        undo.pop_all()
    return name, digest.hexdigest()


def name_of(upload: UUID) -> str:
    """Of a whole file that came in parts."""
    return upload.hex


@contextmanager
def _scratch() -> Iterator[IO[bytes]]:
    settings.UPLOAD_ROOT.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=settings.UPLOAD_ROOT, prefix=".new-") as file:
        yield file
