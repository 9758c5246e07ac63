"""Who may do what: one table, asked once at each door.

A door names its action; the table names the roles. What is not in the table is denied. A person
who has no part in a project learns nothing of it: for them it does not exist (404).
"""

from collections.abc import Mapping
from itertools import chain, islice
from typing import Any, Final, NamedTuple, TypeVar

from django.db.models import Model

from annotate.models import Guideline, PolicyVersion, Project, User, Worker
from annotate.prepared import Prepared, columns_of, flag, row_of, text
from annotate.refusals import Forbidden, NotFound

M = TypeVar("M", bound=Model)

OWNER: Final = "owner"
LEAD: Final = "lead"
EXPERT: Final = "expert"
CROWD: Final = "crowd"
APPLICATION: Final = "application"
SIGNED_IN: Final = "signed_in"
ANYONE: Final = "anyone"

MOST_ID: Final = 2**63 - 1
"""Ids are bigints."""

_LEADS: Final = frozenset({OWNER, LEAD})
# A lead tries out what an application will do.
_ASKERS: Final = frozenset({OWNER, LEAD, APPLICATION})
_DECIDERS: Final = frozenset({OWNER, LEAD, EXPERT})
_MEMBERS: Final = frozenset({OWNER, LEAD, EXPERT, CROWD})
# A lead may decide too, and an owner: as an expert or a lead of the project, with an own lease.
# That an owner is one is asked there.
_EXPERTS: Final = frozenset({OWNER, LEAD, EXPERT})
_CROWD: Final = frozenset({CROWD})
_SIGNED_IN: Final = frozenset({SIGNED_IN})
_ANYONE: Final = frozenset({ANYONE})

TABLE: Final[Mapping[str, frozenset[str]]] = {
    # Of everybody, or of everybody who is signed in.
    "session.read": _ANYONE,
    "session.open": _ANYONE,
    "session.close": _ANYONE,
    "api.read": _SIGNED_IN,
    "label_schema.read": _SIGNED_IN,
    "label_schema.check": _SIGNED_IN,
    "me.change": _SIGNED_IN,
    "me.set_password": _SIGNED_IN,
    "token.read": _SIGNED_IN,
    "token.create": _SIGNED_IN,
    "token.revoke": _SIGNED_IN,
    "home.read": _SIGNED_IN,
    "project.list": _SIGNED_IN,
    "project.create": _SIGNED_IN,  # and owner or lead of the organisation: asked there
    "job.read": _SIGNED_IN,  # and lead of its project: asked there
    "job.cancel": _SIGNED_IN,
    # Of a project.
    "project.read": _MEMBERS,
    "project.change": _LEADS,
    "guideline.read": _MEMBERS,
    "guideline.publish": _LEADS,
    "answer_schema.read": _MEMBERS,
    "policy.read": _DECIDERS,
    "policy.change": _LEADS,
    "policy.preview": _LEADS,
    "member.list": _LEADS,
    "member.add": _LEADS,
    "member.change": _LEADS,
    "member.invite": _LEADS,
    "member.skips": _LEADS,
    "member.overrule": _LEADS,
    "pool.list": _LEADS,
    "gold.list": _LEADS,
    "gold.decide": _LEADS,
    "media.upload": _LEADS,
    "media.read": _DECIDERS,
    "item.import": _LEADS,
    "item.list": _LEADS,
    "item.read": _LEADS,
    "item.why": _LEADS,
    "item.similar": _LEADS,
    "similar.read": _LEADS,
    "similar.decide": _LEADS,
    "item.resume": _LEADS,
    "item.bulk": _LEADS,
    "view.save": _LEADS,  # and only one's own is changed: asked there
    "job.list": _LEADS,
    "work.read": _CROWD,
    "work.claim": _CROWD,
    "record.read": _CROWD,
    "appeal.make": _CROWD,
    "appeal.list": _DECIDERS,
    "appeal.decide": _DECIDERS,  # but nobody's own case: asked there
    "assignment.submit": _CROWD,
    "assignment.check": _CROWD,
    "assignment.keep": _CROWD,
    "assignment.draft": _CROWD,
    "assignment.skip": _CROWD,
    "assignment.media": _CROWD,
    "assignment.similar": _CROWD,  # and where the project shows it: asked there
    "dispute.list": _DECIDERS,
    "dispute_view.save": _DECIDERS,  # and only one's own is changed: asked there
    "dispute.read": _DECIDERS,
    "dispute.precedents": _DECIDERS,
    "dispute.claim": _EXPERTS,
    "dispute.reveal": _EXPERTS,
    "dispute.escalate": _EXPERTS,  # a lead is told that there is nobody above: asked there
    "dispute.decide": _EXPERTS,
    "board.read": _LEADS,
    "model.read": _LEADS,
    "model.anchoring": _LEADS,
    "model.prelabel": _LEADS,
    "model.pin": _LEADS,
    "llm.read": _LEADS,
    "llm.consent": _LEADS,
    "llm.estimate": _LEADS,
    "llm.run": _LEADS,
    "model.choose": _LEADS,
    "production.predict": _ASKERS,
    "production.feedback": _ASKERS,
    "production.read": _LEADS,
    "production.change": _LEADS,
    "production.connect": _LEADS,
    "auto_accept.read": _LEADS,
    "auto_accept.decide": _LEADS,
    "export.read": _LEADS,
    "release.list": _LEADS,
    "release.create": _LEADS,
    "release.read": _LEADS,
    "event.list": _LEADS,
}


