"""The one Django app of the server."""

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage
from django.db.backends.signals import connection_created

from annotate.journal import watch_connection


class AnnotateConfig(AppConfig):
    name = "annotate"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Annotate"

    def ready(self) -> None:
        checks.register(_check_routes)
        connection_created.connect(watch_connection)


def _check_routes(**_kwargs: Any) -> list[CheckMessage]:
    """The door refuses to open when a route has no entry in the policy table."""
    # Imported when it runs: models are not loaded before, and most commands check nothing.
    from annotate.checks import (  # noqa: PLC0415
        every_label_type_is_whole,
        every_route_has_a_policy,
    )

    return [*every_route_has_a_policy(), *every_label_type_is_whole()]
