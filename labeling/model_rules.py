"""What a model may do among people: the key "prediction" and the object at "model" of a policy."""

from dataclasses import dataclass
from typing import ClassVar

from labeling.problems import Problem, listed, pointer, shown
from labeling.questions import MOST_QUESTIONS, NAME_PATTERN, Question
from labeling.reading import Reader
from labeling.schema import LabelSchema
from labeling.votes import JSON

HIDDEN, AFTER_ANSWER, SHOWN = "hidden", "after_answer", "shown"
MODES = (HIDDEN, AFTER_ANSWER, SHOWN)
"""Of a question: workers never see what a model said; they see it once they have answered, as a
check; or it stands there from the start."""
BY_TYPE = "by_type"
"""Each question in the mode that suits its label type."""
PREDICTIONS = (*MODES, BY_TYPE)

# What is marked by hand is saved a good part of the work; a judgement is swayed by what is read
# first, and gains nothing (the studies stand in docs/decisions/0032-anchoring-measured.md).
_SHOWN_TYPES = frozenset({"spans", "boxes"})

ARRIVAL, BY_MODEL = "arrival", "model"
SMALLEST_BLIND_SHARE, LARGEST_SHARE = 0.05, 0.5


@dataclass(frozen=True, kw_only=True)
class ModelRules:
    """Whether a model says what is labelled next, and how what it does to people is measured."""

    order: str = ARRIVAL
    """`arrival`: first come, first labelled. `model`: what a model learns most from goes first."""
    blind_share: float = 0.15
    """With order `model`: the share of the items that chance alone picks, and of which nobody is
    shown a prediction. Only they say how good a model is."""
    control_share: float = 0.0
    """The share of the assignments of which the prediction is kept back, unseen by anybody, to
    measure what showing it does."""
    modes: tuple[tuple[str, str], ...] = ()
    """Questions that have a mode of their own."""

    KEYS: ClassVar[tuple[str, ...]] = ("order", "blind_share", "control_share", "modes")

    @property
    def is_by_model(self) -> bool:
        """Whether a model has a say in what is labelled next."""
        return self.order == BY_MODEL

    @property
    def kept_blind(self) -> float:
        """The share of the items that is kept blind now."""
        return self.blind_share if self.is_by_model else 0.0

    def to_json(self) -> dict[str, JSON]:
        """Return the document that `read_model_rules` reads."""
        return {**{key: getattr(self, key) for key in self.KEYS}, "modes": dict(self.modes)}

    def mode_of(self, question: Question, prediction: str) -> str:
        """Return the mode of a question, of MODES, under the policy's `prediction`."""
        own = dict(self.modes).get(question.id)
        if own is not None:
            return own
        if prediction != BY_TYPE:
            return prediction
        return SHOWN if question.type in _SHOWN_TYPES else AFTER_ANSWER

    def problems_with(self, schema: LabelSchema) -> list[Problem]:
        """Return which of the modes are of no question of the schema."""
        known = [question.id for question in schema.questions]
        return [
            Problem(
                path=pointer("model", "modes", name),
                code="unknown_question",
                message=f"{shown(name)} is no question. Name some of: {listed(known)}.",
            )
            for name, _ in self.modes
            if name not in known
        ]


def read_model_rules(parent: Reader) -> ModelRules:
    """Read the object at "model" of a policy; no key, as in older policies: the defaults."""
    reader = _child(parent, "model", "Send an object with order, blind_share and so on.")
    reader.refuse_other_keys(ModelRules.KEYS)
    default = ModelRules()
    return ModelRules(
        order=reader.option("order", default.order, (ARRIVAL, BY_MODEL)),
        blind_share=reader.number(
            "blind_share",
            default.blind_share,
            lowest=SMALLEST_BLIND_SHARE,
            highest=LARGEST_SHARE,
        ),
        control_share=reader.number(
            "control_share", default.control_share, lowest=0.0, highest=LARGEST_SHARE
        ),
        modes=_read_modes(reader),
    )


def _read_modes(parent: Reader) -> tuple[tuple[str, str], ...]:
    reader = _child(parent, "modes", "Send an object of question ids and their modes.")
    names = [name for name in reader.raw if NAME_PATTERN.fullmatch(name)]
    if len(names) < len(reader.raw) or len(names) > MOST_QUESTIONS:
        parent.report("modes", "wrong_value", '"modes" is wrong. Use question ids as its keys.')
        return ()
    return tuple((name, reader.option(name, HIDDEN, MODES)) for name in names)


def _child(parent: Reader, key: str, wanted: str) -> Reader:
    raw = parent.raw.get(key, {})
    if not isinstance(raw, dict):
        parent.report(key, "wrong_type", f'"{key}" is {shown(raw)}. {wanted}')
        raw = {}
    return Reader(raw, parent.problems, parent.path + pointer(key))
