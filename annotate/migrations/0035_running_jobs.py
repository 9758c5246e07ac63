"""Whether a file is coming in is asked every three seconds, for ever."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotate", "0034_drafts")]

    operations = [
        migrations.AddIndex(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["kind"], name="running_jobs"
            ),
        ),
    ]
