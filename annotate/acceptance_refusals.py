"""The ways in which auto-accept, and labelling once, say no; see `refusals`."""

from annotate.refusals import Refusal


class NotForAutoAccept(Refusal):
    """Only the answers of one choice question can be accepted, and only where a label of that
    question alone is a whole answer."""

    code = "not_for_auto_accept"
    status = 409


class NoLearnedModel(Refusal):
    """Auto-accept needs a model that has learnt from labels of this project and was measured on
    some it had not seen. Let people settle more items first."""

    code = "no_learned_model"
    status = 409


class NothingSureEnough(Refusal):
    """The model is sure of too few open items: auditing them would take as long as labelling
    them. Choose a higher target or risk, or wait until there are more items."""

    code = "nothing_sure_enough"
    status = 409


class AcceptanceUnderWay(Refusal):
    """A batch of this question is under way. Finish or cancel it before the next."""

    code = "acceptance_under_way"
    status = 409


class AcceptanceStale(Refusal):
    """There is a newer model or guideline since this batch was drawn, so its audits prove nothing
    about today's answers. Cancel it and begin a new one."""

    code = "acceptance_stale"
    status = 409


class AcceptanceStateRefused(Refusal):
    """This batch is in a state in which that can't be done."""

    code = "acceptance_state"
    status = 409


class PromiseBroken(Refusal):
    """A batch of this model version broke its promise, so it is trusted with no more. Wait for
    the next version."""

    code = "promise_broken"
    status = 409


class AuditsOpen(Refusal):
    """Not all audits have a final label yet. A look at some of them would favour easy items."""

    code = "audits_open"
    status = 409


class NotProven(Refusal):
    """The audits do not prove yet that so few answers are wrong. Look again once more are done."""

    code = "not_proven"
    status = 409


class SpreadIsOn(Refusal):
    """What counts as a near-duplicate can't be changed while labels are spread by it or a search
    is running. Turn it off first, and wait until all is back with people."""

    code = "spread_is_on"
    status = 409
