"""Put work into the queue of jobs, inside the transaction that needs it.

Below the services, so that they can ask for work without knowing who does it; the handlers
stand above them, in `jobs/`.
"""

from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued

# An app of our own: inside the worker the shared one speaks over another connection, and a job
# would be enqueued although the transaction that asked for it was rolled back.
_app = App(connector=DjangoConnector())


def enqueue(task: str, *, lock: str | None = None, **arguments: int) -> None:
    """Run `task` with ids as arguments once the transaction is committed.

    Of those with the same lock one runs at a time, on all machines. This app knows no tasks: a
    lock that is written at the task itself would be ignored.
    """
    _app.configure_task(name=task, lock=lock, allow_unknown=True).defer(**arguments)


def enqueue_once(task: str, *, key: str, **arguments: int) -> None:
    """The same, unless a job with this key waits already: one will see all that changed."""
    deferrer = _app.configure_task(name=task, queueing_lock=key, allow_unknown=True)
    try:
        # A savepoint: the refused insert must not spoil the caller's transaction.
        with transaction.atomic():
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return
