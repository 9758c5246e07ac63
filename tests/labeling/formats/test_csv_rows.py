"""CSV: headers, cells, and what a spreadsheet must not run."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.formats import JUDGMENT_WRITERS, WRITERS
from labeling.formats.csv_cells import neutralise, restore
from labeling.formats.rows import MAX_TEXT_CHARACTERS, ItemRow, RowRejection
from tests.labeling.formats.samples import (
    SCHEMA,
    TEXT_SCHEMA,
    export_row,
    read_all,
    read_one,
    rejected,
)
from tests.labeling.samples import calmly

PLAIN_FORMULAS = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"]
WIDE_FORMULAS = ["\uff1d1", "\uff0b1", "\uff0d1", "\uff20a"]
HIDDEN_FORMULAS = [";=1", "a;=1", " =1", '"=1"', "'=1", "; +1"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_separator_is_found_by_the_inputs(delimiter: str, mark: bytes) -> None:
    lines = [["id", "text", "source, kind", "gold.sentiment"], ["7", "a", "web", "pos"]]
    sink = io.StringIO()
    csv.writer(sink, delimiter=delimiter).writerows(lines)
    item = read_one("csv", mark + sink.getvalue().encode(), TEXT_SCHEMA)
    assert item == ItemRow(
        number=2,
        external_id="7",
        data={"text": "a"},
        metadata={"source, kind": "web"},
        gold={"sentiment": "pos"},
        priority=None,
    )


def test_excels_separator_line_is_obeyed() -> None:
    assert read_one("csv", b"sep=;\r\nid;text\r\n7;a\r\n", TEXT_SCHEMA).external_id == "7"


def test_line_breaks_in_quotes_are_kept_and_rows_are_numbered_by_line() -> None:
    content = b'text\r\n"a\r\nb\nc"\r\n\r\n,\r\nlast'
    rows = read_all("csv", content, TEXT_SCHEMA)
    assert [row.number for row in rows] == [2, 7]
    assert [row.data for row in rows if isinstance(row, ItemRow)] == [
        {"text": "a\r\nb\nc"},
        {"text": "last"},
    ]


_FORMULA_CHARACTERS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"

HEADERS = {
    "empty": (b"", "missing_header"),
    "blank": (b"\n\n", "missing_header"),
    "missing": (b"id,txt\n1,a\n", "missing_column"),
    "duplicate": (b"text,a,a\n1,2,3\n", "duplicate_column"),
    "gold": (b"text,gold.mood\na,b\n", "unknown_gold_column"),
    "utf-16": ("text\na\n".encode("utf-16"), "invalid_utf8"),
    "unclosed": (b'"text,id\na,b\n', "unclosed_quote"),
}


@pytest.mark.parametrize(("content", "code"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_cannot_be_used_is_one_clear_error(content: bytes, code: str) -> None:
    rows = read_all("csv", content, TEXT_SCHEMA)
    assert [row.code for row in rows if isinstance(row, RowRejection)] == [code]
    assert len(rows) == 1


ROWS = {
    "too many": (b"a,1,2", "too_many_cells", ""),
    "no input": (b",1", "missing_input", "/text"),
    "stray quote": (b'"a"b,1', "invalid_csv", ""),
    "nul": (b"a\0,1", "nul_character", "/text"),
    "latin 1": (b"a,caf\xe9", "invalid_utf8", "/gold.sentiment"),
    "gold": (b"a,meh", "invalid_gold", "/gold.sentiment"),
    "carriage return": (b"a\rb,pos", "invalid_csv", ""),
}


@pytest.mark.parametrize(("line", "code", "path"), ROWS.values(), ids=ROWS.keys())
def test_a_bad_row_is_rejected_and_its_neighbours_go_in(line: bytes, code: str, path: str) -> None:
    content = b"text,gold.sentiment\nfine,pos\n" + line + b"\nfine,neg\n"
    assert rejected("csv", content) == [(3, code, path)]
    assert len(read_all("csv", content, TEXT_SCHEMA)) == 3


def test_a_quote_never_closed_is_told_where_it_opens() -> None:
    assert rejected("csv", b'text\na\n"b\nc\nd\n') == [(3, "unclosed_quote", "")]


def test_a_text_above_the_limit_is_rejected() -> None:
    content = b"text\n" + b"x" * (MAX_TEXT_CHARACTERS + 1) + b"\nfine\n"
    assert rejected("csv", content) == [(2, "text_too_long", "")]
    assert len(read_all("csv", content, TEXT_SCHEMA)) == 2


def test_quotes_cannot_pile_up_a_record_of_any_size() -> None:
    cell = b'"' + (b"x" * 99 + b"\n") * 30_000 + b'"'
    content = b"text\n" + b",".join([cell] * 8) + b"\nfine\n"
    assert rejected("csv", content) == [(2, "row_too_long", "")]
    assert len(read_all("csv", content, TEXT_SCHEMA)) == 2


def test_the_lines_of_a_text_that_is_too_long_do_not_become_items() -> None:
    cell = b'"' + (b"x" * 99 + b"\n") * 70_000 + b'"'
    content = b"text\n" + cell + b"\nfine\n"
    assert rejected("csv", content) == [(2, "text_too_long", "")]
    assert len(read_all("csv", content, TEXT_SCHEMA)) == 2


def test_gold_of_every_label_type_is_read_from_simple_cells() -> None:
    header = "text,other,picture,picture.width,picture.height," + ",".join(
        f"gold.{question.id}" for question in SCHEMA.questions
    )
    row = (
        'Anna,b,x/roof.png,40,30,pos,a | c,4,2.5e3,"so, so",'
        '"[{""start"":0,""end"":4,""category"":""PER""}]",'
        '"[{""x"":1.5,""y"":2,""width"":3,""height"":4,""category"":""roof""}]",left,c | a|b,other'
    )
    item = read_one("csv", f"{header}\n{row}\n".encode())
    assert item.data["picture"] == {"name": "roof.png", "width": 40, "height": 30}
    assert item.gold == {
        "sentiment": "pos",
        "topics": ["a", "c"],
        "quality": 4,
        "mass": 2500,
        "why": "so, so",
        "entities": [{"start": 0, "end": 4, "category": "PER"}],
        "objects": [{"x": 1.5, "y": 2, "width": 3, "height": 4, "category": "roof"}],
        "better": "left",
        "order": ["c", "a", "b"],
        "best": ["other"],
    }


@pytest.mark.parametrize(
    ("column", "cell", "path"),
    [
        ("gold.quality", "4.5", "/gold.quality"),
        ("gold.mass", "-6", "/gold.mass"),
        ("gold.mass", "nan", "/gold.mass"),
        ("gold.mass", "1e999", "/gold.mass"),
        ("gold.order", "a|b", "/gold.order"),
        ("gold.quality", "\u0664", "/gold.quality"),
        ("gold.entities", "PER", "/gold.entities"),
        (
            "gold.entities",
            '"[{""start"":9,""end"":12,""category"":""PER""}]"',
            "/gold.entities/0/start",
        ),
        ("gold.better", "both", "/gold.better"),
    ],
)
def test_gold_that_does_not_fit_names_the_column(column: str, cell: str, path: str) -> None:
    cells = {"text": "Anna", "other": "b", "picture": "r.png", "picture.width": "40"}
    cells |= {"picture.height": "30", "gold.sentiment": "pos", "gold.entities": "[]"}
    cells |= {"gold.objects": "[]", column: cell}
    content = ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"
    found = rejected("csv", content.encode(), SCHEMA)
    assert found == [(2, "invalid_gold", path)]


@pytest.mark.parametrize("text", PLAIN_FORMULAS + WIDE_FORMULAS + HIDDEN_FORMULAS)
def test_no_cell_begins_a_formula(text: str) -> None:
    row = export_row(text, metadata={})
    for writers in (WRITERS, JUDGMENT_WRITERS):
        written = b"".join(writers["csv"]([row], SCHEMA)).decode("utf-8-sig")
        cells = [cell for line in csv.reader(io.StringIO(written, newline="")) for cell in line]
        assert cells
        beginnings = [part.lstrip(" ") for cell in cells for part in cell.split(";")]
        assert not any(
            beginning.lstrip("\"'")[:1] in _FORMULA_CHARACTERS and not beginning.startswith("'")
            for beginning in beginnings
            if beginning.lstrip("\"'")
        )


@calmly
@given(st.text(alphabet=st.sampled_from(list("=+-@;'\" \t\r\nab\uff1d\uff20"))))
def test_neutralising_is_undone_exactly(text: str) -> None:
    assert restore(neutralise(text)) == text


def test_only_our_own_files_lose_apostrophes() -> None:
    assert read_one("csv", b"text\n'-ing is a suffix\n", TEXT_SCHEMA).data["text"][0] == "'"


def test_judgments_are_rows() -> None:
    written = b"".join(JUDGMENT_WRITERS["csv"]([export_row("abc")], SCHEMA))
    assert written.startswith(b"\xef\xbb\xbf")
    rows: list[dict[str, Any]] = list(
        csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline=""))
    )
    assert len(rows) == 1
    assert rows[0]["judgment.worker"] == "W 1/\u00e9"
    assert rows[0]["answer.sentiment"] == "pos"
    assert rows[0]["answer.topics"] == "a|c"
    assert rows[0]["judgment.seconds"] == "12.5"
    assert rows[0]["picture"].startswith("media/")
