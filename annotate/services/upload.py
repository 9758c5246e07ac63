"""Remember an uploaded picture."""

from django.db import IntegrityError, transaction

from annotate.media import Picture
from annotate.models import Media, Project


@transaction.atomic
def keep_picture(*, project: Project, picture: Picture, name: str) -> Media:
    """The row of a stored picture; the same bytes under the same name give the row there is."""
    named = name[-300:]
    try:
        with transaction.atomic():
            return Media.objects.create(
                project=project,
                sha256=picture.sha256,
                name=named,
                content_type=picture.content_type,
                width=picture.width,
                height=picture.height,
                byte_count=picture.byte_count,
            )
    except IntegrityError:
        return Media.objects.get(project=project, sha256=picture.sha256, name=named)
