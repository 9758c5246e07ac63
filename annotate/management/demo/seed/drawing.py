"""Draws landscapes with buildings: flat colours, soft light, the same picture every time."""

import math
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800
# Drawn larger and scaled down, so that edges are smooth.
_SCALE = 2
_QUALITY = 88

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Light:
    """The colours of an hour of the day."""

    sky: Colour
    horizon: Colour
    hills: Colour
    ground: Colour
    sun: Colour


DAWN = Light(
    sky=(128, 162, 206),
    horizon=(255, 218, 196),
    hills=(134, 150, 178),
    ground=(146, 160, 118),
    sun=(255, 240, 214),
)
NOON = Light(
    sky=(98, 166, 224),
    horizon=(222, 239, 248),
    hills=(122, 160, 156),
    ground=(140, 172, 98),
    sun=(255, 252, 232),
)
DUSK = Light(
    sky=(84, 80, 142),
    horizon=(250, 172, 120),
    hills=(112, 92, 132),
    ground=(116, 118, 92),
    sun=(255, 214, 150),
)
MIST = Light(
    sky=(186, 200, 208),
    horizon=(236, 238, 234),
    hills=(164, 180, 184),
    ground=(150, 166, 138),
    sun=(248, 248, 242),
)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` 0 is the one, 1 the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


class Canvas:
    """A picture in the making; all lengths are pixels of the finished picture."""

    def __init__(self, seed: int, light: Light) -> None:
        self.rng = Random(seed)  # noqa: S311 - for looks only
        self.light = light
        self._image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), light.horizon)
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: list[Point], colour: Colour) -> None:
        self._draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=colour)

    def rectangle(self, left: float, top: float, right: float, bottom: float, c: Colour) -> None:
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], c)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        box = [(x - rx) * _SCALE, (y - ry) * _SCALE, (x + rx) * _SCALE, (y + ry) * _SCALE]
        self._draw.ellipse(box, fill=colour)

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(width * _SCALE), joint="curve")

    def sky(self, horizon: float, sun: Point) -> None:
        for row in range(int(horizon)):
            share = (row / horizon) ** 1.4
            self.rectangle(0, row, WIDTH, row + 1, mix(self.light.sky, self.light.horizon, share))
        for ring in range(6, -1, -1):
            glow = mix(self.light.sun, self.light.horizon, ring / 8)
            self.ellipse(*sun, 34 + ring * 9, 34 + ring * 9, glow)

    def hills(self, horizon: float) -> None:
        for layer in range(3):
            colour = mix(self.light.horizon, self.light.hills, 0.45 + 0.25 * layer)
            phase, height = self.rng.uniform(0, 6), 120 - 30 * layer
            ridge = [
                (
                    float(x),
                    horizon
                    - height * (0.55 + 0.3 * math.sin(x / 210 + phase))
                    - 14 * math.sin(x / 47 + 2 * phase),
                )
                for x in range(0, WIDTH + 20, 20)
            ]
            self.polygon([*ridge, (WIDTH, horizon), (0, horizon)], colour)

    def ground(self, top: float) -> None:
        for row in range(int(top), HEIGHT):
            share = (row - top) / (HEIGHT - top)
            colour = mix(mix(self.light.ground, (255, 255, 255), 0.18), self.light.ground, share)
            self.rectangle(0, row, WIDTH, row + 1, colour)

    def water(self, top: float, bottom: float) -> None:
        deep = mix(self.light.sky, (30, 60, 90), 0.35)
        for row in range(int(top), int(bottom)):
            share = (row - top) / (bottom - top)
            self.rectangle(0, row, WIDTH, row + 1, mix(self.light.horizon, deep, 0.25 + share / 2))
        for _ in range(70):
            y = self.rng.uniform(top + 6, bottom - 4)
            x, length = self.rng.uniform(-20, WIDTH), self.rng.uniform(14, 90)
            shine = mix(self.light.horizon, self.light.sun, 0.5)
            self.line([(x, y), (x + length, y)], shine, 1.5)

    def to_jpeg(self) -> bytes:
        out = BytesIO()
        self._image.reduce(_SCALE).save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()
