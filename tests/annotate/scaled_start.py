"""Prepare an empty external database: the tables, an owner, and what to sign in with.

usage: python -m tests.annotate.scaled_start   (DATABASE_URL in the environment)
"""

import json
import sys

import django
from django.core.management import call_command


def main() -> None:
    """Say the owner's API token and the secret of a one-time link, as JSON."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from annotate.models import (  # noqa: PLC0415 - after the set-up
        Organisation,
        OrganisationMembership,
        OrganisationRole,
        User,
    )
    from annotate.services.workforce import create_token, make_sign_in_link  # noqa: PLC0415

    owner = User.objects.create_user("owner")
    OrganisationMembership.objects.create(
        organisation=Organisation.objects.create(name="Scaled"),
        user=owner,
        role=OrganisationRole.OWNER,
    )
    token = create_token(user=owner, name="test")[1]
    link = make_sign_in_link(user=owner)[0]
    sys.stdout.write(json.dumps({"token": token, "link": link}) + "\n")


if __name__ == "__main__":
    main()
