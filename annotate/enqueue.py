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


def enqueue(
    task: str, *, queue: str = "default", lock: str | None = None, **arguments: int
) -> None:
    """Run `task` with ids as arguments once the transaction is committed.

    Of those with the same lock one runs at a time. This app knows no tasks, so it has to be told.
    """
    _app.configure_task(name=task, queue=queue, lock=lock, allow_unknown=True).defer(**arguments)


def enqueue_once(task: str, *, key: str, queue: str = "default", **arguments: int) -> None:
    """The same, unless a job with this key waits already: one will see all that changed."""
    deferrer = _app.configure_task(name=task, queue=queue, queueing_lock=key, allow_unknown=True)
    try:
        # A savepoint: the refused insert must not spoil the caller's transaction.
        with transaction.atomic():
            deferrer.defer(**arguments)
    except AlreadyEnqueued:
        return
