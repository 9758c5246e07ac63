"""`manage.py create_owner USERNAME`: an organisation, its owner, and a link to sign in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from annotate.management.arguments import text_of, username
from annotate.models import Organisation, OrganisationMembership, OrganisationRole
from annotate.services.workforce import find_or_create_user


class Command(BaseCommand):
    help = "Create an organisation with its owner, and print a one-time sign-in link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", type=username)
        parser.add_argument("--organisation", type=text_of(200), default="My organisation")

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        user = find_or_create_user(username=options["username"])
        organisation, _ = Organisation.objects.get_or_create(name=options["organisation"])
        OrganisationMembership.objects.update_or_create(
            organisation=organisation, user=user, defaults={"role": OrganisationRole.OWNER}
        )
        call_command("sign_in_links", options["username"], stdout=self.stdout)
