"""Models that read pictures: their vectors, their classes, or what is where in them."""

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from transformers import BaseImageProcessor, PreTrainedModel

from models_assist.inputs import Picture
from models_assist.vectors import Encoded, States
from models_assist.words import Piece

PICTURES_AT_ONCE = 8
SQRT_2 = 2**0.5


class PictureReader:
    """What all models that read pictures share. Not thread safe, as `Encoder` is not."""

    def __init__(
        self,
        *,
        space: str,
        dimensions: int,
        model: PreTrainedModel,
        processor: BaseImageProcessor,
    ) -> None:
        self.space = space
        self.dimensions = dimensions
        self.bytes = sum(weight.nbytes for weight in model.parameters())
        self._model = model
        self._processor = processor
        self._takes = set(inspect.signature(model.forward).parameters)

    def encode(self, texts: Sequence[Picture]) -> Encoded:
        """A row a picture. Raises for one that cannot be read: the runtime finds out which."""
        rows = np.full((len(texts), self.dimensions), np.nan, dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(texts), PICTURES_AT_ONCE):
                part = texts[start : start + PICTURES_AT_ONCE]
                rows[start : start + len(part)] = self._rows(self._prepared(part)).cpu().numpy()
        broken = np.flatnonzero(~np.isfinite(rows).all(axis=1)).tolist()
        failed = dict.fromkeys(broken, "The model gave no finite numbers for this picture.")
        return Encoded(vectors=rows, failed=failed, space=self.space)

    def read_words(self, pieces: Sequence[Piece]) -> Encoded:  # noqa: ARG002 - of the protocol
        """There are none."""
        raise TypeError("a model of pictures reads no words")

    def _prepared(self, pictures: Sequence[Picture]) -> dict[str, torch.Tensor]:
        pixels = [picture.pixels for picture in pictures]
        if any(each.size == 0 for each in pixels):
            raise ValueError("a picture without pixels")  # else it would be taken for a black one
        prepared: Any = self._processor(
            images=pixels, return_tensors="pt", input_data_format="channels_last"
        )
        device = self._model.device
        return {name: each.to(device) for name, each in prepared.items() if name in self._takes}

    def _rows(self, prepared: dict[str, torch.Tensor]) -> torch.Tensor:
        """Vectors of unit length, (pictures, 2 widths): the state of the first token, which
        stands for the whole, beside the mean of the others (as Oquab et al. 2023, "DINOv2",
        arXiv 2304.07193, probe theirs)."""
        states: torch.Tensor = self._model(**prepared).last_hidden_state
        halves = [states[:, 0], states[:, 1:].mean(1)]
        return torch.cat([functional.normalize(half, dim=1) for half in halves], dim=1) / SQRT_2


class PictureClasses(PictureReader):
    """Shares of the model's classes, which sum to 1."""

    def _rows(self, prepared: dict[str, torch.Tensor]) -> torch.Tensor:
        logits: torch.Tensor = self._model(**prepared).logits
        return logits.softmax(dim=1)


class ManyPictureClasses(PictureReader):
    """Shares of classes of which several may be true at once."""

    def _rows(self, prepared: dict[str, torch.Tensor]) -> torch.Tensor:
        logits: torch.Tensor = self._model(**prepared).logits
        return logits.sigmoid()


class Detector(PictureReader):
    """Things in a picture, one a row of `Encoded.states`: left, top, right and bottom as shares of
    the picture's sides, then the share of each label."""

    def encode(self, texts: Sequence[Picture]) -> Encoded:
        """One picture at a time: what a batch is padded with would be looked at too."""
        found = [self._found(picture) for picture in texts]
        broken = [at for at, each in enumerate(found) if not np.isfinite(each).all()]
        return Encoded(
            vectors=np.zeros((len(texts), 0), dtype=np.float32),
            failed=dict.fromkeys(broken, "The model gave no finite numbers for this picture."),
            space=self.space,
            states=tuple(found),
        )

    def _found(self, picture: Picture) -> States:
        with torch.inference_mode():
            said = self._model(**self._prepared([picture]))
        # DETR and its kin: the last class is "nothing"; the others compete by a sigmoid each.
        logits = said.logits[0]
        shares = logits.softmax(-1)[:, :-1] if self._has_nothing(logits) else logits.sigmoid()
        middle_x, middle_y, width, height = said.pred_boxes[0].unbind(-1)
        edges = torch.stack(
            [
                middle_x - width / 2,
                middle_y - height / 2,
                middle_x + width / 2,
                middle_y + height / 2,
            ],
            dim=-1,
        )
        return np.asarray(torch.cat([edges, shares], dim=-1).cpu().numpy(), dtype=np.float32)

    def _has_nothing(self, logits: torch.Tensor) -> bool:
        return bool(logits.shape[-1] == self.dimensions + 1)
