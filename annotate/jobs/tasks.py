"""What the worker runs. Each task names a kind of work and an id, and may run twice."""

import logging

from django.db import InterfaceError, OperationalError
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from annotate.documents import in_force
from annotate.models import Project
from annotate.queries.spending import budget_is_spent
from annotate.services.accept_items import accept_items, reopen_items, watch_audits
from annotate.services.advance_cases import advance_cases
from annotate.services.assign import release_expired_leases
from annotate.services.attempts import forget_old_attempts
from annotate.services.budget import settle_what_there_is
from annotate.services.bulk import act_on_items
from annotate.services.choose import choose_items
from annotate.services.count import count_trail
from annotate.services.decide_anew import MOST_AT_ONCE, end_overdue_looks
from annotate.services.drift import watch_drift
from annotate.services.gold import doubt_gold
from annotate.services.group_items import group_items
from annotate.services.import_file import import_file
from annotate.services.jobs import run_job
from annotate.services.keep_draft import forget_old_drafts
from annotate.services.ladder import measure_workers
from annotate.services.learn import start_due_lessons, teach_model
from annotate.services.list_items import list_new
from annotate.services.llm_speak import speak_by_llm
from annotate.services.mend_mapped import start_due_mendings
from annotate.services.prelabel import prelabel_items
from annotate.services.production import forget_old_predictions
from annotate.services.receive import forget_old_parts
from annotate.services.refresh import refresh_crowd, start_due_refreshes
from annotate.services.release import build_release
from annotate.services.remember import remember_due
from annotate.services.request_prelabel import wake_rested_models
from annotate.services.scan_models import scan_models
from annotate.services.seal import seal_trail
from annotate.services.similar_rules import start_due_groupings
from annotate.services.spread import follow_labels
from annotate.services.start_choices import start_due_choices
from annotate.services.start_tunings import start_due_tunings
from annotate.services.sweep_encoders import sweep_encoders
from annotate.services.tune import tune_model
from annotate.signed_in import SessionStore

logger = logging.getLogger(__name__)

# A worker that is killed leaves its job "doing"; the sweep below hands it out again.
MOST_RETRIES = 3
RETRY = RetryStrategy(max_attempts=MOST_RETRIES, wait=5)
# A model that breaks would break again; a database that is away comes back, so that is waited for,
# longer each time.
PASSING = (OperationalError, InterfaceError)
RETRY_PASSING = RetryStrategy(wait=5, linear_wait=10, retry_exceptions=PASSING)


def _attempts_left(context: JobContext) -> int:
    return max(MOST_RETRIES - context.job.attempts, 0)


@app.task(name="annotate.import", retry=RETRY, pass_context=True)
def run_import(context: JobContext, job_id: int) -> None:
    run_job(job_id, import_file, attempts_left=_attempts_left(context))


@app.task(name="annotate.prelabel", retry=RETRY_PASSING)
def run_prelabel(job_id: int) -> None:
    run_job(job_id, prelabel_items, attempts_left=1, tried_again=PASSING)


