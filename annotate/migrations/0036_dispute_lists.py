"""The list of disputes has filters, with an index each, and saved views."""

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
        migrations.RemoveConstraint(model_name="savedview", name="names_of_own_views_differ"),
        migrations.AddField(
            model_name="savedview",
            name="of",
            field=models.CharField(
                choices=[("items", "Items"), ("disputes", "Disputes")],
                db_default="items",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("project", "user", "of", "name"), name="names_of_own_views_differ"
            ),
        ),
    ]
