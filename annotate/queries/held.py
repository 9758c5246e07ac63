"""What waits for the guideline."""

from django.db.models import Count, Q

from annotate.models import Hold, Project


def held_counts(project: Project) -> dict[str, int]:
    """How many items are held; `ready` of them since before the guideline in force."""
    held = Hold.objects.filter(project=project, resumed_at__isnull=True)
    return held.aggregate(
        waiting=Count("pk"), ready=Count("pk", filter=~Q(guideline=project.guideline_id))
    )
