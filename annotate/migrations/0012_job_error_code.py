"""Why a job ended, for programs too: the code and the facts of a refusal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotate", "0011_import_by_copy")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="error_code",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
        migrations.AddField(
            model_name="job", name="error_extra", field=models.JSONField(db_default={})
        ),
    ]
