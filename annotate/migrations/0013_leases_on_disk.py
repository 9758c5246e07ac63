"""A lease is on the disk when it is told: an answer to one that a crash forgot would be refused.

Databases made before have functions that let the commit of a claim return before the flush; in
those of today (`sql/`) the line is gone.
"""

from django.db import migrations

FORGET = """
DO $mend$
DECLARE
    v_function text;
BEGIN
    FOR v_function IN
        SELECT pg_get_functiondef(p.oid) FROM pg_proc p
          JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname = current_schema() AND p.prosrc LIKE '%synchronous_commit%'
    LOOP
        EXECUTE replace(
            v_function, $$PERFORM set_config('synchronous_commit', 'off', true);$$, '');
    END LOOP;
END
$mend$
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0012_job_error_code")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
