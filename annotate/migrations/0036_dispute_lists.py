"""What a list of disputes is filtered by has its index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotate", "0035_running_jobs")]

    operations = [
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["project", "opened_at"], name="disputes_by_age"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("is_for_leads", True)),
                fields=["project", "item"],
                name="disputes_for_leads",
            ),
        ),
    ]
