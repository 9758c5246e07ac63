"""How fast an account may work: against a script that answers what nobody can have read.

Kept in the memory of this process, since a row for each answer would cost far more than it is
worth: several web processes let through as many times as much. See decision 43.
"""

import threading
import time
from math import ceil

from django.conf import settings

from annotate.refusals import TooManyRequests

WINDOW_SECONDS = 600.0
MOST_KEPT = 10_000


class Pace:
    """So many requests at once, and then as many as come again in WINDOW_SECONDS.

    The generic cell rate algorithm (ITU-T I.371): of each account one number is kept, the moment
    at which nothing will be held against it any more.
    """

    def __init__(self) -> None:
        self._clear_at: dict[int, float] = {}
        self._lock = threading.Lock()

    def spend(self, user: int, *, most: int, now: float) -> float:
        """Count a request at `now`, in seconds; answers 0, or for how long none is let through.

        What is refused does not count.
        """
        with self._lock:
            clear_at = max(self._clear_at.get(user, now), now) + WINDOW_SECONDS / most
            # The last of `most` at once fills the window; sums of floats may be a little above.
            wait = clear_at - now - WINDOW_SECONDS
            if wait > 1e-6:
                return wait
            if len(self._clear_at) >= MOST_KEPT:
                self._forget(now)
            self._clear_at[user] = clear_at
            return 0.0

    def _forget(self, now: float) -> None:
        self._clear_at = {user: at for user, at in self._clear_at.items() if at > now}


_PACE = Pace()


def keep_pace(user: int) -> None:
    """Raises TooManyRequests when this account has claimed, answered and skipped too fast."""
    if (most := settings.WORK_RATE) <= 0:
        return
    wait = _PACE.spend(user, most=most, now=time.monotonic())
    if wait > 0:
        raise TooManyRequests(retry_after=ceil(wait))
