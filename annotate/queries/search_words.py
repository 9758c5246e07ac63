"""The words by which an item is found: of its text when it is stored, of a person's when asked.

`to_tsvector` cuts no words out of Chinese or Japanese, and how it cuts others hangs on the
server's locale. So words are cut here: those of alphabets whole, signs that need no spaces in
pairs. See docs/decisions/0024-lists.md.
"""

import re
from collections.abc import Iterator
from typing import Any

MOST_CHARACTERS = 100_000
"""What stands beyond is not searched."""
LONGEST_WORD = 60
LONGEST_EXTERNAL = 200
_WORD = re.compile(r"[^\W_]+")
_DENSE = re.compile(
    r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
)


def words_of(data: dict[str, Any], external_id: str | None) -> list[str]:
    """The words of an item's texts, each once, and `=` with its external id."""
    text = " ".join(value for value in data.values() if isinstance(value, str))
    found = set()
    for part, is_dense in _parts(text[:MOST_CHARACTERS]):
        # The last sign stands alone too, so that one sign is found wherever it is.
        found.update([*_pairs(part), part[-1]] if is_dense else [part[:LONGEST_WORD]])
    if external_id:
        found.add(_external(external_id))
    return sorted(found)


def query_of(text: str) -> str:
    """A tsquery for all the words of `text`, the last one as a beginning; "" if it has none."""
    parts = list(_parts(text))
    words: list[str] = []
    for place, (part, is_dense) in enumerate(parts, start=1):
        if is_dense:
            words += [_quoted(pair) for pair in _pairs(part)] or [_begins(part)]
        else:
            words.append(_begins(part) if place == len(parts) else _quoted(part[:LONGEST_WORD]))
    return " & ".join(words)


def query_of_external(prefix: str) -> str:
    """A tsquery for external ids that begin with `prefix`, in small or capital letters."""
    return _begins(_external(prefix))


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of letters, and whether they are signs that need no spaces."""
    for run in _WORD.findall(text.lower()):
        for part in filter(None, _DENSE.split(run)):
            yield part, _DENSE.match(part) is not None


def _pairs(part: str) -> list[str]:
    return [part[at : at + 2] for at in range(len(part) - 1)]


def _external(text: str) -> str:
    return "=" + text.lower()


def _begins(word: str) -> str:
    return _quoted(word[:LONGEST_EXTERNAL]) + ":*"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
