"""A third kind of model version: the strings that were marked before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotate", "0016_the_flywheel_port")]

    operations = [
        migrations.AlterField(
            model_name="modelversion",
            name="kind",
            field=models.CharField(
                choices=[("zero_shot", "Zero Shot"), ("head", "Head"), ("memory", "Memory")],
                max_length=9,
            ),
        ),
    ]
