"""The encoder of this process: loaded on first use, wherever the jobs run.

The loader is named by a setting and imported when it is first needed, so that importing this
module costs a web process nothing and brings no torch with it.
"""

from functools import cache, partial

from django.conf import settings
from django.utils.module_loading import import_string

from models_assist.catalogue import DEFAULT_TEXT_ENCODER, ModelSpec
from models_assist.registry import Registry
from models_assist.remote.embeddings import RemoteEncoder
from models_assist.runtime import Runtime
from models_assist.vectors import TextEncoder


@cache
def runtime() -> Runtime:
    """The one runtime of this process."""
    registry = Registry(_load, most_bytes=settings.MODEL_MEMORY_BYTES)
    return Runtime(
        partial(registry.get, DEFAULT_TEXT_ENCODER),
        forget=partial(registry.forget, DEFAULT_TEXT_ENCODER),
        hang_seconds=settings.MODEL_HANG_SECONDS,
    )


def _load(spec: ModelSpec) -> TextEncoder:
    if settings.TEXT_ENCODER is not None:
        return RemoteEncoder(*settings.TEXT_ENCODER)
    encoder: TextEncoder = import_string(settings.ENCODER_LOADER)(spec)
    return encoder
