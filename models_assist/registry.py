"""Models in memory, within a budget of bytes: the one that was used longest ago leaves first."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable

from models_assist.catalogue import ModelSpec
from models_assist.vectors import TextEncoder

logger = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024


class Registry:
    """Loads each model once, warm, and keeps it while there is room. Safe among threads."""

    def __init__(self, load: Callable[[ModelSpec], TextEncoder], *, most_bytes: int) -> None:
        """`load` returns a model that has already read a text; `most_bytes` bounds the sum of
        `TextEncoder.bytes`. A model that is larger than that is kept alone."""
        self._load = load
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._models: OrderedDict[ModelSpec, TextEncoder] = OrderedDict()
        self._loading: dict[ModelSpec, threading.Lock] = {}

    def get(self, spec: ModelSpec) -> TextEncoder:
        """The model, loaded if need be; another thread that asks for the same one waits for it.

        Raises what loading raises, such as `ModelUnavailable`; the next call tries again.
        """
        with self._lock:
            loading = self._loading.setdefault(spec, threading.Lock())
        with loading:
            with self._lock:
                if spec in self._models:
                    self._models.move_to_end(spec)
                    return self._models[spec]
            model = self._load(spec)
            with self._lock:
                self._models[spec] = model
                self._make_room()
            return model

    def forget(self, spec: ModelSpec) -> None:
        """The next call loads it afresh."""
        with self._lock:
            self._models.pop(spec, None)

    @property
    def bytes(self) -> int:
        """What the models in memory take up together."""
        with self._lock:
            return self._sum()

    def _sum(self) -> int:
        return sum(model.bytes for model in self._models.values())

    def _make_room(self) -> None:
        while len(self._models) > 1 and self._sum() > self._most_bytes:
            spec, model = self._models.popitem(last=False)
            logger.info("%s leaves memory (%d MB).", spec.name, model.bytes // MEGABYTE)
