"""Reading a label schema document: from JSON to inputs and questions, or every problem in it."""

from collections.abc import Mapping

from labeling.conditions import DEEPEST, MOST_PARTS, AllOf, AnyOf, Condition, Scalar, ValueIn
from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import LabelType
from labeling.problems import InvalidSchema, Problem, listed, pointer, shown
from labeling.questions import (
    CATEGORY_PATTERN,
    CATEGORY_RULE,
    COLOR_PATTERN,
    INPUT_TYPES,
    LONGEST_HELP,
    LONGEST_TITLE,
    MOST_CATEGORIES,
    MOST_INPUTS,
    MOST_QUESTIONS,
    NAME_PATTERN,
    NAME_RULE,
    Category,
    Input,
    Question,
)
from labeling.reading import Reader, read_object
from labeling.votes import JSON

COMMON_KEYS = ("id", "type", "title", "help", "required", "show_when")
"""The keys of a question of any label type."""


def read_schema(document: JSON) -> tuple[tuple[Input, ...], tuple[Question, ...]]:
    """Return the inputs and questions. Raises InvalidSchema with every problem."""
    problems: list[Problem] = []
    reader = read_object(document, problems, "The label schema")
    reader.refuse_other_keys(("inputs", "questions"))
    inputs = _read_inputs(reader)
    questions: list[Question] = []
    seen: set[str] = set()
    for entry in reader.objects("questions", fewest=1, most=MOST_QUESTIONS):
        question = _read_question(entry, inputs, questions)
        _refuse_repeated(entry, question.id if question else None, seen)
        if question is not None:
            questions.append(question)
    if problems:
        raise InvalidSchema(problems)
    return tuple(inputs.values()), tuple(questions)


def known_keys(label_type: LabelType[JSON]) -> tuple[str, ...]:
    """Return every key that a question of this label type may have."""
    keys = [*COMMON_KEYS, *label_type.limit_keys]
    if label_type.fewest_categories:
        keys.append("categories")
    if label_type.inputs_read or label_type.may_name_inputs:
        keys.append("on")
    return tuple(keys)


def _refuse_repeated(reader: Reader, name: str | None, seen: set[str]) -> None:
    if name is None or name == "":
        return
    if name in seen:
        message = f"The id {shown(name)} is taken by an earlier entry. Choose another one."
        reader.report("id", "duplicate_id", message)
    seen.add(name)


def _read_inputs(reader: Reader) -> dict[str, Input]:
    inputs: dict[str, Input] = {}
    seen: set[str] = set()
    for entry in reader.objects("inputs", fewest=1, most=MOST_INPUTS):
        entry.refuse_other_keys(("id", "type", "title"))
        name = entry.identifier(NAME_PATTERN, NAME_RULE)
        _refuse_repeated(entry, name, seen)
        kind = entry.option("type", "", INPUT_TYPES)
        title = entry.text("title", name, longest=LONGEST_TITLE)
        inputs[name] = Input(id=name, type=kind, title=title)
    return inputs


def _read_question(
    reader: Reader, inputs: Mapping[str, Input], earlier: list[Question]
) -> Question | None:
    """Return the question, or None when not even its label type is known."""
    name = reader.identifier(NAME_PATTERN, NAME_RULE)
    kind = reader.option("type", "", LABEL_TYPES)
    if kind == "":
        return None
    label_type = LABEL_TYPES[kind]
    reader.refuse_other_keys(known_keys(label_type))
    is_required = reader.flag("required", default=True)
    names_inputs = label_type.may_name_inputs and "on" in reader.raw
    fewest = label_type.fewest_categories
    categories = _read_categories(reader, fewest) if fewest and not names_inputs else ()
    on = _read_on(reader, label_type, inputs)
    if names_inputs and "categories" in reader.raw:
        message = 'The options are either "categories" or the inputs under "on". Remove one.'
        reader.report("on", "two_lists_of_options", message)
    count = max(len(on if names_inputs else categories), fewest)
    return Question(
        id=name,
        type=kind,
        title=reader.text("title", name, longest=LONGEST_TITLE),
        help=reader.text("help", "", longest=LONGEST_HELP),
        is_required=is_required,
        categories=categories,
        on=on,
        limits=label_type.read_limits(reader, is_required=is_required, categories=count),
        show_when=_read_show_when(reader, earlier),
    )


