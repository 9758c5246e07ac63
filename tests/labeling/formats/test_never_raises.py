"""Whatever a file holds, reading ends with items and rejections that can be stored."""

import io
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from labeling.formats import READERS, WRITERS
from labeling.formats.rows import ItemRow, RowRejection
from tests.labeling.formats.samples import SCHEMA, answer_about, export_row
from tests.labeling.samples import calmly

formats = st.sampled_from(sorted(READERS))
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.sampled_from(["text", "neg", "roof", "PER", "\0", "\ud800", -1, 0, 0.5, 1e999, 10**30])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "data", "value", "id"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def check(format_name: str, content: bytes) -> None:
    for row in READERS[format_name](io.BytesIO(content), SCHEMA):
        if isinstance(row, RowRejection):
            assert row.code
            assert row.message
            for text in (row.path, row.message):
                assert "\0" not in text
                text.encode()
        else:
            assert isinstance(row, ItemRow)
            assert row.data.keys() == {"text", "other", "picture"}
            json.dumps([row.data, row.metadata, row.gold], allow_nan=False).encode()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Return every place within a document, as container and key."""
    keys = range(len(value)) if isinstance(value, list) else list(value)
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@calmly
@given(formats, st.binary())
def test_of_any_bytes(format_name: str, content: bytes) -> None:
    check(format_name, content)


@calmly
@given(formats, st.lists(values))
def test_of_any_json(format_name: str, documents: list[Any]) -> None:
    check(format_name, b"\n".join(json.dumps(document).encode() for document in documents))
    check(format_name, json.dumps(documents).encode())


@calmly
@given(
    st.sampled_from(["jsonl", "label_studio"]), st.data(), st.lists(values, min_size=1, max_size=3)
)
def test_of_a_good_row_with_bad_parts(
    format_name: str, data: st.DataObject, bad: list[Any]
) -> None:
    written = b"".join(WRITERS[format_name]([export_row("abc")], SCHEMA))
    document = json.loads(written)
    row = document[0] if isinstance(document, list) else document
    row["gold"] = answer_about("abc")
    for value in bad:
        container, key = data.draw(st.sampled_from(list(places(row))))
        container[key] = value
    check(format_name, json.dumps(document).encode())


@calmly
@given(st.lists(st.lists(st.text(), max_size=14), max_size=4))
def test_of_any_cells(rows: list[list[str]]) -> None:
    header = b"".join(WRITERS["csv"]([], SCHEMA)).replace(b"final.", b"gold.")
    body = "\n".join(",".join(row) for row in rows)
    check("csv", header + body.encode())
