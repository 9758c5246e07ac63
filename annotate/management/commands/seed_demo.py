"""`manage.py seed_demo`: four small projects to try, on a server that has none."""

from typing import Any

from django.core.management.base import BaseCommand

from annotate.management.demo.seed.store import PEOPLE, seed_projects
from annotate.models import Project


class Command(BaseCommand):
    help = "Make an organisation with four small projects; does nothing when any project exists."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if Project.objects.exists():
            self.stdout.write("There are projects already; nothing was made.")
            return
        projects = seed_projects()
        names = ", ".join(project.name for project in projects)
        self.stdout.write(f"Made for {', '.join(PEOPLE)}: {names}.")
