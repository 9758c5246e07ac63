"""`manage.py demo`: replay a recorded crowd against a running server, and print the funnel."""

import logging
import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

import httpx
import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotate.management.arguments import whole_from
from annotate.management.demo.check_release import BadRelease
from annotate.management.demo.client import ServerRefused, open_pool
from annotate.management.demo.learning import STEPS, LearningDemo
from annotate.management.demo.learning import numbers_of as numbers_of_learning
from annotate.management.demo.market import OutOfTurn
from annotate.management.demo.people import temporary_keys
from annotate.management.demo.report import lines_of, numbers_of
from annotate.management.demo.rte_project import POLICY_FILE
from annotate.management.demo.run import Demo, Outcome
from annotate.management.demo.waiting import GaveUp
from annotate.management.replay.run import write_decisions

MOST_ITEMS = 800
"""So many were recorded."""
MOST_LETTERS, LETTERS = 5000, 2500
"""An audit proves the more for its labels the more items it stands for."""


class Command(BaseCommand):
    help = (
        "Replay 164 recorded workers on textual entailment against a running server on this "
        "machine (`make run`), with the same DATA_DIR or DATABASE_URL as that server."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default=f"http://127.0.0.1:{settings.PORT}")
        parser.add_argument(
            "--items",
            type=_item_count,
            metavar="N",
            help=f"default: all {MOST_ITEMS}; with --model {LETTERS}, at most {MOST_LETTERS}",
        )
        parser.add_argument("--seed", type=whole_from(0), default=1, help="default: %(default)s")
        parser.add_argument("--json", action="store_true", help="end with one JSON object")
        parser.add_argument(
            "--model",
            action="store_true",
            help="in place of that: how the share that the model settles grows with the labels, "
            "on made-up letters of a town hall",
        )
        parser.add_argument(
            "--steps",
            type=whole_from(1),
            nargs="+",
            default=STEPS,
            metavar="N",
            help="with --model: after so many labels each it is taught and tried",
        )
        parser.add_argument(
            "--policy",
            type=Path,
            default=POLICY_FILE,
            metavar="FILE",
            help="another routing policy than rte/policy.json beside the recorded judgments",
        )
        parser.add_argument(
            "--decisions",
            type=Path,
            metavar="FILE",
            help="write what the server decided of each item, a line each, as `replay` does",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)  # it has a line for each request
        try:
            lines, numbers = self._learn(options) if options["model"] else self._replay(options)
        except httpx.TransportError as error:
            message = f"No server answers at {options['url']} ({error}). Start one: make run"
            raise CommandError(message) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        except (ServerRefused, GaveUp, OutOfTurn, BadRelease, ValueError) as error:
            raise CommandError(str(error)) from error
        for line in lines:
            self._say(line)
        if options["json"]:
            self._say(orjson.dumps(numbers).decode())

    def _replay(self, options: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
        try:
            policy = orjson.loads(options["policy"].read_bytes())
        except orjson.JSONDecodeError as error:
            message = f"{options['policy']} is not JSON ({error}). Write one policy document."
            raise CommandError(message) from error
        outcome = self._run(options, policy)
        if options["decisions"]:
            write_decisions(options["decisions"], outcome.told.decided)
        return list(lines_of(outcome)), numbers_of(outcome)

    def _learn(self, options: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
        began, count = time.monotonic(), options["items"] or LETTERS
        with open_pool(options["url"]) as pool, temporary_keys() as keys:
            pool.get("/healthz").raise_for_status()
            demo = LearningDemo(pool, keys, self._say)
            stages = demo.run(count=count, seed=options["seed"], steps=options["steps"])
        return [], numbers_of_learning(stages, began)

    def _run(self, options: dict[str, Any], policy: dict[str, Any]) -> Outcome:
        count = options["items"] or MOST_ITEMS
        if count > MOST_ITEMS:
            raise ValueError(f"--items {count}: only {MOST_ITEMS} were recorded. Ask for fewer.")
        with open_pool(options["url"]) as pool, temporary_keys() as keys:
            pool.get("/healthz").raise_for_status()
            demo = Demo(pool, keys, self._say)
            return demo.run(count=count, seed=options["seed"], policy=policy)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _item_count(raw: str) -> int:
    if not (raw.isdigit() and 1 <= int(raw) <= MOST_LETTERS):
        raise ArgumentTypeError(f"a number from 1 to {MOST_ITEMS}, with --model {MOST_LETTERS}")
    return int(raw)
