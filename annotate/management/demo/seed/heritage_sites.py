"""Heritage sites: boxes and a choice on drawn pictures."""

from typing import Any

from annotate.management.demo.seed.buildings import (
    bridge,
    broad_tree,
    crack,
    gate,
    pagoda,
    pine,
    temple,
)
from annotate.management.demo.seed.drawing import DAWN, DUSK, MIST, NOON, Canvas
from annotate.management.demo.seed.project import SeededProject, two_votes

_SCHEMA: dict[str, Any] = {
    "inputs": [{"id": "picture", "type": "image", "title": "Picture"}],
    "questions": [
        {
            "id": "parts",
            "type": "boxes",
            "on": "picture",
            "title": "Where are they?",
            "help": "One box for each, as tight as you can.",
            "min_side": 8,
            "categories": [
                {"id": "roof", "title": "Roof", "color": "#e8590c"},
                {"id": "column", "title": "Column or post", "color": "#f08c00"},
                {"id": "arch", "title": "Arch", "color": "#6741d9"},
                {"id": "tree", "title": "Tree", "color": "#2f9e44"},
                {"id": "water", "title": "Water", "color": "#1971c2"},
            ],
        },
        {
            "id": "condition",
            "type": "choice",
            "title": "In what condition is the building?",
            "categories": [
                {"id": "sound", "title": "Sound", "description": "nothing is missing or cracked"},
                {"id": "worn", "title": "Worn", "description": "cracks, but all parts are there"},
                {"id": "damaged", "title": "Damaged", "description": "a part is missing"},
            ],
        },
    ],
}

_GUIDELINE = """# Heritage sites

## Boxes

- Draw one box around each roof, column, arch and tree that you can tell apart.
- A pagoda has one roof for each storey. A temple's gable counts as its roof.
- Broken columns are columns. A column hidden by more than half is left out.
- One box for all of the water, without its reflections in arches.
- The box touches the outermost pixels of the thing on all four sides.

## Condition

**Damaged** when a part is missing, **worn** when you see cracks but all parts are there, otherwise
**sound**. Judge the main building alone.
"""


def _lake_pagoda() -> bytes:
    canvas = Canvas(1, DAWN)
    canvas.sky(470, (930, 190))
    canvas.hills(470)
    canvas.ground(470)
    canvas.water(620, 800)
    pagoda(canvas, 520, 610, tiers=5, tile=(70, 92, 104))
    for x, size in ((170, 190), (270, 240), (860, 220), (1010, 170)):
        pine(canvas, x, 612, size)
    return canvas.to_jpeg()


def _hill_temple() -> bytes:
    canvas = Canvas(2, NOON)
    canvas.sky(500, (240, 150))
    canvas.hills(500)
    canvas.ground(500)
    temple(canvas, 600, 640, columns=6, lost=0)
    broad_tree(canvas, 130, 690, 300, (120, 150, 72))
    broad_tree(canvas, 1090, 670, 240, (132, 156, 84))
    return canvas.to_jpeg()


def _ruined_temple() -> bytes:
    canvas = Canvas(3, DUSK)
    canvas.sky(520, (860, 330))
    canvas.hills(520)
    canvas.ground(520)
    temple(canvas, 520, 660, columns=6, lost=2)
    pine(canvas, 1080, 700, 250)
    return canvas.to_jpeg()


def _old_bridge() -> bytes:
    canvas = Canvas(4, NOON)
    canvas.sky(430, (1010, 130))
    canvas.hills(430)
    canvas.ground(430)
    canvas.water(540, 800)
    bridge(canvas, 150, 1050, 440, arches=3)
    broad_tree(canvas, 90, 480, 230, (104, 146, 80))
    broad_tree(canvas, 1120, 470, 200, (112, 150, 88))
    return canvas.to_jpeg()


def _red_gate() -> bytes:
    canvas = Canvas(5, MIST)
    canvas.sky(480, (600, 210))
    canvas.hills(480)
    canvas.water(480, 800)
    gate(canvas, 600, 660)
    pine(canvas, 110, 560, 200)
    pine(canvas, 1110, 540, 170)
    return canvas.to_jpeg()


def _cracked_pagoda() -> bytes:
    canvas = Canvas(6, MIST)
    canvas.sky(500, (200, 170))
    canvas.hills(500)
    canvas.ground(500)
    pagoda(canvas, 700, 690, tiers=3, tile=(104, 84, 74))
    crack(canvas, 650, 622, 688)
    crack(canvas, 762, 626, 690)
    broad_tree(canvas, 250, 700, 330, (186, 120, 70))
    return canvas.to_jpeg()


def _two_pagodas() -> bytes:
    canvas = Canvas(7, DUSK)
    canvas.sky(480, (600, 250))
    canvas.hills(480)
    canvas.ground(480)
    canvas.water(650, 800)
    pagoda(canvas, 330, 640, tiers=4, tile=(62, 70, 92))
    pagoda(canvas, 870, 640, tiers=4, tile=(62, 70, 92))
    pine(canvas, 600, 646, 180)
    return canvas.to_jpeg()


def _bridge_and_gate() -> bytes:
    canvas = Canvas(8, DAWN)
    canvas.sky(440, (190, 170))
    canvas.hills(440)
    canvas.ground(440)
    canvas.water(560, 800)
    bridge(canvas, 90, 640, 460, arches=2)
    gate(canvas, 920, 600)
    pine(canvas, 720, 520, 150)
    return canvas.to_jpeg()


_PICTURES = {
    "lake-pagoda.jpg": _lake_pagoda,
    "hill-temple.jpg": _hill_temple,
    "ruined-temple.jpg": _ruined_temple,
    "old-bridge.jpg": _old_bridge,
    "red-gate.jpg": _red_gate,
    "cracked-pagoda.jpg": _cracked_pagoda,
    "two-pagodas.jpg": _two_pagodas,
    "bridge-and-gate.jpg": _bridge_and_gate,
}


def heritage_sites() -> SeededProject:
    return SeededProject(
        name="Heritage sites",
        description="Box the parts of old buildings, and say in what condition they are.",
        guideline=_GUIDELINE,
        schema=_SCHEMA,
        policy=two_votes(threshold=0.7),
        source="Drawn for this demonstration",
        licence="CC0-1.0",
        rows=[
            {"external_id": name.removesuffix(".jpg"), "data": {"picture": {"name": name}}}
            for name in _PICTURES
        ],
        pictures=_PICTURES,
    )
