"""A store of objects over real HTTP that speaks as much of S3 as we ask of one, in memory.

It takes signed requests only, and keeps the promises that count: an object is there whole or not
at all, and `If-None-Match: *` lets one of many writers win.
"""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "annotate"
KEYS = {"AWS_ACCESS_KEY_ID": "of-the-tests", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}


class Bucket(ThreadingHTTPServer):
    """Objects by key. `is_broken` makes it answer 503, as a store under strain does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.written: dict[str, datetime] = {}
        self.multiparts: dict[str, dict[int, bytes]] = {}
        self.lock = threading.Lock()
        self.is_broken = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, key: str, content: bytes, *, only_new: bool) -> bool:
        with self.lock:
            if only_new and key in self.objects:
                return False
            self.objects[key] = content
            self.written[key] = datetime.now(UTC)
            return True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def _begin(self) -> tuple[str, dict[str, list[str]], bytes] | None:
        """The key, the query and the body; None when it was refused."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        signed = self.headers.get("Authorization", "").startswith(
            f"AWS4-HMAC-SHA256 Credential={KEYS['AWS_ACCESS_KEY_ID']}/"
        )
        if self.server.is_broken:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE)
        elif bucket != BUCKET or not signed:
            self._answer(HTTPStatus.FORBIDDEN)
        else:
            return key, parse_qs(parts.query, keep_blank_values=True), body
        return None

    def _answer(self, status: HTTPStatus, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        if (begun := self._begin()) is None:
            return
        key, query, body = begun
        if "uploadId" in query:
            self.server.multiparts[query["uploadId"][0]][int(query["partNumber"][0])] = body
        elif not self.server.put(key, body, only_new=self.headers.get("If-None-Match") == "*"):
            self._answer(HTTPStatus.PRECONDITION_FAILED)
            return
        self._answer(HTTPStatus.OK, ETag=_tag(body))

    def do_POST(self) -> None:
        if (begun := self._begin()) is None:
            return
        key, query, body = begun
        if "uploads" in query:
            name = f"multipart-{len(self.server.multiparts)}"
            self.server.multiparts[name] = {}
            self._xml(f"<InitiateMultipartUploadResult><UploadId>{name}</UploadId>"
                      "</InitiateMultipartUploadResult>")  # fmt: skip
        elif "delete" in query:
            gone = re.findall(r"<Key>(.*?)</Key>", body.decode())
            for each in gone:
                self.server.objects.pop(each, None)
            told = "".join(f"<Deleted><Key>{each}</Key></Deleted>" for each in gone)
            self._xml(f"<DeleteResult>{told}</DeleteResult>")
        else:
            parts = self.server.multiparts.pop(query["uploadId"][0])
            whole = b"".join(parts[number] for number in sorted(parts))
            self.server.put(key, whole, only_new=False)
            self._xml(f"<CompleteMultipartUploadResult><ETag>{escape(_tag(whole))}</ETag>"
                      "</CompleteMultipartUploadResult>")  # fmt: skip

    def do_HEAD(self) -> None:
        self._read(with_body=False)

    def do_GET(self) -> None:
        self._read(with_body=True)

    def _read(self, *, with_body: bool) -> None:
        if (begun := self._begin()) is None:
            return
        key, query, _ = begun
        if "list-type" in query:
            self._list(query.get("prefix", [""])[0])
            return
        content = self.server.objects.get(key)
        if content is None:
            self._answer(HTTPStatus.NOT_FOUND)
            return
        status, headers = HTTPStatus.OK, {"ETag": _tag(content)}
        headers["Last_Modified"] = self.server.written[key].strftime("%a, %d %b %Y %H:%M:%S GMT")
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first = int(asked[1])
            last = min(int(asked[2] or len(content)), len(content) - 1)
            headers["Content_Range"] = f"bytes {first}-{last}/{len(content)}"
            status, content = HTTPStatus.PARTIAL_CONTENT, content[first : last + 1]
        headers["Content_Length"] = str(len(content))
        self._answer(status, content if with_body else b"", **headers)

    def _list(self, prefix: str) -> None:
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(content)}</Size>"
            f"<LastModified>{self.server.written[key].isoformat()}</LastModified>"
            f"<ETag>{escape(_tag(content))}</ETag></Contents>"
            for key, content in sorted(self.server.objects.items())
            if key.startswith(prefix)
        )
        self._xml(f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")

    def _xml(self, body: str) -> None:
        self._answer(HTTPStatus.OK, body.encode(), Content_Type="application/xml")


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


@contextmanager
def running_bucket() -> Iterator[Bucket]:
    """Listening, until the end of the block."""
    bucket = Bucket()
    thread = threading.Thread(target=bucket.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        bucket.shutdown()
        bucket.server_close()
        thread.join()
