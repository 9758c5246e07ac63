"""The one Django app of the server."""

from django.apps import AppConfig
from django.core import checks


class AnnotateConfig(AppConfig):
    name = "annotate"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Annotate"

    def ready(self) -> None:
        # The door refuses to open when a route has no entry in the policy table.
        from annotate.checks import every_route_has_a_policy  # noqa: PLC0415

        checks.register(every_route_has_a_policy)
