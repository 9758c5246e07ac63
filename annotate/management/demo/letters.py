"""Letters to a town hall, made from phrases: a text set with a known truth that may be shipped.

Each is about one thing, and some mention another in passing, so that not even a good reader of
words alone is always right. They are easier than letters that people write, and named as made.
"""

from random import Random
from typing import Any, NamedTuple

QUESTION = "office"
_PASSING_SHARE = 0.06

OFFICES: dict[str, tuple[str, str]] = {
    "roads": ("roads", "holes in the street, signs, traffic lights, pavements"),
    "waste": ("waste", "bins, rubbish, recycling, litter"),
    "parks": ("parks", "trees, playgrounds, benches, grass"),
    "noise": ("noise", "loud music, building work at night, barking dogs"),
}
_MATTERS: dict[str, tuple[str, ...]] = {
    "roads": (
        "there is a deep hole in front of {place}",
        "the traffic light by {place} has been dark since {day}",
        "cars race past {place} and nobody slows them down",
        "the pavement near {place} is broken and my wheelchair gets stuck",
        "a sign was knocked over at {place} on {day}",
    ),
    "waste": (
        "the bins at {place} were not emptied on {day}",
        "somebody left an old sofa and bags of rubbish by {place}",
        "glass is never collected from {place} any more",
        "rats have come to {place} because of the litter",
        "we were promised a container for paper near {place}",
    ),
    "parks": (
        "a branch fell from the old oak beside {place} on {day}",
        "the swing behind {place} has a loose chain",
        "all the benches by {place} are gone",
        "the grass around {place} is as high as my daughter",
        "nobody waters the young trees at {place}",
    ),
    "noise": (
        "music from {place} keeps us awake until three",
        "they drill at {place} before six, last on {day}",
        "a dog howls behind {place} all night",
        "the fans on the roof of {place} hum without a pause",
        "people shout outside {place} every {day}",
    ),
}
_PLACES = (
    *("the bakery", "the old school", "number 14", "the station", "the chapel", "the library"),
    *("our house", "the bridge", "the chemist's", "the bus stop", "the market hall", "the mill"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GREETINGS = ("Dear all", "Good morning", "To whom it may concern", "Hello", "Dear town hall")
_ENDINGS = (
    "Please look into it.",
    "This cannot go on.",
    "I wrote about it in spring, too.",
    "My neighbours say the same.",
    "Who is responsible?",
    "I would be glad of an answer.",
)


class Letter(NamedTuple):
    """A text, and the office that it is for."""

    id: str
    text: str
    office: str


def letters(count: int, seed: int) -> list[Letter]:
    """Letters that all differ, the same for a seed."""
    dice = Random(seed)  # noqa: S311 - no secret
    found: dict[str, str] = {}
    while len(found) < count:
        office, other = dice.sample(list(OFFICES), 2)
        main = _matter(office, dice)
        text = f"{dice.choice(_GREETINGS)}, {main}. {dice.choice(_ENDINGS)}"
        if dice.random() < _PASSING_SHARE:
            # It stands first, as those things do that are not the point.
            text = f"{dice.choice(_GREETINGS)}, I know that {_matter(other, dice)}, but I write "
            text += f"since {main}. {dice.choice(_ENDINGS)}"
        found[text] = office
    pairs = enumerate(found.items(), 1)
    return [Letter(f"letter-{number}", text, office) for number, (text, office) in pairs]


def _matter(office: str, dice: Random) -> str:
    phrase = dice.choice(_MATTERS[office])
    return phrase.format(place=dice.choice(_PLACES), day=dice.choice(_DAYS))


SCHEMA: dict[str, Any] = {
    "inputs": [{"id": "text", "type": "text", "title": "Letter"}],
    "questions": [
        {
            "id": QUESTION,
            "type": "choice",
            "title": "Which office is this letter for?",
            "categories": [
                {"id": name, "title": title, "description": description}
                for name, (title, description) in OFFICES.items()
            ],
        }
    ],
}
GUIDELINE = """# Which office is this letter for?

Choose what the letter was written about. What is mentioned in passing does not count.
"""
# One vote an item: the people of this demo are simulated, and what they cost is no part of it.
POLICY: dict[str, Any] = {
    "min_overlap": 1,
    "max_overlap": 1,
    "prediction": "hidden",
    "count_models": False,
    "ladder": False,
}
