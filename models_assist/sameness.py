"""Whether two texts that look alike also say the same.

A vector and shared shingles do not tell "The film is good" from "The film is not good" well enough
to copy a label from one to the other. So the words in which two texts differ are looked at, and
the rule is one-sided: it is in doubt for "no". A pair that is left apart costs a judgment; one
that is taken for the same costs a wrong label.
"""

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from typing import Final, NamedTuple

MOST_WORDS: Final = 2000
"""Longer texts are duplicates only when they are equal."""
WORDS_A_CHANGE: Final = 20
"""In so many words one may stand in one text alone, if it is nothing that changes what is said."""

_WORD: Final = re.compile(r"[-+]?\d[\d.,:/]*%?|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]")  # noqa: RUF001 - an apostrophe of texts
_ARTICLES = """
a an the der die das den dem ein eine einen einem le la les un une el los las una il lo gli
的 啊 呀
"""
_TURNS = """
no not nor never none nothing nobody nowhere neither without cannot hardly barely scarcely
seldom rarely few little less least only except but however although though unless if may might
could would should almost nearly more all some any every half one two three four five six seven
eight nine ten eleven twelve hundred thousand million billion first second third before after
until from to against anti he she him her his hers they them their we us our you your i me my
mine it its
nicht kein keine keinen keiner nie niemals nichts niemand ohne weder kaum nur aber wenn ob
ne pas jamais rien personne sans ni aucun aucune mais seulement si peu
nunca jamás nada nadie sin ningún ninguno ninguna pero sólo solo
non mai niente nessuno senza né ma não nem ninguém sem mas
не нет ни никогда ничего никто без но только если
"""
_NOT: Final = re.compile(
    r"(ca|wo|do|does|did|is|was|are|were|has|had|have|could|would|should)n'?t"
)
"""Also as people write it in haste."""
_LIGHT: Final = frozenset(_ARTICLES.split())
"""Articles, and particles that only colour a sentence: alone they never change what is said."""
_TELLING: Final = frozenset(_TURNS.split())
"""What turns a sentence round or limits it, in some languages with capital letters. Whatever is
written without these (Chinese, Arabic, Thai, ...) tells something in any case."""
_CASELESS_WITHOUT_SPACES: Final = re.compile(
    "[\u2e80-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


class Word(NamedTuple):
    """A word of a text, or a sign that tells something."""

    plain: str
    """Without case."""
    is_name: bool
    """It has a capital letter, wherever it stands."""


def say_the_same(one: str, other: str) -> bool:
    """Whether a label of one text may stand for the other, as far as their words tell.

    Case, punctuation but for "?", and articles may differ. Beyond that one word in WORDS_A_CHANGE
    may stand in one of them alone, unless it is a number, a name, a negation or the like, or
    stands in the place of another word.
    """
    a, b = _words(one), _words(other)
    if max(len(a), len(b)) > MOST_WORDS:
        return False
    most = min(len(a), len(b)) // WORDS_A_CHANGE
    heavy = [Counter(each.plain for each in side if each.plain not in _LIGHT) for side in (a, b)]
    if ((heavy[0] - heavy[1]) + (heavy[1] - heavy[0])).total() > most:
        return False
    return _changes(a, b, most)


def _changes(a: list[Word], b: list[Word], most: int) -> bool:
    """Whether all that has to be put in or left out to make one of the other is harmless."""
    pair = SequenceMatcher(None, [w.plain for w in a], [w.plain for w in b], autojunk=False)
    changed = 0
    for kind, a_from, a_to, b_from, b_to in pair.get_opcodes():
        if kind == "equal":
            continue
        left, put = _heavy(a[a_from:a_to]), _heavy(b[b_from:b_to])
        if (left and put) or any(map(_is_telling, left + put)):
            return False
        changed += len(left) + len(put)
    return changed <= most


def _heavy(words: list[Word]) -> list[Word]:
    return [word for word in words if word.plain not in _LIGHT]


def _is_telling(word: Word) -> bool:
    # Digits, signs and scripts without capitals: what such a word does to a sentence is not known.
    is_caseless = word.plain.lower() == word.plain.upper()
    return (
        is_caseless
        or word.is_name
        or word.plain in _TELLING
        or _NOT.fullmatch(word.plain) is not None
    )


def _words(text: str) -> list[Word]:
    found = []
    for raw in _WORD.findall(unicodedata.normalize("NFKC", text).replace("’", "'")):  # noqa: RUF001
        if not raw[-1].isalnum() and not _is_sign(raw):
            raw = raw.rstrip(".,:/")  # noqa: PLW2901 - the full stop behind a number
            if not raw[-1:].isalnum():
                continue
        parts = list(raw) if _CASELESS_WITHOUT_SPACES.search(raw) else [raw]
        found += [Word(part.casefold(), part != part.lower()) for part in parts]
    return found


def _is_sign(raw: str) -> bool:
    """A question mark, a symbol (also an emoji), or a number with its unit."""
    return raw[-1] in "?%" or unicodedata.category(raw[-1]).startswith("S")
