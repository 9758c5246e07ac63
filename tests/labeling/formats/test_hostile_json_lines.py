"""Bad lines are rejected one by one, with the place and the reason; good ones go in."""

import io

import pytest

from labeling.formats import jsonl
from labeling.formats.rows import (
    MAX_NESTING,
    MAX_ROW_BYTES,
    MAX_TEXT_CHARACTERS,
    ItemRow,
    RowRejection,
)
from tests.labeling.formats.samples import (
    PICTURE,
    SCHEMA,
    TEXT_SCHEMA,
    read_all,
    read_one,
    rejected,
)

GOOD = b'{"data": {"text": "fine"}}'

BAD_LINES = {
    "broken": (b'{"data": {"text": "a"}', "invalid_json", ""),
    "two values": (b'{"text": "a"} {"text": "b"}', "invalid_json", ""),
    "single quotes": (b"{'text': 'a'}", "invalid_json", ""),
    "list": (b'[{"text": "a"}]', "not_an_object", ""),
    "number": (b"7", "not_an_object", ""),
    "null": (b"null", "not_an_object", ""),
    "nan": (b'{"text": "a", "n": NaN}', "not_finite", ""),
    "infinity": (b'{"text": "a", "n": -Infinity}', "not_finite", ""),
    "huge float": (b'{"text": "a", "n": 1e999}', "not_finite", ""),
    "wide integer": (b'{"text": "a", "n": 123456789012345678901}', "number_too_large", ""),
    "5000 digits": (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "number_too_large", ""),
    "wide integer as id": (b'{"text": "a", "id":-99999999999999999999}', "number_too_large", ""),
    "raw nul": (b'{"text": "a\0"}', "nul_character", ""),
    "escaped nul": (b'{"text": "a\\u0000"}', "nul_character", "/text"),
    "nul in a key": (b'{"text": "a", "b\\u0000": 1}', "nul_character", ""),
    "surrogate": (b'{"data": {"text": "\\ud83d"}}', "lone_surrogate", "/data/text"),
    "swapped surrogates": (b'{"text": "\\ude00\\ud83d"}', "lone_surrogate", "/text"),
    "surrogate in a key": (b'{"text": "a", "m": {"\\ud800": 1}}', "lone_surrogate", "/m"),
    "latin 1": ('{"text": "caf\u00e9"}'.encode("latin-1"), "invalid_utf8", ""),
    "utf-8 surrogate": (b'{"text": "\xed\xa0\x80"}', "invalid_utf8", ""),
    "deep": (b'{"text": "a", "d": ' + b"[" * 70 + b"]" * 70 + b"}", "too_deep", "/d" + "/0" * 7),
    "very deep": (b"[" * 100_000, "too_deep", ""),
    "very deep, closed": (b"[" * 5000 + b"]" * 5000, "too_deep", ""),
    "nothing": (b"{}", "unknown_shape", ""),
    "other keys": (b'{"Text": "a", "label": "b"}', "unknown_shape", ""),
    "data is a text": (b'{"data": "a"}', "unknown_shape", ""),
    "no input": (b'{"data": {"txt": "a"}}', "missing_input", "/data/text"),
    "null input": (b'{"data": {"text": null}}', "missing_input", "/data/text"),
    "number as text": (b'{"data": {"text": 7}}', "invalid_input", "/data/text"),
    "list as text": (b'{"text": ["a"]}', "invalid_input", "/text"),
    "misspelt key": (b'{"data": {"text": "a"}, "goldd": {}}', "unknown_key", "/goldd"),
    "metadata": (b'{"data": {"text": "a"}, "metadata": []}', "invalid_metadata", "/metadata"),
    "priority": (b'{"data": {"text": "a"}, "priority": 16}', "invalid_priority", "/priority"),
    "true priority": (
        b'{"data": {"text": "a"}, "priority": true}',
        "invalid_priority",
        "/priority",
    ),
    "id": (b'{"data": {"text": "a"}, "external_id": 1.5}', "invalid_external_id", "/external_id"),
    "empty id": (b'{"text": "a", "id": ""}', "invalid_external_id", "/id"),
    "gold": (
        b'{"data": {"text": "a"}, "gold": {"sentiment": "x"}}',
        "invalid_gold",
        "/gold/sentiment",
    ),
    "gold no object": (b'{"data": {"text": "a"}, "gold": "pos"}', "invalid_gold", "/gold"),
    "prediction": (
        b'{"data": {"text": "a"}, "predictions": [{"model": "m", "answer": {"sentiment": 1}}]}',
        "invalid_prediction",
        "/predictions/0/answer/sentiment",
    ),
    "prediction of nothing": (
        b'{"data": {"text": "a"}, "predictions": [{"model": "m", "answer": {"mood": 1}}]}',
        "invalid_prediction",
        "/predictions/0/answer/mood",
    ),
    "score": (
        b'{"data": {"text": "a"}, "predictions": [{"model": "m", "answer": {}, "score": 2}]}',
        "invalid_prediction",
        "/predictions/0/score",
    ),
    "judgment": (
        b'{"data": {"text": "a"}, "judgments": [{"worker": "w", "answer": {}}]}',
        "invalid_judgment",
        "/judgments/0/answer/sentiment",
    ),
    "nobody": (
        b'{"data": {"text": "a"}, "judgments": [{"answer": {"sentiment": "pos"}}]}',
        "invalid_judgment",
        "/judgments/0/worker",
    ),
}


