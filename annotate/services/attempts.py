"""Slow guessing down: how often an address or a person may try to sign in.

Counted in the database, so that it holds whichever web process is asked. See decision 38.
"""

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from annotate.models import SignInAttempts

MOST_ATTEMPTS = 20
WINDOW_SECONDS = 60

# The row's lock puts those of one key one after another. The statement's own time says whether it
# was let in: nobody else has the same.
_COUNT = """
INSERT INTO annotate_signinattempts AS a (key, times)
VALUES (%(key)s, ARRAY[statement_timestamp()])
ON CONFLICT (key) DO UPDATE SET times = (
    SELECT CASE WHEN count(*) < %(most)s
                THEN coalesce(array_agg(t ORDER BY t), '{}') || statement_timestamp()
                ELSE array_agg(t ORDER BY t) END
      FROM unnest(a.times) AS t
     WHERE t > statement_timestamp() - make_interval(secs => %(seconds)s))
RETURNING statement_timestamp() = ANY (times),
          extract(epoch FROM times[1] - statement_timestamp()) + %(seconds)s
"""


def count_attempt(*, who: str) -> float:
    """Note an attempt; answers 0, or in how many seconds the next one may be made.

    At most MOST_ATTEMPTS within WINDOW_SECONDS; what is refused does not count. No address is
    stored, but a hash that hangs on the server's secret.
    """
    key = salted_hmac("annotate.attempts", who, algorithm="sha256").hexdigest()
    values: dict[str, str | int] = {"key": key, "most": MOST_ATTEMPTS, "seconds": WINDOW_SECONDS}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        is_let_in, wait = cursor.fetchone()
    return 0.0 if is_let_in else max(float(wait), 1.0)


def forget_old_attempts() -> int:
    """Delete what is older than the window; answers of how many addresses and persons."""
    # The first of a row is the oldest, and the others came within a window of it.
    long_ago = Now() - timedelta(seconds=2 * WINDOW_SECONDS)
    return SignInAttempts.objects.filter(times__0__lt=long_ago).delete()[0]
