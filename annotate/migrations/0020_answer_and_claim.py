"""An answer, what follows from it and the next item in one statement."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"

UNDO = """
DROP FUNCTION answer_item(uuid, bigint, bigint, bigint, uuid, jsonb, text, boolean, int, int,
    bigint, bigint, text, jsonb, double precision, jsonb, bigint, bigint, interval, int);
DROP FUNCTION find_open_assignment(uuid, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0019_acceptance")]

    operations = [migrations.RunSQL((SQL / "answer.sql").read_text(), UNDO)]
