"""Files that every machine must find: in a folder of DATA_DIR, or in a bucket that all share.

A file is always made on this machine, whole, and then published under its name; so whoever opens
a name finds all of the file or none of it. Without S3_BUCKET the folder is the place where it
stays, and several machines need a folder that they share.
"""

import io
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import obstore
from django.conf import settings
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import S3Store

from annotate.outage_refusals import StoreAway

logger = logging.getLogger(__name__)

COPY_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One kind of file. A name may hold slashes; it is ours and never what a person typed."""

    kind: str
    root: Path
    """Where files are made, and where they stay without a bucket."""

    def path(self, name: str) -> Path:
        """Where the file is made on this machine."""
        return self.root / name

    def publish(self, name: str) -> None:
        """Let all machines find the file that was made at `path(name)`. Raises StoreAway."""
        if not is_in_bucket():
            return
        try:
            with _trouble_is_a_refusal():
                obstore.put(_bucket(), self._key(name), self.path(name))
        finally:
            self.path(name).unlink()

    def publish_folder(self, name: str) -> None:
        """The same for every file directly in a folder. Raises StoreAway."""
        if is_in_bucket():
            for path in sorted(self.path(name).iterdir()):
                self.publish(f"{name}/{path.name}")
            self.path(name).rmdir()

    def open(self, name: str) -> IO[bytes]:
        """Raises FileNotFoundError, StoreAway."""
        if not is_in_bucket():
            return self.path(name).open("rb")
        with _trouble_is_a_refusal():
            return io.BufferedReader(_Object(self._key(name)), COPY_BYTES)

    def fetch(self, name: str) -> Path:
        """The file on this machine, for who reads it more than once.

        Raises FileNotFoundError, StoreAway.
        """
        path = self.path(name)
        if is_in_bucket() and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Two that fetch at once do not write into one file.
            coming = path.with_name(f".{path.name}.{uuid4().hex}.coming")
            try:
                with self.open(name) as source, coming.open("wb") as file:
                    shutil.copyfileobj(source, file, COPY_BYTES)
                coming.replace(path)
            finally:
                coming.unlink(missing_ok=True)
        return path

    def forget(self, name: str) -> None:
        """Delete the file wherever it is; one that is not there is no mistake."""
        self.path(name).unlink(missing_ok=True)
        if is_in_bucket():
            with _trouble_is_a_refusal():
                obstore.delete(_bucket(), self._key(name))

    def put_new(self, name: str, content: Path | bytes) -> bool:
        """Into the bucket at once, unless something has the name; answers whether it was free."""
        with _trouble_is_a_refusal():
            try:
                obstore.put(
                    _bucket(), self._key(name), content, mode="create", use_multipart=False
                )
            except AlreadyExistsError:
                return False
        return True

    def names_below(self, folder: str) -> list[tuple[str, int, datetime]]:
        """Of the bucket: name, bytes and when it was written, in the order of the names."""
        with _trouble_is_a_refusal():
            found = [
                (entry["path"], entry["size"], entry["last_modified"])
                for page in obstore.list(_bucket(), self._key(folder))
                for entry in page
            ]
        skip = len(self._key(""))
        return sorted((key[skip:], size, at) for key, size, at in found)

    def _key(self, name: str) -> str:
        return f"{settings.S3_PREFIX}{self.kind}/{name}"


def media() -> Shelf:
    """Pictures."""
    return Shelf(kind="media", root=settings.MEDIA_ROOT)


def releases() -> Shelf:
    """What was frozen and published."""
    return Shelf(kind="releases", root=settings.RELEASE_ROOT)


def uploads() -> Shelf:
    """Files that wait for their import, and parts of such files."""
    return Shelf(kind="uploads", root=settings.UPLOAD_ROOT)


def tuned() -> Shelf:
    """Encoders that were fine-tuned here, a folder each."""
    return Shelf(kind="tuned", root=settings.TUNED_ROOT)


def is_in_bucket() -> bool:
    """Whether files go into a bucket."""
    return bool(settings.S3_BUCKET)


class _Object(io.RawIOBase):
    """An object of the bucket as a file: what Django sends to browsers must be such."""

    def __init__(self, key: str) -> None:
        try:
            self._reader = obstore.open_reader(_bucket(), key, buffer_size=COPY_BYTES)
        except NotFoundError as error:
            raise FileNotFoundError(key) from error

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._reader.seek(offset, whence)

    def tell(self) -> int:
        return self._reader.tell()

    def readinto(self, buffer: Any, /) -> int:
        with _trouble_is_a_refusal():
            read = bytes(self._reader.read(len(buffer)))
        buffer[: len(read)] = read
        return len(read)


@contextmanager
def _trouble_is_a_refusal() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        logger.warning("the bucket refused, or did not answer: %s", error)
        raise StoreAway(detail=type(error).__name__) from error


def _bucket() -> S3Store:
    return _bucket_of(
        settings.S3_BUCKET, settings.S3_ENDPOINT, settings.S3_REGION, settings.S3_RETRIES
    )


@lru_cache(maxsize=4)
def _bucket_of(name: str, endpoint: str, region: str, retries: int) -> S3Store:
    """Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the machine's role."""
    own: dict[str, Any] = {"endpoint": endpoint, "virtual_hosted_style_request": False}
    return S3Store(
        name,
        region=region,
        client_options={"allow_http": endpoint.startswith("http://"), "timeout": "60s"},
        retry_config={"max_retries": retries},
        **(own if endpoint else {}),
    )
