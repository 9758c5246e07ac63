"""The encoder of this process: loaded on first use, wherever the jobs run.

The loader is named by a setting and imported when it is first needed, so that importing this
module costs a web process nothing and brings no torch with it.
"""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from models_assist.catalogue import DEFAULT_TEXT_ENCODER
from models_assist.runtime import Runtime
from models_assist.vectors import TextEncoder


@cache
def runtime() -> Runtime:
    """The one runtime of this process."""
    return Runtime(_load)


def _load() -> TextEncoder:
    encoder: TextEncoder = import_string(settings.ENCODER_LOADER)(DEFAULT_TEXT_ENCODER)
    return encoder
