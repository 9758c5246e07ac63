"""What of the model each assignment showed, and what a worker said before it was shown."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER first_answers_are_append_only BEFORE UPDATE OR DELETE ON annotate_firstanswer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
UNDO = "DROP TRIGGER first_answers_are_append_only ON annotate_firstanswer;"


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0024_what_to_label_next"),
    ]

    operations = [
        migrations.CreateModel(
            name="FirstAnswer",
            fields=[
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="first_answer",
                        serialize=False,
                        to="annotate.assignment",
                    ),
                ),
                ("answer", models.JSONField()),
                ("was_checked", models.BooleanField()),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
        migrations.AddField(
            model_name="assignment",
            name="display",
            field=models.CharField(
                choices=[
                    ("hidden", "Hidden"),
                    ("nothing", "Nothing"),
                    ("shown", "Shown"),
                    ("after", "After"),
                    ("control", "Control"),
                    ("blind", "Blind"),
                ],
                db_default="hidden",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="kept_back",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="annotate.prediction",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("display__in", ["hidden", "nothing", "shown", "after", "control", "blind"])
                ),
                name="display_is_known",
            ),
        ),
        migrations.RunSQL(APPEND_ONLY, UNDO),
    ]
