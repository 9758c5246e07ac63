"""The ways in which runs of language models say no; see `refusals`."""

from annotate.refusals import Refusal


class EndpointUnknown(Refusal):
    """No language model of this name may be asked here. Ask the administrator of the server."""

    code = "endpoint_unknown"
    status = 409


class NoConsent(Refusal):
    """Nobody has agreed yet that texts of this project go to that endpoint. A lead can do so."""

    code = "no_consent"
    status = 409


class NothingToAsk(Refusal):
    """No question of this project is about text, so a language model can't answer any."""

    code = "nothing_to_ask"
    status = 409


class LlmUnderWay(Refusal):
    """A run is under way in this project. Wait for its end, or cancel it."""

    code = "llm_under_way"
    status = 409


class EndpointRests(Refusal):
    """The endpoint failed, so the run ended. People go on without it; what was said stays, and
    the next run pays for none of it again."""

    code = "endpoint_rests"
    status = 409
