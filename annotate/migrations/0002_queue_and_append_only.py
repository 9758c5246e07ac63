"""The queue's functions, and triggers that keep what was said from being changed."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"

UNDO_APPEND_ONLY = """
DROP TRIGGER judgments_are_append_only ON annotate_judgment;
DROP TRIGGER final_labels_are_append_only ON annotate_finallabel;
DROP TRIGGER events_are_append_only ON annotate_event;
DROP TRIGGER guidelines_are_append_only ON annotate_guideline;
DROP TRIGGER policies_are_append_only ON annotate_policyversion;
DROP TRIGGER ready_releases_are_frozen ON annotate_release;
DROP FUNCTION refuse_change();
"""
UNDO_QUEUE = """
DROP FUNCTION release_expired_leases(int);
DROP FUNCTION claim_next_item(bigint, bigint, text, bigint, interval);
DROP FUNCTION enqueue_item(bigint, text);
DROP SEQUENCE queue_position;
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "queue.sql").read_text(), UNDO_QUEUE),
        migrations.RunSQL((SQL / "append_only.sql").read_text(), UNDO_APPEND_ONLY),
    ]
