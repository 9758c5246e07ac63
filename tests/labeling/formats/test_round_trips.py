"""What is written is what is read, in every format, for every label type."""

import pytest

from labeling.formats import JUDGMENT_WRITERS, READERS, WRITERS
from labeling.formats.rows import ImportedJudgment, ImportedPrediction
from tests.labeling.formats.samples import (
    AWKWARD_TEXTS,
    DIGEST,
    PICTURE,
    SCHEMA,
    answer_about,
    export_row,
    read_all,
    read_one,
)

awkward = pytest.mark.parametrize("text", AWKWARD_TEXTS.values(), ids=AWKWARD_TEXTS.keys())


def normal(answer: dict[str, object]) -> dict[str, object]:
    facts = SCHEMA.facts_of({"text": " " * 100, "other": "", "picture": PICTURE})
    return SCHEMA.dump_answer(SCHEMA.parse_answer(answer, facts))


def test_each_format_can_be_read_and_written() -> None:
    assert READERS.keys() == WRITERS.keys() == JUDGMENT_WRITERS.keys()


@awkward
def test_json_lines_lose_nothing(text: str) -> None:
    row = export_row(text)
    item = read_one("jsonl", WRITERS["jsonl"]([row], SCHEMA))
    assert item.external_id == "doc/7"
    assert item.data == row.data
    assert item.metadata == row.metadata
    assert item.needs == ("french", "law")
    assert item.judgments == [
        ImportedJudgment(
            worker="W 1/\u00e9",
            answer=normal(answer_about(text, sentiment="pos")),
            seconds=12.5,
            is_gold=False,
        )
    ]
    assert item.predictions == [
        ImportedPrediction(model="ner-3", answer={"sentiment": "pos"}, score=0.75)
    ]


def test_a_final_label_is_not_gold_by_itself() -> None:
    assert read_one("jsonl", WRITERS["jsonl"]([export_row("abc")], SCHEMA)).gold is None


@awkward
def test_csv_answers_come_back_as_gold(text: str) -> None:
    row = export_row(text)
    written = b"".join(WRITERS["csv"]([row], SCHEMA)).replace(b"final.", b"gold.")
    item = read_one("csv", written)
    assert item.external_id == "doc/7"
    assert item.data == row.data
    assert item.metadata == row.metadata
    assert item.needs == ("french", "law")
    assert item.gold == normal(answer_about(text))


@awkward
def test_label_studio_tasks_come_back(text: str) -> None:
    row = export_row(text)
    item = read_one("label_studio", WRITERS["label_studio"]([row], SCHEMA))
    assert item.external_id == "doc/7"
    assert item.data == row.data
    assert item.metadata == row.metadata
    assert item.needs == ("french", "law")
    assert item.gold == normal(answer_about(text))
    assert item.judgments == [
        ImportedJudgment(
            worker="W 1/\u00e9",
            answer=normal(answer_about(text, sentiment="pos")),
            seconds=12.5,
            is_gold=False,
        )
    ]
    assert item.predictions == [
        ImportedPrediction(model="ner-3", answer={"sentiment": "pos"}, score=0.75)
    ]


@pytest.mark.parametrize("format_name", WRITERS)
def test_an_item_without_answers_comes_back(format_name: str) -> None:
    row = export_row(
        "abc",
        external_id=None,
        final=None,
        judgments=(),
        predictions=(),
        metadata={},
        needs=(),
    )
    item = read_one(format_name, WRITERS[format_name]([row], SCHEMA))
    assert item.data["text"] == "abc"
    assert item.data["picture"]["media"] == DIGEST
    assert (item.metadata, item.needs) == ({}, ())
    assert (item.gold, *item.judgments, *item.predictions) == (None,)


@pytest.mark.parametrize("format_name", WRITERS)
def test_nothing_is_written_as_an_empty_file_of_its_format(format_name: str) -> None:
    assert read_all(format_name, WRITERS[format_name]([], SCHEMA)) == []


def test_empty_regions_are_an_answer_in_label_studio_too() -> None:
    answer = {"sentiment": "pos", "entities": [], "objects": []}
    row = export_row("abc", judgments=[], predictions=[])
    final = row.final
    assert final is not None
    final.answer.clear()
    final.answer.update(answer)
    item = read_one("label_studio", WRITERS["label_studio"]([row], SCHEMA))
    assert item.gold == answer
