"""Workers are measured by their peers, too: the ladder is a key of the policy, not gold's.

Databases made before have functions that let a rung hold only where gold is planted; in those of
today (`sql/`) they ask `rung_obeyed`.
"""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "ladder.sql").read_text()
ASK = """
DO $mend$
DECLARE
    v_function text;
BEGIN
    FOR v_function IN
        SELECT pg_get_functiondef(p.oid) FROM pg_proc p
          JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname = current_schema() AND p.prosrc LIKE '%CASE WHEN p_gold_rate > 0 THEN f.rung END%'
    LOOP
        EXECUTE replace(
            v_function,
            'CASE WHEN p_gold_rate > 0 THEN f.rung END', 'rung_obeyed(f.rung, p_worker)');
    END LOOP;
END
$mend$
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0014_shown_predictions")]

    operations = [
        migrations.RunSQL(SQL, "DROP FUNCTION rung_obeyed(text, bigint)"),
        migrations.RunSQL(ASK, migrations.RunSQL.noop),
    ]
