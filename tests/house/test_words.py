"""The glossary is law: one word for one thing in the names of classes and functions."""

import ast
import re
from pathlib import Path

from tests.house.sources import Function, package_files, parsed

# From the column "do not say" of docs/glossary.md. Words that Python and its libraries use for
# something else (class, config, record, instance, sample, example, job, lock, message, score,
# export, submission of a form, ...) are not here: a machine cannot tell which is meant.
BANNED = {
    "annotation": "judgment (of a worker) or label (a value)",
    "annotations": "judgments or labels",
    "annotator": "worker",
    "annotators": "workers",
    "arbitration": "adjudication",
    "campaign": "project",
    "codebook": "guideline",
    "curation": "adjudication",
    "honeypot": "gold",
    "labeler": "worker",
    "labeller": "worker",
    "ontology": "label schema",
    "opinion": "vote",
    "preannotation": "pre-label",
    "provenance": "lineage",
    "rater": "worker",
    "redundancy": "overlap",
    "reputation": "skill",
    "reviewer": "expert",
    "suggestion": "prediction",
    "task": "project, item, assignment or job",
    "tasks": "projects, items, assignments or jobs",
    "taxonomy": "label schema",
    "workspace": "project",
}

# Where a banned word is another system's name for its own thing.
ALLOWED = {
    "labeling/formats/label_studio": "the codec speaks Label Studio's language",
    "annotate/jobs": "procrastinate calls a kind of job a task",
}


def test_names_use_the_words_of_the_glossary() -> None:
    wrong = [
        f"{path}:{node.lineno} {node.name}: say {BANNED[word]}"
        for path in package_files()
        if not _is_allowed(path)
        for node in ast.walk(parsed(path))
        if isinstance(node, Function | ast.ClassDef)
        for word in words_of(node.name)
        if word in BANNED
    ]
    assert wrong == []


def words_of(name: str) -> list[str]:
    """`claim_next_item`, `ClaimNextItem` and `HTTPDoor` in words, small."""
    return re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def test_names_are_split_into_words() -> None:
    assert words_of("_nextTaskOf_annotator2") == ["next", "task", "of", "annotator2"]
    assert words_of("TaskDoor") == ["task", "door"]
    assert words_of("multitasking") == ["multitasking"]


def _is_allowed(path: Path) -> bool:
    return any(path.as_posix().startswith(f"{place}/") for place in ALLOWED)
