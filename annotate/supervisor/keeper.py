"""Restarts a unit that ended, sooner at first and then with growing pauses, for ever."""

import time
from collections.abc import Callable

from annotate.supervisor.plan import Say
from annotate.supervisor.units import CannotStart, Unit

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 2.0
# Who has run this long was well: the next end counts as the first again.
_WELL_AFTER = 5.0
_WORRYING_RESTARTS = 5


class Keeper:
    def __init__(
        self, unit: Unit, say: Say, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.unit = unit
        self._say = say
        self._clock = clock
        self._restarts = 0
        self._started_at = 0.0
        self._restart_at: float | None = None

    def start(self) -> None:
        """The first start, whose failure is the caller's to handle."""
        self.unit.start()
        self._started_at = self._clock()

    def look(self) -> None:
        """Call it often; it returns at once unless a restart is due."""
        if self._restart_at is not None:
            if self._clock() >= self._restart_at:
                self._restart()
            return
        if not self.unit.is_running():
            self._plan_restart(self.unit.how_it_ended())

    def _plan_restart(self, reason: str) -> None:
        if self._clock() - self._started_at > _WELL_AFTER:
            self._restarts = 0
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self._restarts)
        self._restarts += 1
        self._restart_at = self._clock() + pause
        self._say(f"{self.unit.name} {reason}; starting it again in {pause:g} s.")
        if self._restarts >= _WORRYING_RESTARTS:
            self._say(
                f"{self.unit.name} has ended {self._restarts} times in a row. The lines above say "
                "why. Trying goes on; Ctrl-C stops it."
            )

    def _restart(self) -> None:
        self._restart_at = None
        self._started_at = self._clock()
        try:
            self.unit.start()
        except CannotStart as error:
            self._plan_restart(f"could not be started ({error})")
