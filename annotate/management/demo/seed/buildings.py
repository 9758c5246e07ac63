"""What stands in the landscapes: pagodas, temples, bridges, gates and trees."""

import math

from annotate.management.demo.seed.drawing import Canvas, Colour, Point, mix

_BLACK: Colour = (34, 30, 32)
_WHITE: Colour = (255, 255, 255)


def pagoda(canvas: Canvas, x: float, foot: float, *, tiers: int, tile: Colour) -> None:
    """Tiers grow smaller upwards, each under a roof whose eaves turn up."""
    wall, width, top = (186, 84, 62), 210.0, foot
    for _ in range(tiers):
        height = width * 0.34
        half = width / 2
        canvas.rectangle(x - half, top - height, x + half, top, wall)
        canvas.rectangle(x + half * 0.5, top - height, x + half, top, mix(wall, _BLACK, 0.18))
        for post in (-0.94, -0.34, 0.34, 0.94):
            canvas.rectangle(
                x + half * post - 4, top - height, x + half * post + 4, top, mix(wall, _BLACK, 0.4)
            )
        canvas.rectangle(x - 13, top - height * 0.72, x + 13, top, (66, 40, 38))
        top -= height
        _curved_roof(canvas, x, top, half=half * 1.42, height=height * 0.66, tile=tile)
        top -= height * 0.5
        width *= 0.79
    canvas.line([(x, top), (x, top - 52)], _BLACK, 5)
    for ring in range(4):
        canvas.ellipse(x, top - 14 - ring * 9, 9 - ring * 1.6, 3, (206, 164, 70))


def _curved_roof(
    canvas: Canvas, x: float, foot: float, *, half: float, height: float, tile: Colour
) -> None:
    def edge(sign: int) -> list[Point]:
        """From the ridge down to the eave, hollow as a hanging rope."""
        steps = [step / 12 for step in range(13)]
        return [
            (x + sign * half * (0.3 + 0.7 * s), foot - height * (1 - s) ** 1.9 - 12 * s**6)
            for s in steps
        ]

    outline = [*reversed(edge(-1)), *edge(1)]
    canvas.polygon([*outline, (x + half * 0.9, foot + 9), (x - half * 0.9, foot + 9)], tile)
    canvas.line(outline, mix(tile, _BLACK, 0.35), 4)
    for rib in range(-5, 6):
        bottom = x + half * 0.86 * rib / 5
        canvas.line(
            [(x + half * 0.3 * rib / 5, foot - height * 0.94), (bottom, foot + 5)],
            mix(tile, _BLACK, 0.16),
            2,
        )


def temple(canvas: Canvas, x: float, foot: float, *, columns: int, lost: int) -> None:
    """Columns under a pediment; `lost` of them, from the right, are broken off."""
    stone: Colour = (226, 212, 186)
    half = columns * 40.0
    for step in range(3):
        edge, y = half + 46 - step * 14, foot - 14 * step
        canvas.rectangle(x - edge, y - 14, x + edge, y, mix(stone, _BLACK, 0.1 * step))
    base, top = foot - 42, foot - 250
    left, right = x - half, x + half - lost * 80
    canvas.rectangle(left, top, right, base, mix(stone, _BLACK, 0.45))
    for number in range(columns):
        is_broken = number >= columns - lost
        height = base - 60 - 9 * number if is_broken else top
        _column(canvas, left + number * 80 + 40, base, height, stone)
    _pediment(canvas, left, right, top, whole=2 * half)


def _pediment(canvas: Canvas, left: float, right: float, foot: float, *, whole: float) -> None:
    """The beam and the gable over it, cut off where the columns end."""
    stone: Colour = (226, 212, 186)
    middle, eave, ridge = left + whole / 2, foot - 34, foot - 118
    is_cut = right < left + whole
    canvas.rectangle(left - 16, eave, right + (0 if is_cut else 16), foot, stone)
    gable = [(left - 24, eave), (middle, ridge), (left + whole + 24, eave)]
    if is_cut:
        fallen = (eave - ridge) * (right - middle) / (whole / 2 + 24)
        gable = [*gable[:2], (right, ridge + fallen), (right, eave)]
    canvas.polygon(gable, mix(stone, _WHITE, 0.2))
    canvas.line(gable[:3], mix(stone, _BLACK, 0.3), 5)