def _read_categories(reader: Reader, fewest: int) -> tuple[Category, ...]:
    seen: set[str] = set()
    categories = []
    for entry in reader.objects("categories", fewest=fewest, most=MOST_CATEGORIES):
        entry.refuse_other_keys(("id", "title", "description", "color"))
        name = entry.identifier(CATEGORY_PATTERN, CATEGORY_RULE)
        _refuse_repeated(entry, name, seen)
        color = ""
        if "color" in entry.raw:
            rule = "a color such as #2f9e44"
            color = entry.identifier(COLOR_PATTERN, rule, key="color")
        categories.append(
            Category(
                id=name,
                title=entry.text("title", name, longest=LONGEST_TITLE),
                description=entry.text("description", "", longest=LONGEST_HELP),
                color=color,
            )
        )
    return tuple(categories)


def _read_on(
    reader: Reader, label_type: LabelType[JSON], inputs: Mapping[str, Input]
) -> tuple[str, ...]:
    """Read the inputs a question looks at: one id, or a list when the type takes several."""
    fewest = most = label_type.inputs_read
    if label_type.may_name_inputs and "on" in reader.raw:
        fewest, most = label_type.fewest_categories, MOST_INPUTS
    if most == 0:
        return ()
    is_list = most > 1
    names = reader.entries("on", fewest=fewest, most=most) if is_list else [reader.raw.get("on")]
    found = []
    for index, name in enumerate(names):
        known = inputs.get(name) if isinstance(name, str) else None
        if known is None or known.type not in label_type.input_types:
            fitting = [item.id for item in inputs.values() if item.type in label_type.input_types]
            kinds = " or ".join(label_type.input_types)
            message = f"{shown(name)} is no {kinds} input. Name one of: {listed(fitting)}."
            place = pointer("on", index) if is_list else pointer("on")
            reader.problems.append(
                Problem(path=reader.path + place, code="unknown_input", message=message)
            )
        else:
            found.append(known)
    is_whole = is_list and len(found) == len(names)
    if is_whole and (len(set(found)) < len(found) or len({i.type for i in found}) > 1):
        message = "The inputs to compare must be different and of the same type. Name such ones."
        reader.report("on", "unlike_inputs", message)
    return tuple(item.id for item in found)


def _read_show_when(reader: Reader, earlier: list[Question]) -> Condition | None:
    if "show_when" not in reader.raw:
        return None
    place = Reader({}, reader.problems, reader.path + pointer("show_when"))
    return _read_condition(reader.raw["show_when"], place, {q.id: q for q in earlier}, DEEPEST)


def _read_condition(
    raw: JSON, place: Reader, earlier: Mapping[str, Question], depth: int
) -> Condition | None:
    """Return the condition, or None after noting at `place` what is wrong with it."""
    if not isinstance(raw, dict) or not raw.keys() & {"question", "all", "any"}:
        message = (
            f"This is {shown(raw)}. Write an object with the keys question and in, "
            "or the single key all or any."
        )
        place.report(None, "wrong_condition", message)
        return None
    if depth == 0:
        message = f"Conditions may nest {DEEPEST} deep at most. Make this one flatter."
        place.report(None, "nested_too_deep", message)
        return None
    reader = Reader(raw, place.problems, place.path)
    if "question" in raw:
        return _read_value_in(reader, earlier)
    key = "all" if "all" in raw else "any"
    reader.refuse_other_keys((key,))
    parts = []
    for index, entry in enumerate(reader.entries(key, fewest=1, most=MOST_PARTS)):
        inner = Reader({}, reader.problems, reader.path + pointer(key, index))
        part = _read_condition(entry, inner, earlier, depth - 1)
        if part is not None:
            parts.append(part)
    return AllOf(parts=tuple(parts)) if key == "all" else AnyOf(parts=tuple(parts))


def _read_value_in(reader: Reader, earlier: Mapping[str, Question]) -> Condition | None:
    reader.refuse_other_keys(("question", "in"))
    values = reader.entries("in", fewest=1, most=MOST_CATEGORIES)
    name = reader.raw["question"]
    question = earlier.get(name) if isinstance(name, str) else None
    if question is None:
        message = f"{shown(name)} is no earlier question. Name one of: {listed(earlier)}."
        reader.report("question", "unknown_question", message)
        return None
    possible = LABEL_TYPES[question.type].condition_values(question)
    if not possible:
        message = f'"{name}" is a {question.type} question. A condition cannot ask for its value.'
        reader.report("question", "unfit_question", message)
        return None
    wanted: list[Scalar] = []
    for index, value in enumerate(values):
        is_scalar = isinstance(value, str | int) and not isinstance(value, bool)
        if not is_scalar or value not in possible or value in wanted:
            known = listed(str(item) for item in possible)
            message = (
                f'{shown(value)} is no value of "{name}", or stands here twice. Use: {known}.'
            )
            place = reader.path + pointer("in", index)
            reader.problems.append(Problem(path=place, code="unknown_value", message=message))
        else:
            wanted.append(value)
    return ValueIn(question=question.id, values=tuple(wanted))
