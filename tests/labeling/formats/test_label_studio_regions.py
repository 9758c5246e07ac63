"""Spans and boxes of Label Studio: offsets in either unit, percent of pictures."""

import json
from typing import Any

import pytest

from labeling.formats.label_studio.offsets import OffsetUnit
from tests.labeling.formats.label_studio_tasks import PICTURES, box, read, span
from tests.labeling.formats.samples import FAMILY, read_all

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
