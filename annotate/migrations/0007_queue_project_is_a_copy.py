"""The queue's project is a copy of its item's: the database checks the item's alone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotate", "0006_expert_readings")]

    operations = [
        migrations.AlterField(
            model_name="queueentry",
            name="project",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotate.project",
            ),
        ),
    ]
