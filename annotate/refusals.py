"""Every way the server says no, with an HTTP status, a code for scripts, and facts to mend it."""

from collections.abc import Iterable
from typing import Any, ClassVar

from labeling.problems import Problem


class Refusal(Exception):
    """The request was refused."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, message: str = "", **extra: Any) -> None:
        self.message = message or " ".join((self.__doc__ or "").split())
        self.extra = extra
        super().__init__(self.message)


class NotFound(Refusal):
    """There is nothing here, or it isn't yours."""

    code = "not_found"
    status = 404


class NotSignedIn(Refusal):
    """Sign in first, or send a token in the header «Authorization: Token <key>»."""

    code = "not_signed_in"
    status = 401


class Forbidden(Refusal):
    """Your role in this project may not do this. Ask a lead of the project."""

    code = "forbidden"
    status = 403


class WrongCredentials(Refusal):
    """The user name or the password is wrong."""

    code = "wrong_credentials"


class LinkUnusable(Refusal):
    """This sign-in link was used already, or has expired. Ask a lead for a new one."""

    code = "link_unusable"
    status = 410


class InvalidInput(Refusal):
    """Some of what was sent can't be taken; see the problems."""

    code = "invalid_input"

    @classmethod
    def of(cls, problems: Iterable[Problem], message: str = "") -> "InvalidInput":
        """The same refusal, with one entry for each problem and where it stands."""
        rows = [{"path": p.path, "code": p.code, "message": p.message} for p in problems]
        return cls(message or (rows[0]["message"] if len(rows) == 1 else ""), problems=rows)


class InvalidAnswer(InvalidInput):
    """The answer does not fit the questions; see the problems."""

    code = "invalid_answer"


class InvalidSchemaDocument(InvalidInput):
    """The label schema can't be used; see the problems."""

    code = "invalid_schema"


class InvalidPolicyDocument(InvalidInput):
    """The routing policy can't be used; see the problems."""

    code = "invalid_policy"


class NoGuideline(Refusal):
    """The project has no guideline yet: give it a label schema first."""

    code = "no_guideline"
    status = 409


class ProjectNotOpen(Refusal):
    """The project is paused or closed. A lead can open it."""

    code = "project_not_open"
    status = 409


class WorkPaused(Refusal):
    """You get no new items for now, since your answers told too little of late. What you hold is
    still taken. Look at your record, appeal what was scored wrong, or write to a lead."""

    code = "work_paused"
    status = 403


class CoolingDown(Refusal):
    """A short pause lies between two items for now, since your answers told less than most. Take
    the time to read the guideline again."""

    code = "cooling_down"
    status = 429


class NothingEasy(Refusal):
    """You get practice items only for now, since your answers told little of late, and you have
    seen them all. Look at your record, or write to a lead."""

    code = "nothing_easy"
    status = 409


class AppealExists(Refusal):
    """You have appealed against this already. Each judgment can be appealed once."""

    code = "appeal_exists"
    status = 409


class TooManyAppeals(Refusal):
    """Too many of your appeals wait for a decision. Wait until some are decided."""

    code = "too_many_appeals"
    status = 429


class AppealDecided(Refusal):
    """This appeal has been decided already."""

    code = "appeal_decided"
    status = 409


class OwnCase(Refusal):
    """It is your own ruling or your own judgment that is appealed. Somebody else has to decide."""

    code = "own_case"
    status = 403


class SubmissionReused(Refusal):
    """This submission id was used for another answer. Make a new id for a new answer."""

    code = "submission_reused"
    status = 409


class AlreadyDecided(Refusal):
    """The item has been decided meanwhile, so this can't change it any more."""

    code = "already_decided"
    status = 409


class WrongStage(Refusal):
    """The item is in a stage in which this can't be done."""

    code = "wrong_stage"
    status = 409


class AssignmentClosed(Refusal):
    """This assignment was skipped, so it takes no answer. Claim the next one."""

    code = "assignment_closed"
    status = 409


class HeldByAnother(Refusal):
    """Another expert is deciding this item now. Take the next one, or wait for the lease."""

    code = "held_by_other"
    status = 409


class JudgedItYourself(Refusal):
    """You judged this item yourself, so another expert has to decide it."""

    code = "judged_it_yourself"
    status = 403


class ReadAlready(Refusal):
    """You have read this dispute: another expert reads it now. Take the next one."""

    code = "read_already"
    status = 409


class WaitsForLead(Refusal):
    """This dispute waits for a lead of the project. Take the next one."""

    code = "waits_for_lead"
    status = 403


class TooManyHeld(Refusal):
    """You hold as many disputes as the policy allows. Decide one of them first."""

    code = "too_many_held"
    status = 409


class VotesShown(Refusal):
    """The votes are shown to you already, so an answer can't be blind any more. Decide now."""

    code = "votes_shown"
    status = 409


class SchemaInUse(Refusal):
    """The inputs can't change while the project has items, since these were made for them."""

    code = "schema_in_use"
    status = 409


class NameTaken(Refusal):
    """This name is taken. Choose another."""

    code = "name_taken"
    status = 409


class PictureRefused(Refusal):
    """The file can't be used as a picture. Send a JPEG, PNG or WebP."""

    code = "picture_refused"


class UploadGone(Refusal):
    """Nothing was received under this upload, or too long ago. Begin a new one."""

    code = "upload_gone"
    status = 404


class UploadOffset(Refusal):
    """These bytes do not begin where the received ones end. Go on from `received`."""

    code = "upload_offset"
    status = 409


class TooLarge(Refusal):
    """The file is too large."""

    code = "too_large"
    status = 413


class UnknownFormat(Refusal):
    """The format is not known. Use jsonl, csv or label_studio."""

    code = "unknown_format"


class JobNotRunning(Refusal):
    """The job has ended already, so it can't be cancelled."""

    code = "job_not_running"
    status = 409


class ReleaseNotReady(Refusal):
    """The release is still being built, or its build failed."""

    code = "release_not_ready"
    status = 409


class NothingToRelease(Refusal):
    """No item has a final label yet, so there is nothing to release."""

    code = "nothing_to_release"
    status = 409


class NoModel(Refusal):
    """There is no model here, so nothing can be predicted. People go on without it."""

    code = "no_model"
    status = 409


class TooManyRequests(Refusal):
    """Too many requests. Wait a moment."""

    code = "too_many_requests"
    status = 429
