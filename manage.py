#!/usr/bin/env python3
"""Django's command line, with the settings of Annotate."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import InterfaceError, OperationalError

from annotate.database.problems import DatabaseProblem

INTERRUPTED = 130  # as shells say it of Ctrl-C


def main(arguments: list[str]) -> None:
    """What can be mended from outside is said in a line; a mistake of ours keeps its traceback."""
    try:
        execute_from_command_line(arguments)
    except (ImproperlyConfigured, DatabaseProblem) as error:
        sys.exit(f"Error: {error}")
    except (OperationalError, InterfaceError) as error:
        sys.exit(
            f"Error: The database does not answer ({error}). Start the server (make run), and "
            "give this command the same DATA_DIR or DATABASE_URL."
        )
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate.settings")
    main(sys.argv)
