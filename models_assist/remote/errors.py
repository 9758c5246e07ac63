"""How an engine elsewhere can fail. No message holds what the engine wrote, nor the key.

EndpointError
├── EndpointRefused    it may not be asked, or does not let us in: asking again is of no use
├── EndpointFailed     it did not answer, or said that it cannot now
│   ├── EndpointBusy   it asks for a pause
│   └── EndpointLied   what it answered is no answer of its protocol
└── RequestDeclined    it answers, but will not do this one request
"""


class EndpointError(Exception):
    """Something about an engine elsewhere."""


class EndpointRefused(EndpointError):
    """It may not be asked, or does not let us in."""


class EndpointFailed(EndpointError):
    """It did not answer, or said that it cannot now."""


class EndpointBusy(EndpointFailed):
    """It asks for a pause of `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EndpointLied(EndpointFailed):
    """What it answered is no answer of its protocol."""


class RequestDeclined(EndpointError):
    """It will not do this one request: the text may be too long for its model."""
