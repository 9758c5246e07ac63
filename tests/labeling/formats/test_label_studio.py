"""Label Studio tasks: what is carried over, and what is reported instead."""

import json
from typing import Any

import pytest

from labeling.formats import label_studio
from labeling.formats.label_studio.offsets import OffsetUnit
from labeling.formats.rows import ItemRow, RowRejection
from labeling.schema import LabelSchema
from tests.labeling.formats.samples import DIGEST, FAMILY, TEXT_SCHEMA, export_row, read_all
from tests.labeling.formats.samples import SCHEMA as FULL_SCHEMA

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [
            {
                "id": "sent",
                "type": "choice",
                "required": False,
                "categories": [{"id": "pos", "title": "Very good"}, {"id": "neg"}],
            },
            {
                "id": "ner",
                "type": "spans",
                "on": "text",
                "required": False,
                "nested": True,
                "categories": [{"id": "PER"}, {"id": "ORG"}],
            },
            {"id": "stars", "type": "rating", "required": False},
            {"id": "why", "type": "text", "required": False},
        ],
    }
)
PICTURES = LabelSchema.from_json(
    {
        "inputs": [{"id": "picture", "type": "image"}],
        "questions": [
            {"id": "objects", "type": "boxes", "on": "picture", "categories": [{"id": "roof"}]}
        ],
    }
)


def read(
    tasks: Any, schema: LabelSchema = SCHEMA, unit: OffsetUnit = "code_points"
) -> tuple[list[ItemRow], list[RowRejection]]:
    rows = list(label_studio.read(_Bytes(json.dumps(tasks).encode()), schema, offset_unit=unit))
    items = [row for row in rows if isinstance(row, ItemRow)]
    return items, [row for row in rows if isinstance(row, RowRejection)]


class _Bytes:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, size: int, /) -> bytes:
        size = min(size, 7)  # every boundary is one between chunks
        given, self._content = self._content[:size], self._content[size:]
        return given


def choice(value: str, name: str = "sent") -> dict[str, Any]:
    return {"from_name": name, "to_name": "t", "type": "choices", "value": {"choices": [value]}}


def span(start: int, end: int, *labels: str, text: str | None = None) -> dict[str, Any]:
    value: dict[str, Any] = {"start": start, "end": end, "labels": list(labels)}
    value |= {} if text is None else {"text": text}
    return {"from_name": "ner", "to_name": "t", "type": "labels", "value": value}


def box(**changes: Any) -> dict[str, Any]:
    value: dict[str, Any] = {"x": 10, "y": 20.5, "width": 30, "height": 40, "rotation": 0}
    value |= {key: changes.pop(key) for key in list(changes) if key in value}
    value["rectanglelabels"] = ["roof"]
    return {
        "from_name": "objects",
        "type": "rectanglelabels",
        "original_width": 200,
        "original_height": 100,
        "value": value,
    } | changes


def test_the_example_of_the_documentation_is_read() -> None:
    task = {
        "id": 11,
        "data": {"text": "Anna joined Siemens", "lang": "de"},
        "meta": {"src": "a"},
        "overlap": 2,
        "predictions": [
            {"model_version": "ner-v3", "score": 0.82, "result": [span(0, 4, "PER", text="Anna")]}
        ],
        "annotations": [
            {
                "completed_by": 7,
                "lead_time": 12.4,
                "result": [span(12, 19, "ORG", text="Siemens"), choice("Very good")],
            },
            {"completed_by": {"email": "a@b.c"}, "was_cancelled": True, "result": []},
            {"completed_by": {"id": 3, "email": "a@b.c"}, "ground_truth": True,
             "result": [choice("neg")]},
        ],
    }  # fmt: skip
    (item,), rejections = read([task])
    assert rejections == []
    assert (item.external_id, item.number) == ("11", 1)
    assert item.metadata == {"lang": "de", "src": "a"}
    assert [(said.model, said.score, said.answer) for said in item.predictions] == [
        ("ner-v3", 0.82, {"ner": [{"start": 0, "end": 4, "category": "PER"}]})
    ]
    assert [(said.worker, said.seconds, said.is_gold) for said in item.judgments] == [
        ("7", 12.4, False),
        ("a@b.c", None, True),
    ]
    assert item.judgments[0].answer == {
        "sent": "pos",
        "ner": [{"start": 12, "end": 19, "category": "ORG"}],
    }
    assert item.gold == {"sent": "neg"}