@pytest.mark.parametrize(("line", "code", "path"), BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_line_is_rejected_and_its_neighbours_go_in(
    line: bytes, code: str, path: str
) -> None:
    rows = read_all("jsonl", b"\n".join([GOOD, line, GOOD]), TEXT_SCHEMA)
    assert [type(row) for row in rows] == [ItemRow, RowRejection, ItemRow]
    rejection = rows[1]
    assert isinstance(rejection, RowRejection)
    assert (rejection.number, rejection.code, rejection.path) == (2, code, path)
    assert rejection.message.endswith(".")
    assert len(rejection.message) < 600
    rejection.message.encode()
    assert not rejection.is_partial


def test_all_problems_of_a_gold_answer_are_counted() -> None:
    line = b'{"data": {"text": "a"}, "gold": {"sentiment": "x", "y": 1}}'
    (rejection,) = read_all("jsonl", line, TEXT_SCHEMA)
    assert isinstance(rejection, RowRejection)
    assert "beside this one: 1." in rejection.message


def test_byte_order_mark_line_ends_and_blank_lines_are_accepted() -> None:
    content = b'\xef\xbb\xbf{"text": "a"}\r\n\r\n  \n{"text": "b\\r\\n"}\r\n\n{"text": "c"}'
    rows = read_all("jsonl", content, TEXT_SCHEMA)
    assert [(row.number, row.data["text"]) for row in rows if isinstance(row, ItemRow)] == [
        (1, "a"),
        (4, "b\r\n"),
        (6, "c"),
    ]


def test_numbers_of_64_bits_and_long_digits_in_texts_are_kept() -> None:
    line = (
        b'{"text": "123456789012345678901", "n": 18446744073709551615, "id": 12345678901234567890}'
    )
    item = read_one("jsonl", line, TEXT_SCHEMA)
    assert item.data == {"text": "123456789012345678901"}
    assert item.metadata == {"n": 2**64 - 1}
    assert item.external_id == "12345678901234567890"


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert read_one("jsonl", rb'{"text": "\\u0000"}', TEXT_SCHEMA).data == {"text": r"\u0000"}


def test_nesting_up_to_the_limit_is_kept() -> None:
    depth = MAX_NESTING - 1
    line = b'{"text": "a", "d": ' + b"[" * depth + b"]" * depth + b"}"
    assert read_one("jsonl", line, TEXT_SCHEMA).metadata["d"]
    assert rejected("jsonl", line.replace(b"[]", b"[[]]"))[0][1] == "too_deep"


def test_a_bare_object_gives_data_id_and_metadata() -> None:
    item = read_one("jsonl", b'{"id": 7, "text": "a", "lang": "en", "n": [1]}', TEXT_SCHEMA)
    assert item == ItemRow(
        number=1,
        external_id="7",
        data={"text": "a"},
        metadata={"lang": "en", "n": [1]},
        gold=None,
        priority=None,
    )


def test_an_envelope_keeps_other_data_as_metadata() -> None:
    line = (
        b'{"external_id": "x", "data": {"text": "a", "lang": "en"}, "metadata": {"n": 1},'
        b' "gold": {"sentiment": "pos"}, "priority": 15}'
    )
    item = read_one("jsonl", line, TEXT_SCHEMA)
    assert item == ItemRow(
        number=1,
        external_id="x",
        data={"text": "a"},
        metadata={"lang": "en", "n": 1},
        gold={"sentiment": "pos"},
        priority=15,
        predictions=[],
        judgments=[],
    )


def test_a_text_at_the_limit_goes_in_and_one_above_does_not() -> None:
    at_limit = b'{"text": "' + b"x" * MAX_TEXT_CHARACTERS + b'"}'
    above = b'{"text": "x' + b"x" * MAX_TEXT_CHARACTERS + b'"}'
    rows = read_all("jsonl", at_limit + b"\n" + above, TEXT_SCHEMA)
    assert isinstance(rows[0], ItemRow)
    assert isinstance(rows[1], RowRejection)
    assert (rows[1].number, rows[1].code, rows[1].path) == (2, "text_too_long", "/text")


def test_a_line_above_the_limit_is_skipped_to_its_end() -> None:
    content = GOOD + b"\n" + b"x" * (MAX_ROW_BYTES + 1) + b"\n" + GOOD
    assert rejected("jsonl", content) == [(2, "row_too_long", "")]
    assert len(read_all("jsonl", content, TEXT_SCHEMA)) == 3


class _OneByteAtATime(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(1)


def test_the_size_of_the_chunks_does_not_matter() -> None:
    content = b'\xef\xbb\xbf{"text": "a"}\r\nx\n\n{"text": "b"}'
    rows = list(jsonl.read(_OneByteAtATime(content), TEXT_SCHEMA))
    assert rows == read_all("jsonl", content, TEXT_SCHEMA)
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'"https://host/a/b%20c.jpg?x=1#y"', {"name": "b c.jpg"}),
        (b'"/data/local-files/?d=set/roof%201.png"', {"name": "roof 1.png"}),
        (b'"s3://bucket/deep/roof.png"', {"name": "roof.png"}),
        (b'"C:\\\\pictures\\\\roof#1?.png"', {"name": "roof#1?.png"}),
        (b'"../../etc/passwd"', {"name": "passwd"}),
        (b'{"name": "x/roof.png", "width": 4, "height": 3}',
         {"name": "roof.png", "width": 4, "height": 3}),
        (b'"media/' + b"ab" * 32 + b'"', {"media": "ab" * 32}),
    ],
)  # fmt: skip
def test_a_picture_is_a_name_that_the_server_looks_up(
    value: bytes, expected: dict[str, object]
) -> None:
    line = b'{"text": "a", "other": "b", "picture": ' + value + b"}"
    assert read_one("jsonl", line).data["picture"] == expected


@pytest.mark.parametrize(
    "value",
    [
        b'""',
        b'"a/.."',
        b'"http://["',
        b'"data:image/png;base64,AAAA"',
        b"7",
        b"{}",
        b'{"media": "../x"}',
        b'{"name": "a", "width": 3}',
        b'{"name": "a", "width": -3, "height": 2}',
        b'{"name": "a", "width": 9999999, "height": 2}',
        b'{"name": "a", "url": "http://x"}',
    ],
)
def test_an_unusable_picture_is_rejected(value: bytes) -> None:
    line = b'{"text": "a", "other": "b", "picture": ' + value + b"}"
    assert rejected("jsonl", line, SCHEMA) == [(1, "invalid_input", "/picture")]


def test_gold_passes_unchecked_while_the_size_of_a_picture_is_unknown() -> None:
    line = b'{"data": {"text": "a", "other": "b", "picture": %s}, "gold": {"objects": "later"}}'
    assert read_one("jsonl", line % b'"roof.png"').gold == {"objects": "later"}
    sized = b'{"name": "roof.png", "width": 4, "height": 3}'
    assert rejected("jsonl", line % sized, SCHEMA)[0][1] == "invalid_gold"
    assert PICTURE["width"] == 1333
