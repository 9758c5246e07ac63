"""One command runs it all: PostgreSQL, the web server and the worker, until it is told to stop."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from annotate.processes import die_with_parent
from annotate.supervisor.checks import check_port, hold_data_dir, is_healthy
from annotate.supervisor.keeper import Keeper
from annotate.supervisor.plan import Plan, Say
from annotate.supervisor.units import CannotStart, ChildUnit, DatabaseUnit, Unit

_LOOK_EVERY_SECONDS = 0.1
_SAY_EVERY_SECONDS = 10.0
# A stop takes ten seconds at most: what has not ended by itself in its share is killed. What the
# children leave of the time is PostgreSQL's, for its last checkpoint.
_STOP_SECONDS = 10.0
_CHILD_SECONDS = 3.0


class Supervisor:
    def __init__(self, plan: Plan, say: Say) -> None:
        self._plan = plan
        self._began = time.monotonic()
        self._say_plainly = say
        self._database = DatabaseUnit(plan, self._say) if plan.embedded_database else None
        self._children = [ChildUnit("web", plan.web(), plan)]
        if not plan.one_process:
            self._children.append(ChildUnit("worker", plan.manage("worker"), plan))
        self._keepers: list[Keeper] = []

    def run(self) -> int:
        """Returns the exit code: 0 after a stop that was asked for, 1 when it could not start."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup wants a hang-up to be ignored.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _interrupt)
        code = 0
        try:
            self._bring_up()
            self._watch()
        except KeyboardInterrupt:
            self._say("Stopping ...")
        except CannotStart as problem:
            self._say_plainly(f"Annotate cannot start. {problem}")
            code = 1
        finally:
            self._bring_down()
        return code

    def _bring_up(self) -> None:
        hold_data_dir(self._plan.data_dir)  # given back by the kernel when we end
        for child in self._children:
            child.stop_leftover(self._say)
        check_port(self._plan)
        if self._database:
            self._keep(self._database)
            self._say("PostgreSQL is ready.")
        links = self._prepare()
        # Most of the time of a start is Python reading modules. The worker reads the most, and
        # nobody waits for it: beside the web server it would only make that one late.
        web, *others = self._children
        self._keep(web)
        self._await_health()
        for child in others:
            self._keep(child)
        self._say_plainly(links)
        self._say("Annotate is running. Ctrl-C stops it.")

    def _keep(self, unit: Unit) -> None:
        keeper = Keeper(unit, self._say)
        self._keepers.append(keeper)  # first: a start that is cut short must be stopped too
        keeper.start()

    def _watch(self) -> None:
        while True:
            for keeper in self._keepers:
                keeper.look()
            time.sleep(_LOOK_EVERY_SECONDS)

    def _prepare(self) -> str:
        """Answers the sign-in links, to be shown once they lead somewhere."""
        self._say("Preparing the tables ...")
        demo = [] if self._plan.demo else ["--no-demo"]
        with self._manage("prepare", "--links", *demo) as prepare:
            links, _ = prepare.communicate()
        if prepare.returncode:
            hint = "" if self._database else " Is DATABASE_URL right, and is that server up?"
            raise CannotStart(f"`manage.py prepare` failed; the lines above say why.{hint}")
        return links.decode(errors="replace").rstrip()

    @contextmanager
    def _manage(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A management command in a child, since it opens the database and we must not."""
        process = subprocess.Popen(  # noqa: S603 - our own command
            self._plan.manage(*arguments),
            cwd=self._plan.base_dir,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - we have no threads
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def _await_health(self) -> None:
        self._say("Starting the web server ...")
        said = time.monotonic()
        while not is_healthy(self._plan):
            for keeper in self._keepers:
                keeper.look()
            if time.monotonic() - said > _SAY_EVERY_SECONDS:
                said = time.monotonic()
                self._say("Still waiting for the web server to answer /healthz ...")
            time.sleep(_LOOK_EVERY_SECONDS)

    def _bring_down(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not cut this short
        deadline = time.monotonic() + _STOP_SECONDS
        units = [keeper.unit for keeper in self._keepers]
        for child in [unit for unit in units if unit is not self._database]:
            child.stop(_CHILD_SECONDS)
        if self._database in units:
            self._database.stop(deadline - time.monotonic())
        if self._keepers:
            self._say("Everything has stopped.")

    def _say(self, line: str) -> None:
        self._say_plainly(f"[{time.monotonic() - self._began:5.1f} s] {line}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
