"""Files of every format, lines made to break the import of all the others, and what one leaves."""

import json
from typing import Any

import pytest
from django.db import connection

from annotate import models
from tests import make
from tests.annotate.importing import lines, rejections, send

pytestmark = pytest.mark.django_db
HOSTILE: list[tuple[bytes, str]] = [
    (b'{"data": {"text": "a\\u0000b"}}', "nul_character"),
    (b'{"data": {"text": "a\x00b"}}', "nul_character"),
    (b'{"data": {"text": "x"}, "metadata": {"\\u0000": 1}}', "nul_character"),
    (b'{"data": {"text": "x"}, "metadata": {"n": NaN}}', "not_finite"),
    (b'{"data": {"text": "x"}, "metadata": {"n": -Infinity}}', "not_finite"),
    (b'{"data": {"text": "x"}, "metadata": {"n": 1e999}}', "not_finite"),
    (b'{"data": {"text": "\\ud83d"}}', "lone_surrogate"),
    (b'{"data": {"text": "x"}, "metadata": {"n": ' + b"9" * 5000 + b"}}", "number_too_large"),
    (b'{"data": {"text": "x"}, "metadata": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
    (b'{"data": {"text": "\xff"}}', "invalid_utf8"),
    (b'{"data": {"text": "cut off', "invalid_json"),
    (b'{"data": {"text": "' + b"x" * 16 * 1024 * 1024 + b'"}}', "row_too_long"),
    (b"", "blank"),
]


@pytest.mark.parametrize(("row", "code"), HOSTILE, ids=[code for _, code in HOSTILE])
def test_a_hostile_line_is_set_aside_and_the_import_goes_on(row: bytes, code: str) -> None:
    project = make.project()
    good = {"data": {"text": "good"}}
    job = send(project, lines(good, row, good))
    assert (job.state, job.result["created"]) == ("done", 2)
    found = [(number, found) for number, found, _ in rejections(job)]
    assert found == ([] if code == "blank" else [(2, code)])
    assert [item.data for item in models.Item.objects.all()] == [good["data"]] * 2


def test_csv_rows_become_items() -> None:
    project = make.project()
    content = (
        b"\xef\xbb\xbfid;text;gold.tone;page\n"
        b'a;"two\nlines; one";neg;3\n'
        b"b;=1+1;;\n"
        b"c;;pos;1\n"
        b"d;x;zzz;1\n"
    )
    job = send(project, content, "csv")
    assert job.result == {"created": 2, "existing": 0, "rejected": 2}
    first, second = models.Item.objects.order_by("pk")
    assert (first.external_id, first.data) == ("a", {"text": "two\nlines; one"})
    assert (first.metadata, first.gold_label.answer) == ({"page": "3"}, make.NEG)
    assert second.data == {"text": "=1+1"}
    assert [code for _, code, _ in rejections(job)] == ["missing_input", "invalid_gold"]


def test_a_csv_without_the_input_is_one_rejection() -> None:
    project = make.project()
    job = send(project, b"id,body\n1,x\n", "csv")
    assert (job.state, models.Item.objects.count()) == ("done", 0)
    assert [code for _, code, _ in rejections(job)] == ["missing_column"]


def label_studio_result(choice: str) -> dict[str, Any]:
    value = {"choices": [choice]}
    return {"from_name": "tone", "to_name": "text", "type": "choices", "value": value}


def test_label_studio_tasks_bring_their_predictions_and_annotations() -> None:
    project = make.project()
    tasks = [
        {
            "id": 7,
            "data": {"text": "hello"},
            "predictions": [
                {"model_version": "bert", "score": 0.7, "result": [label_studio_result("neg")]}
            ],
            "annotations": [
                {"completed_by": 1, "lead_time": 4.5, "result": [label_studio_result("pos")]},
                {"completed_by": {"email": "anna@example.org"},
                 "result": [label_studio_result("pos")]},
            ],
        },
        {"id": 8, "data": {"text": "bye"}},
        {"id": 9, "data": {"wrong": "x"}},
    ]  # fmt: skip
    job = send(project, json.dumps(tasks).encode(), "label_studio")
    assert job.result == {"created": 2, "existing": 0, "rejected": 1}
    first, second = models.Item.objects.order_by("pk")
    assert (first.external_id, first.stage, first.judged) == ("7", "settled", 2)
    assert (second.stage, second.judged) == ("new", 0)
    prediction = models.Prediction.objects.get()
    assert (prediction.imported_from, prediction.label, prediction.score) == ("bert", "neg", 0.7)
    assert sorted(models.Judgment.objects.values_list("seconds", flat=True)) == [0.0, 4.5]
    assert models.FinalLabel.objects.get().answer == make.POS


def test_after_a_file_the_planner_knows_how_large_the_queue_is() -> None:
    """What it planned for a small one would read whole tables, until they are analysed."""
    project = make.project()
    send(project, lines(*[{"text": str(n)} for n in range(300)]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'annotate_queueentry'")
        assert cursor.fetchone() == (300,)
