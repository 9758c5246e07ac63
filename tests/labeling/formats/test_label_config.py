"""Label configs: the common part both ways, the rest refused by name."""

from dataclasses import replace

import pytest

from labeling.formats.label_studio import (
    UnsupportedLabelConfig,
    label_config_of_schema,
    schema_of_label_config,
)
from labeling.schema import LabelSchema
from tests.labeling.formats.samples import SCHEMA, read_one

EXAMPLE = """<?xml version="1.0"?>
<View>
  <!-- a comment -->
  <Header value="Read"/>
  <Text name="t" value="$text"/>
  <Image name="img" value="$Photo URL"/>
  <Labels name="NER tags" toName="t">
    <Label value="PER" background="#ff0000" hotkey="1"/>
    <Label value="\u7ec4\u7ec7" background="red"/>
  </Labels>
  <Choices name="sent" toName="t" choice="single" required="true">
    <Choice value="Very good" alias="pos" hint="clear&#10;praise"/><Choice value="Bad, really"/>
  </Choices>
  <Choices name="topics" toName="t" choice="multiple">
    <Choice value="a"/><Choice value="A"/>
  </Choices>
  <View visibleWhen="choice-selected" whenTagName="sent" whenChoiceValue="Bad, really">
    <TextArea name="why" toName="t" placeholder="Say why"
      visibleWhen="choice-selected" whenTagName="topics" whenChoiceValue="a,A"/>
  </View>
  <RectangleLabels name="\u7269" toName="img"><Label value="roof"/></RectangleLabels>
  <Rating name="stars" toName="t" maxRating="7"/>
</View>"""


EXAMPLE_SCHEMA = {
    "inputs": [
        {"id": "text", "type": "text"},
        {"id": "photo_url", "type": "image", "title": "Photo URL"},
    ],
    "questions": [
        {
            "id": "ner_tags",
            "title": "NER tags",
            "required": False,
            "type": "spans",
            "on": "text",
            "categories": [
                {"id": "PER", "color": "#ff0000"},
                {"id": "category_1", "title": "\u7ec4\u7ec7"},
            ],
            "nested": True,
        },
        {
            "id": "sent",
            "required": True,
            "type": "choice",
            "categories": [
                {"id": "pos", "title": "Very good", "description": "clear praise"},
                {"id": "Bad-really", "title": "Bad, really"},
            ],
        },
        {
            "id": "topics",
            "required": False,
            "type": "choices",
            "categories": [{"id": "a"}, {"id": "A"}],
        },
        {
            "id": "why",
            "required": False,
            "type": "text",
            "help": "Say why",
            "show_when": {
                "all": [
                    {"question": "sent", "in": ["Bad-really"]},
                    {"question": "topics", "in": ["a", "A"]},
                ]
            },
        },
        {
            "id": "question_1",
            "title": "\u7269",
            "required": False,
            "type": "boxes",
            "on": "photo_url",
            "categories": [{"id": "roof"}],
        },
        {"id": "stars", "required": False, "type": "rating", "min": 1, "max": 7},
    ],
}


def test_the_common_tags_become_inputs_and_questions() -> None:
    assert schema_of_label_config(EXAMPLE) == EXAMPLE_SCHEMA


def test_tasks_of_that_config_fit_the_schema() -> None:
    schema = LabelSchema.from_json(schema_of_label_config(EXAMPLE))
    task = """[{"data": {"text": "Anna", "Photo URL": "http://h/roof.png"}, "predictions": [{
        "result": [
          {"from_name": "NER tags", "value": {"start": 0, "end": 4, "labels": ["\u7ec4\u7ec7"]}},
          {"from_name": "sent", "value": {"choices": ["pos"]}},
          {"from_name": "\u7269", "original_width": 10, "original_height": 10, "value":
            {"x": 0, "y": 0, "width": 50, "height": 50, "rectanglelabels": ["roof"]}}]}]}]"""
    item = read_one("label_studio", task.encode(), schema)
    assert item.data["photo_url"]["name"] == "roof.png"
    assert item.predictions[0].answer == {
        "ner_tags": [{"start": 0, "end": 4, "category": "category_1"}],
        "sent": "pos",
        "question_1": [{"x": 0, "y": 0, "width": 5, "height": 5, "category": "roof"}],
    }


def test_a_number_keeps_its_limits_and_a_ranker_is_written_with_its_list() -> None:
    document = schema_of_label_config(
        '<View><Text name="t" value="$text"/>'
        '<Number name="n" toName="t" min="-2.5" max="10" step="0.5" required="true"/></View>'
    )
    (number,) = document["questions"]
    assert number == {
        "id": "n",
        "required": True,
        "type": "number",
        "min": -2.5,
        "max": 10,
        "step": 0.5,
    }
    again = schema_of_label_config(label_config_of_schema(LabelSchema.from_json(document)))
    assert again == document
    lines = label_config_of_schema(SCHEMA).splitlines()
    assert '  <List name="order_options" value="$order_options" title="order"/>' in lines
    assert '  <Ranker name="order" toName="order_options"/>' in lines
    assert '    <Bucket name="top" title="1-1"/>' in lines


