"""The models of this process: loaded on first use, wherever the jobs run.

The loader is named by a setting and imported when it is first needed, so that importing this
module costs a web process nothing and brings no torch with it.
"""

from functools import cache, partial

from django.conf import settings
from django.utils.module_loading import import_string

from models_assist.catalogue import DEFAULT_TEXT_ENCODER, ModelSpec
from models_assist.lanes import Served
from models_assist.registry import Registry
from models_assist.remote.embeddings import RemoteEncoder
from models_assist.runtime import Runtime
from models_assist.vectors import TextEncoder
from models_assist.weights import ModelUnavailable

INT8 = "int8"


@cache
def _registry() -> Registry:
    return Registry(_load, most_bytes=settings.MODEL_MEMORY_BYTES)


@cache
def runtime() -> Runtime:
    """The one runtime of this process."""
    _registry.cache_clear()
    served.cache_clear()
    registry = _registry()
    return Runtime(
        partial(registry.get, DEFAULT_TEXT_ENCODER),
        forget=partial(registry.forget, DEFAULT_TEXT_ENCODER),
        hang_seconds=settings.MODEL_HANG_SECONDS,
    )


@cache
def served(spec: ModelSpec) -> Served:
    """A model of the catalogue, for requests to the runtime that name it."""
    return Served(partial(_registry().get, spec), partial(_registry().forget, spec))


def _load(spec: ModelSpec) -> TextEncoder:
    if spec == DEFAULT_TEXT_ENCODER and settings.TEXT_ENCODER is not None:
        return RemoteEncoder(*settings.TEXT_ENCODER)
    if spec == DEFAULT_TEXT_ENCODER and settings.TEXT_ENGINE == INT8:
        return _load_int8(spec)
    loader = settings.ENCODER_LOADER if spec == DEFAULT_TEXT_ENCODER else settings.MODEL_LOADER
    encoder: TextEncoder = import_string(loader)(spec)
    return encoder


def _load_int8(spec: ModelSpec) -> TextEncoder:
    """Raises `ModelUnavailable`, also where the package is not installed: it is an extra."""
    try:
        load = import_string("models_assist.int8.load_int8")
    except ImportError as missing:
        reason = f"TEXT_ENGINE is {INT8}, but a package is missing ({missing})."
        advice = "Install requirements-int8.txt, or leave TEXT_ENGINE out."
        raise ModelUnavailable(reason, advice, "missing") from missing
    encoder: TextEncoder = load(spec, settings.DATA_DIR / "engines")
    return encoder
