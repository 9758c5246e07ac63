"""The functions of the hot path: one round trip to lock, one to store, one to lease."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"

UNDO = """
DROP FUNCTION find_assignment(uuid, bigint);
DROP FUNCTION find_token(text);
DROP FUNCTION ask_again(bigint, bigint, text, int, text, text, jsonb);
DROP FUNCTION settle_item(bigint, bigint, jsonb, text, double precision, jsonb, bigint, bigint,
    bigint, uuid, bigint, text);
DROP FUNCTION take_leases(bigint, bigint, bigint, interval, int, boolean);
DROP FUNCTION store_judgment(uuid, uuid, jsonb, text, boolean, boolean, boolean, bigint);
DROP FUNCTION lock_for_submit(uuid, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0002_queue_and_append_only")]

    operations = [migrations.RunSQL((SQL / "judgment.sql").read_text(), UNDO)]
