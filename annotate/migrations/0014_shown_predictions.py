"""A prediction that was shown stays seen when the lease ran out and the item comes back."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


def _part(file: str, start: str, end: str) -> str:
    """A function as it was before, to go back to."""
    _, _, after = (SQL / file).read_text().partition(start)
    return (start + after.partition(end)[0]).replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
    )


UNDO = (
    _part("queue.sql", "CREATE FUNCTION claim_next_item", "-- Turn leases")
    + _part("judgment.sql", "CREATE FUNCTION store_judgment", "-- The worker's live leases")
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("annotate", "0013_leases_on_disk")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="saw_prediction",
            field=models.BooleanField(db_default=False),
        ),
        migrations.RunSQL((SQL / "shown.sql").read_text(), UNDO),
    ]
