"""What nobody needs without end, and would fill the server or keep it busy."""

from annotate.refusals import Refusal


class TooManyTokens(Refusal):
    """You have as many tokens as one person may have. Revoke one that is no longer needed."""

    code = "too_many_tokens"
    status = 409


class TooManyCorrections(Refusal):
    """This answer has been corrected so often that it stays as it is now. Go on with the next
    item, or tell a lead what makes this one hard."""

    code = "too_many_corrections"
    status = 409
