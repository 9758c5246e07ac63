"""What a model is measured by is found without reading all final labels."""

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
    ]
