"""`python -m annotate.database start|stop|status DATA`: the embedded PostgreSQL by hand."""

import argparse
import sys
from pathlib import Path

from annotate import database


def main() -> int:
    arguments = _parser().parse_args()
    try:
        return int(arguments.run(arguments))
    except database.DatabaseProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m annotate.database", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, run, summary in (
        ("start", _start, "start it, with its database; attach if it runs already"),
        ("stop", _stop, "stop it in good order"),
        ("status", _status, "say whether it runs; exit code 3 when not"),
    ):
        command = commands.add_parser(name, help=summary)
        command.add_argument("data", type=Path, help="the data folder (DATA_DIR)")
        command.set_defaults(run=run)
        if name == "start":
            command.add_argument("--pg-bin", help="folder of the PostgreSQL programs")
    return parser


def _start(arguments: argparse.Namespace) -> int:
    server = database.start(arguments.data, pg_bin=arguments.pg_bin, say=_say, outlive_us=True)
    database.create_database(arguments.data)
    _say("PostgreSQL already runs" if server.attached else "PostgreSQL runs")
    _say(f"host={database.dsn_of(arguments.data)['HOST']} user=annotate dbname=annotate")
    return 0


def _stop(arguments: argparse.Namespace) -> int:
    _say("stopped" if database.stop(arguments.data) else "it did not run")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    state = database.status(arguments.data)
    _say(state)
    return 3 if state is database.State.STOPPED else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
