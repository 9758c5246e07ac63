"""A submit takes the lock and stores the answer in one round trip."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
LOCK, _, _ = (SQL / "crowd.sql").read_text().partition("CREATE TRIGGER")
UNDO = f"""
{LOCK}
DROP FUNCTION take_judgment(uuid, bigint, uuid, jsonb, text, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0008_agreement_counters")]

    operations = [migrations.RunSQL((SQL / "hot.sql").read_text(), UNDO)]
