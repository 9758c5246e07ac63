"""Textual entailment: a choice over two texts, which the model can answer too."""

from annotate.management.demo.recorded import RecordedItem, recorded_items
from annotate.management.demo.rte_project import GUIDELINE, QUESTION, SCHEMA
from annotate.management.demo.seed.project import SeededProject, two_votes

_ITEMS = 60
_JUDGED = 14
# Long premises make tiring first items.
_LONGEST = 260


def entailment() -> SeededProject:
    items = [item for item in recorded_items() if len(item.premise) <= _LONGEST][:_ITEMS]
    return SeededProject(
        name="Textual entailment",
        description=(
            "Does the statement follow from the text? The first items carry two recorded "
            "judgments each; where these differ, an expert is asked."
        ),
        guideline=GUIDELINE,
        schema=SCHEMA,
        policy=two_votes(measure="posterior", threshold=0.9),
        source="Snow et al. 2008, RTE",
        licence="released by the authors for research",
        rows=[
            {
                "external_id": f"rte-{item.id}",
                "data": {"premise": item.premise, "hypothesis": item.hypothesis},
            }
            for item in items
        ],
        judgments={f"rte-{item.id}": _two_recorded(item) for item in items[:_JUDGED]},
    )


def _two_recorded(item: RecordedItem) -> list[dict[str, str]]:
    return [{QUESTION: vote} for vote in list(item.votes.values())[:2]]
