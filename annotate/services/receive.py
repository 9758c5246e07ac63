"""Files that come in parts: an upload that broke off goes on where it stopped.

Its name is ours, and holds the project and the user: nobody finds another's.
"""

from collections.abc import Iterable
from uuid import UUID, uuid4

from annotate.models import Project, User
from annotate.parts import name_of, parts

KEPT_SECONDS = 24 * 3600
"""A part that nobody goes on with is forgotten after so long."""


def begin_upload(*, project: Project, user: User) -> UUID:
    """A new upload of no bytes yet."""
    upload = uuid4()
    parts().begin(_stem(project, user, upload))
    return upload


def received(*, project: Project, user: User, upload: UUID) -> int:
    """How many bytes are here. Raises UploadGone."""
    return parts().size(_stem(project, user, upload))


def append(
    *, project: Project, user: User, upload: UUID, offset: int, chunks: Iterable[bytes]
) -> int:
    """Add bytes that begin at `offset`; answers how many are here then.

    A connection that breaks leaves what came before it.

    Raises:
        UploadGone, TooLarge, StoreAway.
        UploadOffset: the bytes would leave a gap or come twice; nothing is added.
    """
    return parts().append(_stem(project, user, upload), offset, chunks)


def finish_upload(*, project: Project, user: User, upload: UUID) -> tuple[str, str]:
    """Publish the whole file for its job: its name and its SHA-256. Raises UploadGone."""
    name = name_of(upload)
    return name, parts().finish(_stem(project, user, upload), name)


def forget_old_parts() -> None:
    """Delete parts to which nothing was added for a day."""
    parts().forget_older_than(KEPT_SECONDS)


def _stem(project: Project, user: User, upload: UUID) -> str:
    return f"{project.pk}-{user.pk}-{upload.hex}"
