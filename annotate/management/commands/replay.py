"""`manage.py replay`: what a policy would have bought of a recorded crowd, and how right it is."""

import time
from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from annotate.management.arguments import number_between, whole_from
from annotate.management.replay.run import QUEUE, Request, not_followed, run
from annotate.management.replay.texts import Model
from labeling.problems import Invalid
from labeling.replay.recording import BadRecording
from models_assist.weights import ModelUnavailable

NEEDED = " DIR holds labels.csv (item_id,worker_id,label) and gold.csv (item_id,gold)."
QUEUED = " With prices and classes --order queue follows rules and audits."
MODELS = {None: Model.WORDS, True: Model.LANGUAGE, False: Model.NONE}


class Command(BaseCommand):
    help = (
        "Replay DIR/labels.csv (item_id,worker_id,label) under a policy. A judgment is seen only "
        "after it is paid for; DIR/gold.csv (item_id,gold) scores, and answers as the expert."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR")
        parser.add_argument(
            "--policy",
            metavar="FILE",
            help="a policy document, or fixed:K, or agreement:KMIN,THETA,KMAX; "
            "default: the priced policy",
        )
        parser.add_argument("--seed", type=whole_from(0), default=0, help="default: %(default)s")
        parser.add_argument("--budget", type=number_between(0), metavar="COST_PER_ITEM")
        share, price = number_between(0, 1, is_above=True), number_between(0, is_above=True)
        parser.add_argument("--expert-accuracy", type=share, metavar="A", help="default: 0.95")
        parser.add_argument("--expert-cost", type=price, help="none is asked without a cost")
        parser.add_argument(
            "--order",
            choices=("random", "recorded", QUEUE),
            default="random",
            help="of each item's judgments; queue: hand out and decide as the server does",
        )
        parser.add_argument("--items", type=whole_from(1), help="so many, drawn by the seed")
        parser.add_argument(
            "--decisions",
            type=Path,
            metavar="FILE",
            help="with --order queue: what was decided of each item, a line each",
        )
        parser.add_argument(
            "--curve", action="store_true", help="accuracy after each bit of money"
        )
        parser.add_argument(
            "--model",
            action=BooleanOptionalAction,
            help="let a language model read DIR/items.csv (item_id,text), too; slow. "
            "Without it a model of the words alone reads it; --no-model: none does",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, *_args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            request = _request_of(options)
            numbers = run(request)
            ignored = not_followed(request)
        except Invalid as error:
            first = error.problems[0]
            raise CommandError(f"{first.path or 'The policy'}: {first.message}") from error
        except (BadRecording, ModelUnavailable, OSError, ValueError) as error:
            raise CommandError(_what_to_mend(error)) from error
        if ignored:
            self.stderr.write(f"Not followed in this replay: {', '.join(ignored)}.{QUEUED}")
        numbers["seconds"] = round(time.perf_counter() - started, 3)
        if options["json"]:
            self.stdout.write(orjson.dumps(numbers).decode())
            return
        for name, value in numbers.items():
            if name != "curve":
                self.stdout.write(f"{name:14} {value}")
        for row in numbers.get("curve", ()):
            self.stdout.write("  cost {:6.2f}  accuracy {:.4f}  crowd {}  expert {}".format(*row))


def _request_of(options: dict[str, Any]) -> Request:
    return Request(
        directory=options["directory"],
        policy=options["policy"],
        seed=options["seed"],
        budget=options["budget"],
        expert_accuracy=options["expert_accuracy"],
        expert_cost=options["expert_cost"],
        order=options["order"],
        items=options["items"],
        decisions=options["decisions"],
        has_curve=options["curve"],
        model=MODELS[options["model"]],
    )


def _what_to_mend(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"A file is not UTF-8 (byte {error.start + 1}). Save it as UTF-8."
    if isinstance(error, OSError):
        said = f"{error.filename}: {error.strerror}."
        is_ours = Path(str(error.filename)).name in {"labels.csv", "gold.csv"}
        return said + (NEEDED if is_ours else "")
    return str(error)
