"""The web process does not stop to look through what stays for ever."""

import subprocess
import sys

LEFT = """
import annotate.asgi, gc, sys
assert "annotate.api.work" in sys.modules
print(gc.get_freeze_count(), len(gc.get_objects()))
"""


def test_the_collector_leaves_what_the_start_has_made_alone() -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", LEFT], capture_output=True, text=True, check=True
    )
    frozen, walked = map(int, done.stdout.split())
    assert frozen > 100_000
    assert walked < frozen / 20
