"""Pixels survive the way through percent, to the last bit."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from labeling.formats.label_studio.geometry import (
    exact_number,
    percent_of_pixels,
    pixels_of_percent,
)
from tests.labeling.samples import calmly

sides = st.integers(min_value=1, max_value=1_000_000)


def there_and_back(pixels: float, side: int) -> float:
    percent = json.loads(percent_of_pixels(pixels, side), parse_float=exact_number)
    return pixels_of_percent(percent, side)


@calmly
@given(pixels=st.floats(min_value=0, max_value=1e6), side=sides)
def test_any_length_comes_back_as_the_same_float(pixels: float, side: int) -> None:
    assert there_and_back(pixels, side) == pixels


@calmly
@given(part=st.floats(min_value=0, max_value=1), side=sides)
def test_any_place_within_the_picture_comes_back(part: float, side: int) -> None:
    assert there_and_back(part * side, side) == part * side


@calmly
@given(tenths=st.integers(min_value=0, max_value=10_000_000), side=sides)
def test_what_people_draw_comes_back(tenths: int, side: int) -> None:
    assert there_and_back(tenths / 10, side) == tenths / 10


def test_a_plain_percentage_is_written_plainly() -> None:
    assert percent_of_pixels(50, 200) == "25.0"


def test_a_float_of_percent_would_not_do() -> None:
    pixels, side = 1.9999999999999998, 150
    percent = pixels * 100 / side
    near = [percent, math.nextafter(percent, 0), math.nextafter(percent, 2)]
    assert pixels not in [pixels_of_percent(lossy, side) for lossy in near]
    assert there_and_back(pixels, side) == pixels
