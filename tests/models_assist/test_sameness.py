"""Near-duplicates: what is found by sketches, and what may share a label."""

import numpy as np
import pytest

from models_assist.sameness import say_the_same
from models_assist.sketches import BANDS, KEY_BYTES, KEYS, letters, normal, shared, sketch

LONG = (
    "The committee met on a rainy morning in the old town hall and spoke for hours about the new "
    "bridge over the river which many people want because the old one is narrow and slow to cross"
)


def keys(text: str) -> list[int]:
    found: list[int] = np.frombuffer(sketch(normal(text), normal(text)), dtype="<u8").tolist()
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The film is good", "The film is not good"),
        ("The film is good", "The film isn't good"),
        ("The film is good", "The film is bad"),
        ("The film is good.", "The film is good?"),
        ("It costs 300 euros", "It costs 200 euros"),
        ("It grew by 5", "It grew by -5"),
        ("It grew by 5%", "It grew by 5"),
        ("Alice met Bob", "Alice met Tom"),
        ("Alice met Bob", "Bob met Alice"),
        ("I like it 🙂", "I like it 🙁"),
        ("这部电影好看", "这部电影不好看"),
        ("张三赢了", "李四赢了"),
        (LONG, LONG.replace("want", "never want")),
        (LONG, LONG.replace("want", "do want, says Smith,")),
        (LONG, LONG.replace("want", "dont want")),
        (LONG, LONG.replace("want", "hate")),
        (LONG, LONG.replace("narrow", "wide")),
        (LONG, LONG.replace("hours", "two hours")),
    ],
)
def test_texts_that_say_something_else_are_kept_apart(one: str, other: str) -> None:
    assert not say_the_same(one, other)
    assert not say_the_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The film is good", "THE  film is good!"),
        ("The film, is good", "the film is good ..."),
        ("A film of the year", "film of year"),
        ("It was 5.", "It was 5"),
        ("这部电影,很好看。", "这部电影很好看"),
        (LONG, LONG.replace("rainy", "very rainy")),
        (LONG, LONG.replace("new ", "")),
    ],
)
def test_texts_that_differ_in_nothing_that_tells_say_the_same(one: str, other: str) -> None:
    assert say_the_same(one, other)
    assert say_the_same(other, one)


def test_the_normal_form_forgets_width_case_and_white_space_alone() -> None:
    assert normal("  Ｆｉｌｍ\u3000 STRASSE \n ok") == normal("film straße ok")  # noqa: RUF001
    assert normal("film") != normal("film.")


def test_near_texts_share_a_band_and_others_do_not() -> None:
    near = LONG.replace("rainy", "very rainy")
    assert 0.85 < shared(letters(normal(LONG)), letters(normal(near))) < 1.0
    mine, theirs, other = keys(LONG), keys(near), keys(LONG[::-1])
    assert len(sketch("x", "x")) == KEYS * KEY_BYTES
    assert mine[0] != theirs[0]
    assert any(a == b for a, b in zip(mine[1:], theirs[1:], strict=True))
    assert not any(a == b for a, b in zip(mine, other, strict=True))
    assert keys("")[1:] == [0] * BANDS  # nothing to be near to


def test_the_share_of_found_pairs_is_that_of_the_formula() -> None:
    dice = np.random.default_rng(3)
    alphabet = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    found, expected = 0, 0.0
    for _ in range(150):
        text = "".join(dice.choice(alphabet, 200))
        other = text[:186] + "".join(dice.choice(alphabet, 14))
        likeness = shared(text, other)
        expected += 1 - (1 - likeness**4) ** 8
        found += any(a == b for a, b in zip(keys(text)[1:], keys(other)[1:], strict=True))
    assert found == pytest.approx(expected, abs=6)
