"""What the server says when items need too many different things; see `refusals`."""

from typing import Any

from annotate.refusals import Refusal


class TooManyPools(Refusal):
    """The items of a project need too many different sets of qualifications. Use fewer, or
    several projects."""

    code = "too_many_pools"
    status = 409

    def __init__(self, **extra: Any) -> None:
        super().__init__(**extra)
