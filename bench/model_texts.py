"""Real texts that every machine with this project has: to measure encoders with.

Sentences of the demo (recognising textual entailment), docstrings of Python's own library and of
numpy, scikit-learn and Django, and paragraphs from the descriptions of installed packages.
"""

import ast
import csv
import sysconfig
from collections.abc import Iterator
from importlib import metadata
from itertools import islice
from pathlib import Path

import numpy as np

_ROOT = Path(__file__).resolve().parent.parent
RTE = _ROOT / "annotate" / "management" / "demo" / "rte"
_PACKAGES = ("numpy", "sklearn", "django")
_SHORTEST = 12
"""Characters; what is shorter is no text."""
_SHARES = {"entailment": 0.3, "docstrings": 0.4, "package paragraphs": 0.3}


def entailment_sentences() -> list[str]:
    """Return both sides of each pair of the demo, one a text."""
    with (RTE / "items.csv").open(encoding="utf-8", newline="") as file:
        return [part for row in csv.DictReader(file) for part in row["text"].split(" [SEP] ")]


def docstrings(most: int) -> list[str]:
    """Return docstrings as they stand in the source, at most so many from each library."""
    library = Path(sysconfig.get_paths()["stdlib"])
    packages = Path(sysconfig.get_paths()["purelib"])
    found: list[str] = []
    for folder, pattern in [(library, "*.py"), *((packages / p, "**/*.py") for p in _PACKAGES)]:
        found += islice(_docstrings_in(folder, pattern), most)
    return found


def _docstrings_in(folder: Path, pattern: str) -> Iterator[str]:
    for path in sorted(folder.glob(pattern)):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue  # a file written to be broken, for tests of its package
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield ast.get_docstring(node) or ""


def package_paragraphs() -> list[str]:
    """Return the paragraphs of the descriptions of all installed distributions."""
    descriptions = (found.read_text("METADATA") or "" for found in metadata.distributions())
    return [part for text in sorted(descriptions) for part in text.split("\n\n")]


def mixed_texts(count: int, seed: int) -> tuple[list[str], dict[str, int]]:
    """Return `count` distinct texts in random order, and how many came from where."""
    dice = np.random.default_rng(seed)
    sources = {
        "entailment": entailment_sentences(),
        "docstrings": docstrings(most=2 * count),
        "package paragraphs": package_paragraphs(),
    }
    texts: list[str] = []
    counts: dict[str, int] = {}
    for name, found in sources.items():
        distinct = [
            text for text in dict.fromkeys(map(str.strip, found)) if len(text) >= _SHORTEST
        ]
        wanted = min(round(count * _SHARES[name]), len(distinct))
        texts += [distinct[at] for at in dice.choice(len(distinct), wanted, replace=False)]
        counts[name] = wanted
    order = dice.permutation(len(texts))
    return [texts[at] for at in order], counts
