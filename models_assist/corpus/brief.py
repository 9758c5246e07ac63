"""What a process has to be told to speak for a project: it has no database."""

import hashlib
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from labeling.schema import LabelSchema
from models_assist.catalogue import ModelSpec
from models_assist.learners import LEARNERS
from models_assist.predicting import Answerer
from models_assist.readings import inputs_of
from models_assist.vectors import TextEncoder


class Told(NamedTuple):
    """A model version, as it is written down."""

    question: str
    version: int
    head: bytes
    """As its learner reads it."""
    spec: ModelSpec | None
    """Of an encoder of its own."""


@dataclass(frozen=True, kw_only=True)
class Brief:
    """The schema, the models in force, and who loads their encoders."""

    schema: dict[str, Any]
    told: tuple[Told, ...]
    encoder: ModelSpec
    space: str
    """Of the encoder: what the heads without one of their own were fitted over."""
    load_encoder: str
    """The dotted name of who loads it: only a process that reads needs torch."""
    load_model: str
    """The same of encoders that belong to a version."""

    def load(self, spec: ModelSpec) -> TextEncoder:
        """Raises `ModelUnavailable`."""
        room, _, name = (
            self.load_encoder if spec == self.encoder else self.load_model
        ).rpartition(".")
        encoder: TextEncoder = getattr(importlib.import_module(room), name)(spec)
        return encoder

    def answerers(self) -> list[Answerer]:
        """The models, ready to be asked."""
        schema = LabelSchema.from_json(self.schema)
        questions = {question.id: question for question in schema.questions}
        found = []
        for each in self.told:
            question = questions[each.question]
            head = LEARNERS[question.type].read(each.head, question)
            if head is None:
                message = f"Version {each.version} of {each.question} has other categories."
                raise ValueError(message)
            found.append(
                Answerer(
                    question=question,
                    version=each.version,
                    head=head,
                    readings=inputs_of(schema, question),
                    spec=each.spec,
                )
            )
        return found

    def specs(self) -> list[ModelSpec]:
        """Every encoder that is read with."""
        own = dict.fromkeys(each.spec for each in self.told if each.spec is not None)
        is_shared = any(each.spec is None for each in self.told)
        return [*([self.encoder] if is_shared else []), *own]

    def document(self) -> dict[str, Any]:
        """Who speaks, for people and for the import: versions with their hashes."""
        return {
            "schema": hashlib.sha256(_exact(self.schema)).hexdigest(),
            "encoder": self.space,
            "models": [
                {
                    "question": each.question,
                    "version": each.version,
                    "sha256": hashlib.sha256(each.head).hexdigest(),
                    "encoder": None if each.spec is None else each.spec.space,
                }
                for each in self.told
            ],
        }


def _exact(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True).encode()
