"""Which answer is better: a pairwise comparison and a rating, over three texts."""
# ruff: noqa: RUF001 - Chinese text has Chinese commas, and a product its sign

from typing import Any

from annotate.management.demo.seed.project import SeededProject, two_votes

_SCHEMA: dict[str, Any] = {
    "inputs": [
        {"id": "prompt", "type": "text", "title": "Question"},
        {"id": "left", "type": "text", "title": "Answer A"},
        {"id": "right", "type": "text", "title": "Answer B"},
    ],
    "questions": [
        {
            "id": "better",
            "type": "pairwise",
            "on": ["left", "right"],
            "title": "Which answer is better?",
            "allow_tie": True,
        },
        {
            "id": "helpful",
            "type": "rating",
            "title": "How helpful is the better one?",
            "min": 1,
            "max": 5,
            "anchors": {"1": "useless or wrong", "5": "could be sent as it is"},
        },
        {
            "id": "why",
            "type": "text",
            "title": "What decided it?",
            "required": False,
            "max_length": 500,
        },
    ],
}

_GUIDELINE = """# Which answer is better?

You see a question and two answers. Decide in this order, and stop at the first that differs:

1. **Right.** A wrong answer loses against a right one, however well it is written.
2. **Safe.** An answer that could hurt somebody who follows it loses.
3. **To the point.** It answers what was asked, without padding.
4. **Clear.** The asker could act on it without asking again.

Choose the tie only when all four are equal. Length alone decides nothing.
The rating is for the better answer alone; in a tie, for both.
"""

_PAIRS = (
    (
        "Why does bread go stale faster in the fridge?",
        "Starch crystallises fastest a little above freezing, so the crumb gets hard. Keep bread "
        "at room temperature for two days, and freeze the rest.",
        "The fridge is very dry and takes the water out of the bread. That is why it is stale.",
    ),
    (
        "How do I centre a block of known width with CSS?",
        "Use <center>.",
        "Give it a width and `margin-inline: auto`. Its parent must be a block container.",
    ),
    (
        "My child swallowed a button battery. She seems fine. What now?",
        "Call emergency services now, even if she seems fine: a battery can burn the gullet "
        "within two hours. Do not make her vomit.",
        "Most swallowed objects pass within two days. Watch her, and see a doctor on Monday.",
    ),
    (
        "Is 91 a prime number?",
        "No: 91 = 7 × 13.",
        "Yes. It is odd, does not end in 5, and its digits do not add up to a multiple of 3.",
    ),
    (
        "What is the difference between a virus and a bacterium?",
        "A bacterium is a living cell that feeds and divides by itself. A virus is genes in a "
        "coat and multiplies only inside a cell. So antibiotics help against bacteria alone.",
        "Both are germs that make us ill. Viruses are smaller, and bacteria are larger.",
    ),
    (
        "用一句话解释什么是通货膨胀。",
        "通货膨胀是指物价总水平持续上涨，同样的钱能买到的东西越来越少。",
        "通货膨胀就是国家印钱。",
    ),
    (
        "Translate: «Il pleut des cordes.»",
        "It is raining ropes.",
        "It's pouring. (Word for word: it rains ropes.)",
    ),
    (
        "How many moons does Mars have?",
        "Two: Phobos and Deimos.",
        "Mars has two moons, Phobos and Deimos, both found by Asaph Hall in 1877.",
    ),
    (
        "Which knot should I use to tie a boat to a ring?",
        "A round turn and two half hitches: it holds, and can be undone under load.",
        "Any knot will do if you tie it often enough. Many sailors use several knots at once.",
    ),
    (
        "Please make this politer: Send me the figures today.",
        "Could you send me the figures today, please? I need them for tomorrow's meeting.",
        "Could you send me the figures today, please?",
    ),
    (
        "Can I put bleach and vinegar in one bucket to clean better?",
        "Yes, both are strong cleaners, but open a window because of the smell.",
        "No. Together they give off chlorine gas, which injures the lungs. Use one of them, "
        "rinse, and never mix.",
    ),
    (
        "Explain recursion to a ten-year-old 🙂",
        "To open the last of your nested dolls you open the doll, and then do the very same with "
        "the doll inside, until one does not open. That is recursion.",
        "Recursion is when a function calls itself with a smaller argument until a base case.",
    ),
)


def better_answer() -> SeededProject:
    return SeededProject(
        name="Which answer is better?",
        description="Compare two answers to a question, and rate the better one.",
        guideline=_GUIDELINE,
        schema=_SCHEMA,
        policy=two_votes(
            threshold=0.9,
            dispute={"questions": ["better"], "on": "exhausted", "unsure_votes": 1},
        ),
        source="Invented for this demonstration",
        licence="CC0-1.0",
        rows=[
            {
                "external_id": f"pair-{number:02d}",
                "data": {"prompt": prompt, "left": left, "right": right},
            }
            for number, (prompt, left, right) in enumerate(_PAIRS, 1)
        ],
    )
