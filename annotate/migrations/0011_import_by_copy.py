"""Keys that an import of a million rows can afford: see docs/decisions/0016-import-by-copy.md."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"
UNDO = """
ALTER TABLE annotate_item DROP CONSTRAINT an_item_is_of_its_source;
DROP FUNCTION known_external_ids(bigint, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0010_rules_and_budget")]

    operations = [
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                fields=["id", "project"], name="a_source_and_its_project"
            ),
        ),
        migrations.RunSQL((SQL / "intake.sql").read_text(), UNDO),
        migrations.AlterField(
            model_name="item",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="annotate.project",
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="source",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="annotate.source",
            ),
        ),
        migrations.AlterField(
            model_name="queueentry",
            name="item",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="queued",
                serialize=False,
                to="annotate.item",
            ),
        ),
    ]
