"""What a model is measured by, and what experts decided, is found without all final labels."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotate", "0031_live_tokens")]

    operations = [
        migrations.AddIndex(
            model_name="finallabel",
            index=models.Index(
                condition=models.Q(("source__in", ["auto_accept", "spread"]), _negated=True),
                fields=["project", "created_at"],
                name="final_labels_of_people",
            ),
        ),
        migrations.AddIndex(
            model_name="finallabel",
            index=models.Index(
                condition=models.Q(("source", "adjudication")),
                fields=["project", "item"],
                name="items_decided_by_experts",
            ),
        ),
    ]