def _column(canvas: Canvas, x: float, base: float, top: float, stone: Colour) -> None:
    canvas.polygon([(x - 17, base), (x - 13, top), (x + 13, top), (x + 17, base)], stone)
    for flute in (-7, 0, 7):
        canvas.line(
            [(x + flute * 1.2, base - 4), (x + flute, top + 8)], mix(stone, _BLACK, 0.2), 2
        )
    canvas.rectangle(x - 20, base - 8, x + 20, base, mix(stone, _BLACK, 0.08))
    canvas.rectangle(x - 20, top, x + 20, top + 9, mix(stone, _WHITE, 0.25))


def bridge(canvas: Canvas, left: float, right: float, deck: float, *, arches: int) -> None:
    """A stone bridge with round arches, and its image in the water below."""
    stone: Colour = (176, 160, 142)
    span, foot = (right - left) / arches, deck + 118
    canvas.rectangle(left, deck, right, foot, stone)
    canvas.rectangle(left - 10, deck - 18, right + 10, deck, mix(stone, _WHITE, 0.2))
    water = mix(canvas.light.horizon, canvas.light.sky, 0.5)
    for arch in range(arches):
        middle = left + span * (arch + 0.5)
        radius = span * 0.38
        canvas.ellipse(middle, foot, radius, 92, mix(stone, _BLACK, 0.35))
        canvas.ellipse(middle, foot, radius - 9, 83, water)
    canvas.rectangle(left, foot, right, foot + 96, mix(water, canvas.light.sky, 0.3))
    for arch in range(arches):
        middle = left + span * (arch + 0.5)
        canvas.ellipse(middle, foot, span * 0.36, 74, mix(water, _WHITE, 0.12))
    for row in range(14):
        y = foot + 4 + row * 7
        canvas.line([(left, y), (right, y)], mix(water, stone, 0.4 - row * 0.026), 2)


def gate(canvas: Canvas, x: float, foot: float) -> None:
    """Two posts and two beams, red."""
    red: Colour = (204, 66, 44)
    for side in (-1, 1):
        canvas.polygon(
            [
                (x + side * 116 - 12, foot),
                (x + side * 100 - 10, foot - 250),
                (x + side * 100 + 10, foot - 250),
                (x + side * 116 + 12, foot),
            ],
            red if side < 0 else mix(red, _BLACK, 0.15),
        )
        canvas.rectangle(x + side * 116 - 17, foot - 26, x + side * 116 + 17, foot, _BLACK)
    beam = [(x + 170 * step / 10, foot - 262 - 16 * (step / 10) ** 2) for step in range(-10, 11)]
    canvas.line(beam, mix(red, _BLACK, 0.1), 26)
    canvas.line([(px, py - 15) for px, py in beam], _BLACK, 9)
    canvas.rectangle(x - 138, foot - 208, x + 138, foot - 190, red)
    canvas.rectangle(x - 14, foot - 252, x + 14, foot - 206, (96, 48, 38))


def crack(canvas: Canvas, x: float, top: float, bottom: float) -> None:
    """A jagged line down a wall."""
    points, y = [(x, top)], top
    while y < bottom:
        y += canvas.rng.uniform(12, 26)
        x += canvas.rng.uniform(-16, 16)
        points.append((x, min(y, bottom)))
    canvas.line(points, _BLACK, 5)


def pine(canvas: Canvas, x: float, foot: float, size: float) -> None:
    green: Colour = (54, 96, 74)
    canvas.rectangle(x - size * 0.05, foot - size * 0.25, x + size * 0.05, foot, (92, 66, 50))
    for layer in range(4):
        y, half = foot - size * (0.16 + 0.2 * layer), size * (0.3 - 0.055 * layer)
        colour = mix(green, _WHITE, 0.05 * layer)
        canvas.polygon([(x - half, y), (x, y - size * 0.34), (x + half, y)], colour)


def broad_tree(canvas: Canvas, x: float, foot: float, size: float, leaf: Colour) -> None:
    canvas.polygon(
        [
            (x - size * 0.06, foot),
            (x - size * 0.03, foot - size * 0.55),
            (x + size * 0.03, foot - size * 0.55),
            (x + size * 0.07, foot),
        ],
        (96, 70, 54),
    )
    for number in range(11):
        angle = number * 2.4
        reach = size * 0.09 * math.sqrt(number)
        shade = mix(leaf, _BLACK, 0.22 - 0.02 * number)
        canvas.ellipse(
            x + reach * math.cos(angle),
            foot - size * 0.7 + reach * 0.8 * math.sin(angle),
            size * 0.19,
            size * 0.17,
            shade,
        )
