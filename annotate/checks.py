"""The door refuses to open when a route has no entry in the policy table."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from annotate.api.base import Door
from annotate.policies import TABLE
from labeling.label_types import LABEL_TYPES
from labeling.label_types.base import LabelType

# Pages and probes that show nothing of anybody, each by its view's name; `metrics` asks for its
# own token.
PUBLIC_VIEWS = frozenset({"health", "ready", "metrics", "page", "not_found"})


def every_route_has_a_policy(**_kwargs: Any) -> list[CheckMessage]:
    """Django's start-up check: each route is a Door whose actions are in the table."""
    problems: list[CheckMessage] = []
    for route, callback in _routes(get_resolver().url_patterns):
        view = getattr(callback, "cls", None)
        if view is None:
            if getattr(callback, "__name__", "") not in PUBLIC_VIEWS:
                problems.append(Error(f"{route}: not a Door and not public", id="annotate.E001"))
            continue
        if not issubclass(view, Door):
            problems.append(Error(f"{route}: {view.__name__} is no Door", id="annotate.E002"))
            continue
        handled = {m for m in view.http_method_names if hasattr(view, m)} - {"options"}
        if handled != set(view.actions):
            problems.append(Error(f"{route}: actions of {view.__name__}", id="annotate.E003"))
        problems.extend(
            Error(f"{route}: {action} is not in the policy table", id="annotate.E004")
            for action in view.actions.values()
            if action not in TABLE
        )
    return problems


def every_label_type_is_whole(**_kwargs: Any) -> list[CheckMessage]:
    """Django's start-up check: a label type of somebody's own is one, under its own name."""
    return [
        Error(f"LABEL_TYPES[{name!r}]: no LabelType of this name", id="annotate.E005")
        for name, label_type in LABEL_TYPES.items()
        if not isinstance(label_type, LabelType) or label_type.name != name
    ]


def _routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback
