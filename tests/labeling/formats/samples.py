"""A schema with every label type, answers full of awkward characters, and a few short cuts."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from labeling.formats import READERS
from labeling.formats.rows import (
    ExportedFinal,
    ExportedJudgment,
    ExportedPrediction,
    ExportRow,
    ItemRow,
    RowRejection,
)
from labeling.schema import LabelSchema

DIGEST = "ab" * 32
PICTURE = {"media": DIGEST, "width": 1333, "height": 777}

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one emoji, five code points, eight units
AWKWARD_TEXTS = {
    "emoji": f"{FAMILY} Anna joined {FAMILY} Siemens",
    "chinese": "\u5b89\u5a1c\u52a0\u5165\u897f\u95e8\u5b50\uff0c\u5728\u5317\u4eac\U00020bb7",
    "right_to_left": "\u05d0\u05e0\u05d4 \u200f(\u05e1\u05d9\u05de\u05df)\u200e \u0623\u0646",
    "line_ends": 'first\r\nsecond\nthird\rfourth "quoted", ;\t|',
    "formula": "=1+1;=2\u200b",
    "combining": "e\u0301a\u0308 \ufb01 \u00df",
}

SCHEMA = LabelSchema.from_json(
    {
        "inputs": [
            {"id": "text", "type": "text"},
            {"id": "other", "type": "text"},
            {"id": "picture", "type": "image"},
        ],
        "questions": [
            {
                "id": "sentiment",
                "type": "choice",
                "categories": [{"id": "pos", "title": "Positive"}, {"id": "neg"}],
            },
            {
                "id": "topics",
                "type": "choices",
                "required": False,
                "categories": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
            },
            {"id": "quality", "type": "rating", "required": False},
            {"id": "mass", "type": "number", "min": -5, "required": False},
            {"id": "why", "type": "text", "required": False},
            {
                "id": "entities",
                "type": "spans",
                "on": "text",
                "nested": True,
                "categories": [{"id": "PER"}, {"id": "ORG"}],
            },
            {
                "id": "objects",
                "type": "boxes",
                "on": "picture",
                "categories": [{"id": "roof"}, {"id": "tree"}],
            },
            {
                "id": "better",
                "type": "pairwise",
                "on": ["text", "other"],
                "required": False,
            },
            {
                "id": "order",
                "type": "ranking",
                "categories": [{"id": "a", "title": "Alpha"}, {"id": "b"}, {"id": "c"}],
                "required": False,
            },
            {
                "id": "best",
                "type": "ranking",
                "on": ["text", "other"],
                "top": 1,
                "required": False,
            },
        ],
    }
)

TEXT_SCHEMA = LabelSchema.from_json(
    {
        "inputs": [{"id": "text", "type": "text"}],
        "questions": [
            {"id": "sentiment", "type": "choice", "categories": [{"id": "pos"}, {"id": "neg"}]}
        ],
    }
)


def answer_about(text: str, **changes: Any) -> dict[str, Any]:
    """Return an answer to every question of SCHEMA; with `text` in it wherever one can be."""
    answer = {
        "sentiment": "neg",
        "topics": ["a", "c"],
        "quality": 4,
        "mass": -0.123456789012345,
        "why": text,
        "entities": [
            {"start": 0, "end": len(text), "category": "ORG"},
            {"start": 1, "end": 3, "category": "PER"},
        ],
        "objects": [
            {"x": 0.1, "y": 1 / 3, "width": 0.1 + 0.2 + 7, "height": 8, "category": "roof"},
            {"x": 100, "y": 200.5, "width": 33.3, "height": 77.7, "category": "tree"},
        ],
        "better": "tie",
        "order": ["b", "c", "a"],
        "best": ["other"],
    }
    return answer | changes


def export_row(text: str, **changes: Any) -> ExportRow:
    """Return a settled item with one judgment and one prediction."""
    fields: dict[str, Any] = {
        "item": 7,
        "external_id": "doc/7",
        "data": {"text": text, "other": text[::-1], "picture": PICTURE},
        "metadata": {"source": text, "nested": {"n": [1, 2.5, None]}},
        "needs": ["french", "law"],
        "stage": "settled",
        "final": ExportedFinal(answer=answer_about(text), source="adjudication", confidence=0.875),
        "judgments": [
            ExportedJudgment(
                worker="W 1/\u00e9",
                answer=answer_about(text, sentiment="pos"),
                seconds=12.5,
                created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            )
        ],
        "predictions": [
            ExportedPrediction(model="ner-3", answer={"sentiment": "pos"}, score=0.75)
        ],
    }
    return ExportRow(**(fields | changes))


def read_all(
    format_name: str, content: bytes | Iterable[bytes], schema: LabelSchema = SCHEMA
) -> list[ItemRow | RowRejection]:
    """Read all rows."""
    joined = content if isinstance(content, bytes) else b"".join(content)
    return list(READERS[format_name](io.BytesIO(joined), schema))


def read_one(
    format_name: str, content: bytes | Iterable[bytes], schema: LabelSchema = SCHEMA
) -> ItemRow:
    """Read the one item there must be."""
    rows = read_all(format_name, content, schema)
    assert len(rows) == 1, rows
    assert isinstance(rows[0], ItemRow), rows
    return rows[0]


def rejected(
    format_name: str, content: bytes, schema: LabelSchema = TEXT_SCHEMA
) -> list[tuple[int, str, str]]:
    """Return number, code and path of all rejections."""
    rows = read_all(format_name, content, schema)
    return [(r.number, r.code, r.path) for r in rows if isinstance(r, RowRejection)]