@app.periodic(cron="* * * * * */20")
@app.task(name="annotate.catalogue", queueing_lock="catalogue", lock="catalogue")
def catalogue(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """See what models an operator has put here since."""
    scan_models()


@app.task(name="annotate.teach", retry=RETRY_PASSING)
def run_teach(job_id: int) -> None:
    run_job(job_id, teach_model, attempts_left=1, tried_again=PASSING)


# Not the models' own queue: what takes minutes trains beside them, and one at a time is enough.
@app.task(name="annotate.tune", retry=RETRY_PASSING)
def run_tune(job_id: int) -> None:
    run_job(job_id, tune_model, attempts_left=1, tried_again=PASSING)


@app.task(name="annotate.llm")
def run_llm(job_id: int) -> None:
    run_job(job_id, speak_by_llm)


@app.task(name="annotate.choose", retry=RETRY, pass_context=True)
def run_choose(context: JobContext, job_id: int) -> None:
    run_job(job_id, choose_items, attempts_left=_attempts_left(context))


@app.task(name="annotate.release", retry=RETRY, pass_context=True)
def run_release(context: JobContext, job_id: int) -> None:
    run_job(job_id, build_release, attempts_left=_attempts_left(context))


@app.task(name="annotate.bulk", retry=RETRY, pass_context=True)
def run_bulk(context: JobContext, job_id: int) -> None:
    run_job(job_id, act_on_items, attempts_left=_attempts_left(context))


@app.task(name="annotate.group", retry=RETRY, pass_context=True)
def run_group(context: JobContext, job_id: int) -> None:
    run_job(job_id, group_items, attempts_left=_attempts_left(context))


@app.periodic(cron="* * * * * */3")
@app.task(name="annotate.spread", queueing_lock="spread", lock="spread")
def spread(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Give near-duplicates the labels that people settled since, or take them back."""
    follow_labels()


@app.task(name="annotate.accept", retry=RETRY, pass_context=True)
def run_accept(context: JobContext, job_id: int) -> None:
    run_job(job_id, accept_items, attempts_left=_attempts_left(context))


@app.task(name="annotate.reopen", retry=RETRY, pass_context=True)
def run_reopen(context: JobContext, job_id: int) -> None:
    run_job(job_id, reopen_items, attempts_left=_attempts_left(context))


@app.periodic(cron="* * * * * */10")
@app.task(name="annotate.audits", queueing_lock="audits")
def audits(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """See what the rolling audits of accepted batches say; take back what broke its promise."""
    watch_audits()


# The sixth field of a schedule is seconds.
@app.periodic(cron="* * * * * */10")
@app.task(name="annotate.reap", queueing_lock="reap")
def reap(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Give back the slots of leases that ran out."""
    while release_expired_leases(limit=500) == 500:
        continue
    while end_overdue_looks(limit=MOST_AT_ONCE) == MOST_AT_ONCE:
        continue


@app.periodic(cron="* * * * * */20")
@app.task(name="annotate.lessons", queueing_lock="lessons")
def lessons(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Teach and fine-tune the models of projects that have learnt enough, let them say what is
    next, and try those again that have rested."""
    start_due_lessons()
    start_due_tunings()
    start_due_choices()
    start_due_mendings()
    start_due_groupings()
    wake_rested_models()


@app.periodic(cron="* * * * * */5")
@app.task(name="annotate.memories", queueing_lock="memories")
def memories(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Remember the strings that were marked since."""
    remember_due()


@app.task(name="annotate.refresh", retry=RETRY)
def run_refresh(project_id: int, only_if_due: int = 0) -> None:
    """Learn the crowd of a project anew. Quiet work: nobody waits for it, so it is no Job."""
    project = Project.objects.get(pk=project_id)
    refresh_crowd(project=project, only_if_due=bool(only_if_due))
    if doubt_gold(project=project):
        refresh_crowd(project=project)  # without what is doubted now
    if budget_is_spent(project, in_force(project).policy):
        settle_what_there_is(project=project)
    measure_workers(project=project)


@app.periodic(cron="* * * * * */5")
@app.task(name="annotate.refreshes", queueing_lock="refreshes")
def refreshes(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Have the crowds learnt anew that said enough since."""
    start_due_refreshes()


@app.periodic(cron="* * * * * 30")
@app.task(name="annotate.seal", queueing_lock="seal", lock="seal")
def seal(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Seal the part of the trail to which nothing can come any more."""
    seal_trail()


@app.periodic(cron="* * * * * */3")
@app.task(name="annotate.count", queueing_lock="count", lock="count")
def count(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Bring the counters up to date with what was said since."""
    count_trail()


@app.periodic(cron="* * * * * */20")
@app.task(name="annotate.production", queueing_lock="production", lock="production")
def production(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Watch the drift of production, and follow its errors until they are fixed."""
    watch_drift()
    advance_cases()


@app.periodic(cron="* * * * * */3")
@app.task(name="annotate.list", queueing_lock="list", lock="list")
def list_items(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Bring the lists up to date with what came in and was settled since."""
    list_new()


@app.periodic(cron="* * * * * */15")
@app.task(name="annotate.sweep", queueing_lock="sweep")
async def sweep(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Hand the jobs of workers that died out again."""
    for job in await app.job_manager.get_stalled_jobs():
        logger.warning("job %s lost its worker and is handed out again", job.id)
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="annotate.forget", queueing_lock="forget")
def forget(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Forget what applications were told weeks ago, who tried to sign in yesterday, sessions that
    have ended, drafts of what is answered, and encoders that nobody goes back to."""
    forget_old_predictions()
    forget_old_attempts()
    SessionStore.clear_expired()
    forget_old_drafts()
    sweep_encoders()


@app.periodic(cron="17 3 * * *")
@app.task(name="annotate.tidy", queueing_lock="tidy", pass_context=False)
async def tidy(timestamp: int) -> None:  # noqa: ARG001 - the signature of a periodic task
    """Forget the queue's rows of jobs that ended days ago; our own Job rows stay."""
    await app.job_manager.delete_old_jobs(nb_hours=72)
    forget_old_parts()
