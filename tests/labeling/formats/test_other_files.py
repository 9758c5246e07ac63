"""A file of another kind is refused once, in words that say what it is and what to do."""

import gzip
import io
import zipfile

import pytest

from labeling.formats import READERS
from labeling.formats.rows import ItemRow, RowRejection
from labeling.schema import LabelSchema

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [{"id": "q", "type": "choice", "categories": [{"id": "a"}, {"id": "b"}]}],
    }
)


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../rows.jsonl", b"\0" * 5_000_000)
    return out.getvalue()


ROWS = b'{"text": "a"}\n' * 50
OTHERS: dict[str, tuple[bytes, str, str]] = {
    "a zip or a sheet of Excel": (_zip(), "not_a_text_file", "as CSV in UTF-8"),
    "gzip": (gzip.compress(ROWS), "not_a_text_file", "Unpack it"),
    "Parquet": (b"PAR1\x15\x04" + ROWS + b"PAR1", "not_a_text_file", "JSON lines"),
    "a PDF": (b"%PDF-1.7\n" + ROWS, "not_a_text_file", "texts out of it"),
    "UTF-16": (ROWS.decode().encode("utf-16"), "invalid_utf8", "UTF-16"),
    "UTF-32": (ROWS.decode().encode("utf-32"), "invalid_utf8", "UTF-32"),
}


@pytest.mark.parametrize("format_name", READERS)
@pytest.mark.parametrize("kind", OTHERS)
def test_a_file_of_another_kind_is_one_rejection(format_name: str, kind: str) -> None:
    content, code, words = OTHERS[kind]
    (row,) = READERS[format_name](io.BytesIO(content), SCHEMA)
    assert isinstance(row, RowRejection)
    assert (row.number, row.code) == (1, code)
    assert words in row.message


@pytest.mark.parametrize("start", ["PAR1", "BZh", "Rar!", "7z", "PK"])
def test_a_text_that_only_looks_alike_is_read(start: str) -> None:
    content = f"{start},text\n1,a\n".encode()
    (row,) = READERS["csv"](io.BytesIO(content), SCHEMA)
    assert isinstance(row, ItemRow)
    assert (row.data, row.metadata) == ({"text": "a"}, {start: "1"})


def _one(line: bytes) -> ItemRow | RowRejection:
    (row,) = READERS["jsonl"](io.BytesIO(line), SCHEMA)
    return row


def test_gold_of_a_bare_row_is_a_known_answer() -> None:
    row = _one(b'{"text": "x", "gold": {"q": "a"}, "page": 3}')
    assert isinstance(row, ItemRow)
    assert (row.gold, row.metadata) == ({"q": "a"}, {"page": 3})


def test_gold_of_a_bare_row_is_checked() -> None:
    row = _one(b'{"text": "x", "gold": {"q": "z"}}')
    assert isinstance(row, RowRejection)
    assert (row.code, row.path) == ("invalid_gold", "/gold/q")


@pytest.mark.parametrize("value", [b'"yes"', b"7", b'{"carat": 18}', b"null", b"[]"])
def test_gold_of_a_bare_row_that_names_no_question_is_metadata(value: bytes) -> None:
    row = _one(b'{"text": "x", "gold": ' + value + b"}")
    assert isinstance(row, ItemRow)
    assert row.gold is None
    assert "gold" in row.metadata


def test_a_line_that_ends_in_cr_alone_is_told_so() -> None:
    (row,) = READERS["csv"](io.BytesIO(b"id,text\r1,a\r"), SCHEMA)
    assert isinstance(row, RowRejection)
    assert "CR alone" in row.message
