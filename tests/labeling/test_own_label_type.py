"""The label type of docs/label-types.md keeps the contract of all, and every format holds it."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labeling.formats import READERS, WRITERS
from labeling.formats.label_studio import label_config_of_schema
from labeling.formats.rows import ExportedFinal, ItemRow
from labeling.label_types import LABEL_TYPES
from labeling.schema import LabelSchema
from tests.labeling import test_every_label_type as contract
from tests.labeling.formats.samples import export_row
from tests.labeling.samples import Samples

PAGE = Path(__file__).parents[2] / "docs" / "label-types.md"


@pytest.fixture(autouse=True)
def stretch() -> Iterator[None]:
    """The type is told to the server as the page says."""
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"__name__": "stretch"}
    exec(block, names)  # noqa: S102 - our own page
    LABEL_TYPES["stretch"] = names["Stretches"]()
    yield
    del LABEL_TYPES["stretch"]


@pytest.fixture
def samples() -> Samples:
    return Samples(
        question={"id": "q", "type": "stretch", "longest": 3600},
        good=({"start": 0, "end": 4}, {"start": 2, "end": 9}, {"start": 80, "end": 81}),
        bad=("0-4", {"start": 0}, {"start": 0, "end": 1, "x": 1}, {"start": -1, "end": 2}),
        bad_for_item=({"start": 4, "end": 4}, {"start": 0, "end": 4000}, {"start": 1.0, "end": 2}),
    )


CONTRACT = (
    contract.test_parse_undoes_dump,
    contract.test_dump_is_json,
    contract.test_distance_is_zero_to_itself_symmetric_and_at_most_one,
    contract.test_the_derived_schema_accepts_good_labels_and_refuses_bad_ones,
    contract.test_bad_labels_are_refused_with_place_and_remedy,
    contract.test_unanimous_votes_are_their_own_consensus,
    contract.test_the_heavier_vote_is_the_consensus,
    contract.test_a_consensus_is_itself_a_valid_label,
    contract.test_unanimity_settles,
    contract.test_a_tie_disputes,
    contract.test_a_summary_is_one_short_line,
    contract.test_hostile_settings_are_refused_without_a_crash,
    contract.test_hostile_json_is_refused_and_never_crashes,
    contract.test_hostile_answers_are_refused_and_never_crash,
)


@pytest.mark.parametrize("promise", CONTRACT, ids=lambda promise: promise.__name__)
def test_it_keeps_the_contract(promise: Any, samples: Samples) -> None:
    promise(samples)


SCHEMA: dict[str, Any] = {
    "inputs": [{"id": "text", "type": "text"}],
    "questions": [{"id": "q", "type": "stretch"}, {"id": "why", "type": "text"}],
}
LABEL = {"start": 0, "end": 4}


def test_a_cell_holds_it_as_json_and_is_read_again() -> None:
    schema = LabelSchema.from_json(SCHEMA)
    cell = json.dumps(LABEL).replace('"', '""')
    content = f'id,text,gold.q,gold.why\n1,x,"{cell}",w\n2,y,nonsense,w\n'.encode()
    good, bad = READERS["csv"](io.BytesIO(content), schema)
    assert isinstance(good, ItemRow)
    assert good.gold == {"q": LABEL, "why": "w"}
    assert not isinstance(bad, ItemRow)
    assert bad.code == "invalid_gold"


@pytest.mark.parametrize("writer", WRITERS)
def test_every_format_writes_a_project_that_asks_for_it(writer: str) -> None:
    schema = LabelSchema.from_json(SCHEMA)
    final = ExportedFinal(answer={"q": LABEL, "why": "w"}, source="consensus", confidence=1.0)
    row = export_row("x", data={"text": "x"}, final=final, judgments=[], predictions=[])
    written = b"".join(WRITERS[writer]([row], schema)).decode()
    assert "w" in written
    assert "{'start'" not in written
    if writer != "label_studio":
        assert json.dumps(LABEL, separators=(",", ":")) in written.replace('""', '"')


def test_label_studio_is_told_of_the_other_questions_alone() -> None:
    schema = LabelSchema.from_json(SCHEMA)
    config = label_config_of_schema(schema)
    assert 'name="why"' in config
    assert 'name="q"' not in config
    result = {"from_name": "q", "to_name": "text", "type": "x", "value": LABEL}
    task = {"data": {"text": "x"}, "annotations": [{"result": [result]}]}
    rows = list(READERS["label_studio"](io.BytesIO(json.dumps([task]).encode()), schema))
    codes = [row.code for row in rows if not isinstance(row, ItemRow)]
    assert codes == ["unmapped_result", "incomplete_answer"]
