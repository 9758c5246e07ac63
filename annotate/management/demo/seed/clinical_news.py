"""Clinical news: spans, some nested, with choices, a rating and a text that appears when due."""
# ruff: noqa: RUF001 - Chinese text has Chinese commas, and a product its sign

from typing import Any

from annotate.management.demo.seed.project import SeededProject, two_votes

_SCHEMA: dict[str, Any] = {
    "inputs": [{"id": "text", "type": "text", "title": "News"}],
    "questions": [
        {
            "id": "mentions",
            "type": "spans",
            "on": "text",
            "title": "What is mentioned?",
            "help": "Mark every mention. A mention may lie inside a longer one.",
            "nested": True,
            "categories": [
                {"id": "disease", "title": "Disease", "color": "#e03131"},
                {"id": "drug", "title": "Drug or vaccine", "color": "#1971c2"},
                {"id": "body", "title": "Part of the body", "color": "#2f9e44"},
                {"id": "figure", "title": "Figure", "color": "#9c36b5"},
            ],
        },
        {
            "id": "topics",
            "type": "choices",
            "title": "What is it about?",
            "min": 1,
            "max": 2,
            "categories": [
                {"id": "treatment", "title": "Treatment"},
                {"id": "prevention", "title": "Prevention"},
                {"id": "harm", "title": "Harm"},
                {"id": "care", "title": "Organisation of care"},
            ],
        },
        {
            "id": "evidence",
            "type": "rating",
            "title": "How well is it supported?",
            "min": 1,
            "max": 5,
            "anchors": {"1": "a claim alone", "5": "a trial with figures"},
        },
        {
            "id": "which_harm",
            "type": "text",
            "title": "Which harm, and to whom?",
            "max_length": 300,
            "show_when": {"question": "topics", "in": ["harm"]},
        },
    ],
}

_GUIDELINE = """# Clinical news

Read the whole piece before you mark anything.

## Mentions

- **Disease**: the full name, "type 2 diabetes" and not "diabetes".
- **Drug or vaccine**: name and kind, without the dose.
- **Part of the body**: also inside a disease; in "lung cancer" mark "lung" too.
- **Figure**: the number with its unit, "12 %" or "300 patients".
- Mark a mention each time it occurs. Leave out blanks and punctuation around it.

## Topics

One or two. **Harm** is chosen when somebody was hurt or may be; then say which harm, and to whom.

## Support

1 when somebody merely says so, 3 when people were observed and counted, 5 when a trial compared
groups and gives figures. The importance of the news does not count.
"""

_TEXTS = (
    "A single dose of the new RSV vaccine kept 8 in 10 nursing-home residents out of hospital "
    "last winter, a trial with 2,400 volunteers found. Sore arms were the only common complaint.",
    "Two wards in Leeds have run without night-time noise since May: alarms go to the nurses' "
    "wrists. Patients sleep 52 minutes longer 😴, and nobody was found later than before.",
    "Regulators warn that the painkiller tolfenadine can inflame the liver. 31 people fell ill "
    "after taking it for more than two weeks; in three of them liver failure followed.",
    "苏州一家医院用手机提醒高血压患者按时服药。半年后，412名患者的平均收缩压下降了9毫米汞柱，没有人因低血压入院。",
    '"Turmeric cured my knee," says a retired goalkeeper in a video seen 4 million times. His '
    "doctor says osteoarthritis comes and goes, and that nobody has examined the knee since 2019.",
    "People with type 2 diabetes who walked for ten minutes after dinner had 12 % lower blood "
    "sugar the next morning. The study had 48 participants and no control group.",
    "研究人员比较了两种治疗早期肺癌的方案：手术后加用免疫药物的一组，三年内复发率为18%，单纯手术组为31%。",
    "Measles is back in the valley 🏔️: 14 children in two schools, none of them vaccinated. The "
    "health office offers the MMR vaccine in the gym on Saturday, free and without appointment.",
    "A hospital in Porto let pharmacists sit in on ward rounds. Dosing errors fell from 7 to 2 a "
    "week. The nurses' union likes it; the budget for it ends in March.",
    "Blood pressure tablets taken at night worked no better than those taken in the morning, a "
    "trial with 21,000 adults shows. Heart attack and stroke were equally rare in both groups.",
    "三名儿童在误食驱虫药后出现呕吐和嗜睡💊,均已康复。药监部门要求厂家在六个月内改用防儿童开启的瓶盖。",
    "After brain surgery, patients who heard music of their own choice asked for a third less "
    "morphine 🎵. Half of the 90 patients wore silent headphones, so the comparison is fair.",
)


def clinical_news() -> SeededProject:
    return SeededProject(
        name="Clinical news",
        description="Mark what short news say about medicine, and how well it is supported.",
        guideline=_GUIDELINE,
        schema=_SCHEMA,
        policy=two_votes(
            threshold=0.75,
            dispute={"questions": ["mentions", "topics"], "on": "exhausted", "unsure_votes": 1},
        ),
        source="Invented for this demonstration",
        licence="CC0-1.0",
        rows=[
            {"external_id": f"news-{number:02d}", "data": {"text": text}}
            for number, text in enumerate(_TEXTS, 1)
        ],
    )
