"""The lock of an item leaves its key alone, so models and people do not wait for each other."""

import threading

import pytest
from django.db import connection, transaction

from annotate.models import Item, Prediction
from tests import make
from tests.annotate import acting

pytestmark = [pytest.mark.threads, pytest.mark.usefixtures("committed")]


def test_a_claim_does_not_pass_over_items_that_a_model_writes_about() -> None:
    project = make.project()
    make.items(project, 1)
    worker = make.worker(project)
    written, claimed = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # Django's keys are checked, and so lock the item, at the commit; here at once.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            item = Item.objects.get(project=project)
            Prediction.objects.create(item=item, question="q", label="x", score=0.5)
            written.set()
            claimed.wait(timeout=20)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert written.wait(timeout=20)
        leases = acting.claim(make.client_for(worker), project)
    finally:
        claimed.set()
        thread.join()
    assert len(leases) == 1