def test_bare_objects_json_lines_and_a_single_object_are_tasks_too() -> None:
    bare = b'[{"text": "a", "id": 1, "k": 2}, {"Text": "b"}]'
    lines = b'{"data": {"text": "a"}}\r\n\n{"text": "b"}\n'
    single = json.dumps({"data": {"text": "a"}}, indent=2).encode()
    for content, texts in (
        (bare, "ab"),
        (lines, "ab"),
        (single, "a"),
        (b"\xef\xbb\xbf" + bare, "ab"),
    ):
        rows = read_all("label_studio", content, TEXT_SCHEMA)
        assert [row.data["text"] for row in rows if isinstance(row, ItemRow)] == list(texts)
        assert len(rows) == len(texts)
    first = read_all("label_studio", bare, TEXT_SCHEMA)[0]
    assert isinstance(first, ItemRow)
    assert (first.external_id, first.metadata) == ("1", {"k": 2})


@pytest.mark.parametrize("content", [b"", b"  \n", b"[]", b" [ ]\n"])
def test_a_file_without_tasks_is_empty(content: bytes) -> None:
    assert read_all("label_studio", content, TEXT_SCHEMA) == []


BROKEN_FILES = {
    "cut off": (b'[{"text": "a"}, {"text": "b', [(2, "unfinished_array")]),
    "more behind": (b'[{"text": "a"}] [', [(2, "trailing_content")]),
    "bad element": (b'[{"text": "a]"}, {"text": }, 7, {"te}xt": "]["}]',
                    [(2, "invalid_json"), (3, "not_an_object"), (4, "unknown_shape")]),
    "nul": (b'[{"text": "a"}, {"text": "\\u0000"}]', [(2, "nul_character")]),
    "closed wrongly": (b'[{"text": "a"]}', [(1, "invalid_json"), (2, "unfinished_array")]),
    "no json": (b"hello", [(1, "invalid_json")]),
    "single": (b'{\n"text": 7\n', [(1, "invalid_json")]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), BROKEN_FILES.values(), ids=BROKEN_FILES.keys())
def test_a_broken_file_gives_what_can_be_read(
    content: bytes, expected: list[tuple[int, str]]
) -> None:
    rows = read_all("label_studio", content, TEXT_SCHEMA)
    found = [(row.number, row.code) for row in rows if isinstance(row, RowRejection)]
    assert found[: len(expected)] == expected or set(found) <= set(expected)


def test_an_unknown_question_is_reported_and_the_item_goes_in() -> None:
    relation = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}
    task = {
        "data": {"text": "a"},
        "annotations": [
            {"completed_by": 1, "result": [choice("x", "mood"), choice("neg"), relation]}
        ],
        "predictions": [{"result": [choice("pos")]}, 7],
    }
    (item,), rejections = read([task])
    assert item.judgments[0].answer == {"sent": "neg"}
    assert [(r.path, r.code, r.is_partial) for r in rejections] == [
        ("/annotations/0/result/0", "unmapped_result", True),
        ("/annotations/0/result/2", "unmapped_result", True),
        ("/predictions/1", "unmapped_result", True),
    ]
    assert '"mood"' in rejections[0].message