class Membership(NamedTuple):
    """A user's part in a project; `worker` is None for an owner of the organisation."""

    project: Project
    role: str
    worker: Worker | None
    user: User

    @property
    def permissions(self) -> list[str]:
        return sorted(action for action, roles in TABLE.items() if self.role in roles)


_OF_PROJECT: Final = columns_of(Project, "p")
_OF_GUIDELINE: Final = columns_of(Guideline, "g")
_OF_POLICY: Final = columns_of(PolicyVersion, "v")
_OF_WORKER: Final = columns_of(Worker, "w")
_PARTS: Final = (_OF_PROJECT, _OF_GUIDELINE, _OF_POLICY, _OF_WORKER)
_IS_OWNED: Final = """
    EXISTS (SELECT FROM annotate_organisationmembership o
             WHERE o.organisation_id = p.organisation_id AND o.user_id = {user}
               AND o.role = 'owner')
"""
# Nearly every request comes through here.
_MEMBERSHIP: Final = Prepared(
    "membership",
    f"""
    SELECT {_IS_OWNED.format(user="$2")},
           {", ".join(names for names, _ in _PARTS)}
      FROM annotate_project p
      LEFT JOIN annotate_guideline g ON g.id = p.guideline_id
      LEFT JOIN annotate_policyversion v ON v.id = p.policy_id
      LEFT JOIN annotate_worker w ON w.project_id = p.id AND w.user_id = $2 AND w.is_active
     WHERE p.id = $1
    """,  # noqa: S608 - the columns are fixed
    (flag, *chain.from_iterable(reads for _, reads in _PARTS)),
)


OWN_PART: Final = f"""
    {_IS_OWNED.format(user="t.user_id")},
    p.id, p.stage, p.guideline_id, p.policy_id, w.id, w.role
"""
"""What a claim needs to know of `t.user_id` in the project `p`, as the worker `w` if they are one.
"""
READS_PART: Final = (flag, int, text, int, int, int, text)


def own_part(user: User, row: tuple[Any, ...]) -> Membership:
    """The membership of a row of OWN_PART; columns that are not read stay deferred.

    Raises NotFound when the project does not exist or the user has no part in it.
    """
    is_owned, *of_project, worker_id, role = row
    if of_project[0] is None or not (is_owned or worker_id):
        raise NotFound
    project = Project.from_db("default", ["id", "stage", "guideline_id", "policy_id"], of_project)
    worker = worker_id and Worker.from_db("default", ["id", "role"], (worker_id, role))
    return Membership(project, OWNER if is_owned else role, worker, user)


def membership_of(user: User, project_id: int) -> Membership:
    """Raises NotFound when the project does not exist or the user has no part in it."""
    # Whoever types a number that no id can be is told what anybody is told of an id that is none.
    row = _MEMBERSHIP.first(project_id, user.pk) if 0 < project_id <= MOST_ID else None
    if row is None:
        raise NotFound
    is_owned, *values = row
    columns = iter(values)
    parts = [list(islice(columns, len(reads))) for _, reads in _PARTS]
    project = row_of(Project, parts[0])
    project.guideline = _known(Guideline, parts[1])
    project.policy = _known(PolicyVersion, parts[2])
    worker = _known(Worker, parts[3])
    if worker is not None:
        worker.project, worker.user = project, user
    if is_owned:
        return Membership(project, OWNER, worker, user)
    if worker is None:
        raise NotFound
    return Membership(project, worker.role, worker, user)


def _known(model: type[M], values: list[Any]) -> M | None:
    """None where the outer join found nothing."""
    return None if values[0] is None else row_of(model, values)


def application_membership(user: User, application_of: int, project_id: int) -> Membership:
    """An application's part in the project that its token is for.

    It stands for the lead who made the token, and ends with that lead's part in the project.

    Raises NotFound for any other project, and when the lead has none any more.
    """
    if application_of != project_id:
        raise NotFound
    lead = membership_of(user, project_id)
    if lead.role not in _LEADS:
        raise NotFound
    return lead._replace(role=APPLICATION, worker=None)


def require(role: str, action: str) -> None:
    """Raises Forbidden unless the table allows the action to the role."""
    if role not in TABLE[action]:
        raise Forbidden(action=action, role=role)
