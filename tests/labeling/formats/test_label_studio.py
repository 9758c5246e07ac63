"""Label Studio tasks: what is carried over, and what is reported instead."""

import json
from typing import Any

import pytest

from labeling.formats import label_studio
from labeling.formats.rows import ItemRow, RowRejection
from tests.labeling.formats.label_studio_tasks import choice, read, span
from tests.labeling.formats.samples import DIGEST, SCHEMA, TEXT_SCHEMA, export_row, read_all


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
    "cut off": (b'[{"text": "a"}, {"text": "b', "a", [(2, "unfinished_array")]),
    "more behind": (b'[{"text": "a"}] [', "a", [(2, "trailing_content")]),
    "bad elements": (
        b'[{"text": "a]"}, {"text": }, 7, {"te}xt": "]["}, {"text": "b"}]',
        ["a]", "b"],
        [(2, "invalid_json"), (3, "not_an_object"), (4, "unknown_shape")],
    ),
    "nul": (b'[{"text": "a"}, {"text": "\\u0000"}]', "a", [(2, "nul_character")]),
    "closed wrongly": (
        b'[{"text": "a"]}, {"text": "b"}]',
        "",
        [(1, "invalid_json"), (2, "trailing_content")],
    ),
    "no json": (b"hello", "", [(1, "invalid_json")]),
    "single": (b'{\n"text": 7\n', "", [(1, "invalid_json")]),
    "bad line": (b'{"text": "a"}\n{"text"\n{"text": "b"}', "ab", [(2, "invalid_json")]),
}


@pytest.mark.parametrize(
    ("content", "texts", "expected"), BROKEN_FILES.values(), ids=BROKEN_FILES.keys()
)
def test_a_broken_file_gives_what_can_be_read(
    content: bytes, texts: str | list[str], expected: list[tuple[int, str]]
) -> None:
    rows = read_all("label_studio", content, TEXT_SCHEMA)
    assert [row.data["text"] for row in rows if isinstance(row, ItemRow)] == list(texts)
    found = [(row.number, row.code) for row in rows if isinstance(row, RowRejection)]
    assert found == expected


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


def test_pseudonyms_are_written_as_addresses_that_reach_nobody() -> None:
    tasks = json.loads(b"".join(label_studio.write_items([export_row("abc")], SCHEMA)))
    judged, final = tasks[0]["annotations"]
    assert judged["completed_by"] == {"email": "W%201%2F%C3%A9@pseudonym.invalid"}
    assert judged["ground_truth"] is False
    assert final["ground_truth"] is True
    assert "completed_by" not in final
    assert tasks[0]["data"]["picture"] == f"media/{DIGEST}"
    assert len({result["id"] for result in judged["result"]}) == len(judged["result"])
    named = {result["to_name"] for result in judged["result"]}
    assert named == {"text", "picture", "order_options", "best_options"}
    said = {result["from_name"]: result["value"] for result in judged["result"]}
    assert said["mass"] == {"number": -0.123456789012345}
    assert said["order"] == {"ranker": {"order": ["b", "c", "a"]}}
    assert said["best"] == {"ranker": {"top": ["other"]}}
    assert tasks[0]["data"]["order_options"][0] == {"id": "a", "title": "Alpha"}
    assert tasks[0]["data"]["best_options"][1] == {"id": "other", "title": "other", "body": "cba"}