UNREADABLE = {
    "category": (choice("meh"), "unknown_category"),
    "two choices": (choice("neg") | {"value": {"choices": ["pos", "neg"]}}, "unmapped_result"),
    "other type": (span(0, 1, "PER") | {"from_name": "sent"}, "unmapped_result"),
    "of a region": (
        choice("neg") | {"value": {"choices": ["neg"], "start": 0}},
        "unmapped_result",
    ),
    "text": (span(0, 1, "PER", text="zzz"), "text_mismatch"),
    "offsets": (
        span(0, 1, "PER") | {"value": {"start": "0", "labels": ["PER"]}},
        "unmapped_result",
    ),
    "labels": (span(0, 1) | {"value": {"start": 0, "end": 1, "labels": "PER"}}, "unmapped_result"),
    "value": (choice("neg") | {"value": None}, "unmapped_result"),
}


@pytest.mark.parametrize(("result", "code"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_half_an_answer_is_no_judgment_and_no_gold(result: dict[str, Any], code: str) -> None:
    stars = {"from_name": "stars", "type": "rating", "value": {"rating": 4}}
    annotation = {"completed_by": 1, "ground_truth": True, "result": [result, stars]}
    (item,), rejections = read([{"data": {"text": "abc"}, "annotations": [annotation]}])
    assert [(r.code, r.is_partial) for r in rejections] == [
        (code, True),
        ("incomplete_answer", True),
    ]
    assert (item.judgments, item.gold) == ([], None)
    (item,), rejections = read([{"data": {"text": "abc"}, "predictions": [annotation]}])
    assert [r.code for r in rejections] == [code]
    assert item.predictions[0].answer == {"stars": 4}


def test_an_answer_that_does_not_validate_is_reported() -> None:
    far = {"completed_by": 1, "result": [span(0, 99, "PER")]}
    gold = {"ground_truth": True, "result": [choice("neg")]}
    other_gold = {"ground_truth": True, "result": [choice("pos")]}
    scored = {"score": 7, "result": [choice("pos")]}
    (item,), rejections = read(
        [
            {
                "data": {"text": "abc"},
                "annotations": [far, gold, other_gold],
                "predictions": [scored],
            }
        ]
    )
    assert [(r.path, r.code) for r in rejections] == [
        ("/annotations/0", "invalid_judgment"),
        ("/annotations/2", "second_gold"),
        ("/predictions/0", "invalid_prediction"),
    ]
    assert item.gold == {"sent": "neg"}
    assert item.judgments == []


def test_names_are_found_by_id_title_and_likeness() -> None:
    task = {"data": {"text": "a"}, "predictions": [{"result": [choice("Very good", "Sent")]}]}
    (item,), rejections = read([task])
    assert rejections == []
    assert item.predictions[0].answer == {"sent": "pos"}


def test_texts_ratings_and_unnamed_people() -> None:
    results = [
        {"from_name": "why", "type": "textarea", "value": {"text": ["a", "b"]}},
        {"from_name": "stars", "type": "rating", "value": {"rating": 4.0}},
    ]
    (item,), rejections = read([{"data": {"text": "x"}, "annotations": [{"result": results}]}])
    assert rejections == []
    assert item.judgments[0].answer == {"stars": 4, "why": "a\nb"}
    assert item.judgments[0].worker == "unnamed-1"


EMOJI_TEXT = f"{FAMILY} Anna \U00020bb7 Bo"
UTF16_ANNA = (9, 13)
ANNA = (6, 10)


@pytest.mark.parametrize(
    ("start", "end", "text", "unit", "expected"),
    [
        (*ANNA, "Anna", "code_points", ANNA),
        (*UTF16_ANNA, "Anna", "code_points", ANNA),
        (*UTF16_ANNA, "Anna", "utf16", ANNA),
        (*ANNA, "Anna", "utf16", ANNA),
        (*UTF16_ANNA, None, "utf16", ANNA),
        (*UTF16_ANNA, None, "code_points", UTF16_ANNA),
        (0, 8, FAMILY, "code_points", (0, 5)),
        (0, 8, None, "utf16", (0, 5)),
        (14, 16, "\U00020bb7", "code_points", (11, 12)),
    ],
)
def test_offsets_of_either_unit_are_understood(
    start: int, end: int, text: str | None, unit: OffsetUnit, expected: tuple[int, int]
) -> None:
    annotation = {"completed_by": 1, "result": [span(start, end, "PER", text=text)]}
    (item,), rejections = read(
        [{"data": {"text": EMOJI_TEXT}, "annotations": [annotation]}], unit=unit
    )
    assert rejections == []
    (found,) = item.judgments[0].answer["ner"]
    assert (found["start"], found["end"]) == expected


def test_a_span_that_splits_a_character_is_refused() -> None:
    annotation = {"completed_by": 1, "result": [span(0, 1, "PER")]}
    _, rejections = read(
        [{"data": {"text": EMOJI_TEXT}, "annotations": [annotation]}], unit="utf16"
    )
    assert rejections[0].code == "split_character"


def test_percent_becomes_pixels_and_the_size_of_the_picture_is_learnt() -> None:
    task = {
        "data": {"picture": "/data/upload/1/roof.png"},
        "annotations": [{"completed_by": 1, "result": [box(), box(x=0.5)]}],
    }
    (item,), rejections = read([task], PICTURES)
    assert rejections == []
    assert item.data == {"picture": {"name": "roof.png", "width": 200, "height": 100}}
    assert item.judgments[0].answer["objects"] == [
        {"x": 1, "y": 20.5, "width": 60, "height": 40, "category": "roof"},
        {"x": 20, "y": 20.5, "width": 60, "height": 40, "category": "roof"},
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rotation": 5}, "rotated_box"),
        ({"rotation": 0.5}, "rotated_box"),
        ({"image_rotation": 90}, "rotated_box"),
        ({"original_width": None}, "missing_size"),
        ({"original_width": True}, "missing_size"),
        ({"original_height": 0}, "missing_size"),
        ({"original_height": 10**9}, "missing_size"),
        ({"x": "1"}, "unmapped_result"),
        ({"x": 1e300}, "unmapped_result"),
        ({"x": None}, "unmapped_result"),
    ],
)
def test_boxes_that_cannot_be_converted_are_refused(changes: dict[str, Any], code: str) -> None:
    task = {
        "data": {"picture": "r.png"},
        "annotations": [{"completed_by": 1, "result": [box(**changes)]}],
    }
    (item,), rejections = read([task], PICTURES)
    assert [r.code for r in rejections] == [code, "incomplete_answer"]
    assert item.judgments == []


def test_two_sizes_of_one_picture_contradict() -> None:
    results = [box(), box(original_width=100)]
    task = {"data": {"picture": "r.png"}, "annotations": [{"completed_by": 1, "result": results}]}
    _, rejections = read([task], PICTURES)
    assert [r.code for r in rejections] == ["contradicting_size", "incomplete_answer"]


@pytest.mark.parametrize(
    "number", ["1e-999999999", "0." + "1" * 5000, "1E+999999999", "-0.0", "1e-400"]
)
def test_numbers_made_to_burn_time_do_not(number: str) -> None:
    content = json.dumps(
        [{"data": {"picture": "r.png"}, "annotations": [{"result": [box(x=7777)]}]}]
    )
    rows = read_all("label_studio", content.replace("7777", number).encode(), PICTURES)
    assert rows


def test_pseudonyms_are_written_as_addresses_that_reach_nobody() -> None:
    tasks = json.loads(b"".join(label_studio.write_items([export_row("abc")], FULL_SCHEMA)))
    judged, final = tasks[0]["annotations"]
    assert judged["completed_by"] == {"email": "W%201%2F%C3%A9@pseudonym.invalid"}
    assert judged["ground_truth"] is False
    assert final["ground_truth"] is True
    assert "completed_by" not in final
    assert tasks[0]["data"]["picture"] == f"media/{DIGEST}"
    assert len({result["id"] for result in judged["result"]}) == len(judged["result"])
    assert {result["to_name"] for result in judged["result"]} == {"text", "picture"}