def test_pairwise_names_two_inputs() -> None:
    document = schema_of_label_config(
        '<View><Text name="a" value="$left"/><Text name="b" value="$right"/>'
        '<Pairwise name="best" toName="a,b"/></View>'
    )
    assert document["questions"] == [
        {"id": "best", "required": False, "type": "pairwise", "on": ["left", "right"]}
    ]
    LabelSchema.from_json(document)


def test_a_schema_comes_back_from_its_own_config() -> None:
    document = SCHEMA.to_json()
    with pytest.raises(UnsupportedLabelConfig) as refusal:  # of a ranking, config tells no options
        schema_of_label_config(label_config_of_schema(SCHEMA))
    assert [problem.path for problem in refusal.value.problems] == ["/order", "/best"]
    whole = replace(SCHEMA, questions=tuple(q for q in SCHEMA.questions if q.type != "ranking"))
    again = LabelSchema.from_json(schema_of_label_config(label_config_of_schema(whole)))
    assert again.inputs == SCHEMA.inputs
    for question, original in zip(again.questions, whole.questions, strict=True):
        assert question.type == original.type
        assert question.on == original.on
        assert question.categories == original.categories
        assert question.is_required == original.is_required
    assert document == SCHEMA.to_json()


def test_conditions_and_awkward_characters_come_back() -> None:
    schema = LabelSchema.from_json(
        {
            "inputs": [{"id": "text", "type": "text"}],
            "questions": [
                {
                    "id": "text",
                    "type": "choice",
                    "title": 'a <b> & "c"',
                    "categories": [
                        {"id": "x", "title": "<&'\">", "description": "d", "color": "#00ff00"},
                        {"id": "y"},
                    ],
                },
                {
                    "id": "more",
                    "type": "rating",
                    "show_when": {"all": [{"question": "text", "in": ["x", "y"]}]},
                },
            ],
        }
    )
    config = label_config_of_schema(schema)
    again = LabelSchema.from_json(schema_of_label_config(config))
    assert again.questions[0].categories == schema.questions[0].categories
    assert again.questions[1].show_when is not None
    assert again.questions[1].show_when.to_json() == {"question": "text", "in": ["x", "y"]}
    assert again.inputs[0].id == "text"


BAD = {
    "doctype": ('<!DOCTYPE x [<!ENTITY a "b">]><View>&a;</View>', "invalid_xml", ""),
    "doctype of another charset": (
        '<?xml version="1.0" encoding="utf-7"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><View/>',
        "invalid_xml",
        "",
    ),
    "entity": ("<View>&a;</View>", "invalid_xml", ""),
    "broken": ("<View>", "invalid_xml", ""),
    "empty": ("", "invalid_xml", ""),
    "surrogate": ("<View>\ud800</View>", "invalid_xml", ""),
    "deep": ("<View>" * 60 + "</View>" * 60, "invalid_xml", ""),
    "huge": ("<View>" + " " * 1_000_000 + "</View>", "invalid_xml", ""),
    "control": ('<View><Taxonomy name="tax" toName="t"/></View>', "unsupported_tag", "/tax"),
    "object": ('<View><Audio name="a" value="$a"/></View>', "unsupported_tag", "/a"),
    "per region": (
        '<View><Text name="t" value="$t"/><Choices name="c" toName="t" perRegion="true"/></View>',
        "unsupported_tag",
        "/c",
    ),
    "target": ('<View><Labels name="l" toName="t"/></View>', "unsupported_tag", "/l"),
    "stars": ('<View><Rating name="r" maxRating="many"/></View>', "unsupported_tag", "/r"),
    "condition": (
        '<View><TextArea name="w" visibleWhen="region-selected"/></View>',
        "unsupported_tag",
        "/w",
    ),
}


@pytest.mark.parametrize(("xml", "code", "path"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_carried_over_is_named(xml: str, code: str, path: str) -> None:
    with pytest.raises(UnsupportedLabelConfig) as refusal:
        schema_of_label_config(xml)
    assert [(problem.code, problem.path) for problem in refusal.value.problems] == [(code, path)]


def test_all_problems_are_listed_at_once() -> None:
    with pytest.raises(UnsupportedLabelConfig) as refusal:
        schema_of_label_config('<View><Audio name="a"/><Taxonomy name="n" toName="a"/></View>')
    assert [problem.path for problem in refusal.value.problems] == ["/a", "/n"]
