"""What the server says when something it stands on is full or away; see `refusals`."""

from typing import Any

from annotate.refusals import Refusal


class StoreAway(Refusal):
    """The store of files does not answer just now, or refuses us. Send the same again in a
    moment; if it goes on, the log of the server says what the store answered."""

    code = "store_unavailable"
    status = 503

    def __init__(self, **extra: Any) -> None:
        super().__init__(retry_after=5, **extra)


class DiskFull(Refusal):
    """The disk of the server is full, so this was not kept. Nothing that was kept before is
    lost; send it again once there is room."""

    code = "disk_full"
    status = 507

    def __init__(self) -> None:
        super().__init__(retry_after=60)
