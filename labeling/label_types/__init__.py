"""Every label type by its name: the one list there is."""

from typing import Any

from labeling.label_types.base import LabelType
from labeling.label_types.boxes import Boxes
from labeling.label_types.choice import Choice
from labeling.label_types.choices import Choices
from labeling.label_types.number import Number
from labeling.label_types.pairwise import Pairwise
from labeling.label_types.ranking import Ranking
from labeling.label_types.rating import Rating
from labeling.label_types.spans import Spans
from labeling.label_types.text import Text

LABEL_TYPES: dict[str, LabelType[Any]] = {
    label_type.name: label_type
    for label_type in (
        Choice(),
        Choices(),
        Rating(),
        Number(),
        Text(),
        Spans(),
        Boxes(),
        Pairwise(),
        Ranking(),
    )
}
