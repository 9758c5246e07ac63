"""Rows for tests, made by plain functions with sound defaults.

A test writes down only what it is about. Whatever has a rule is made by the service that keeps
the rule, so that no test stands on rows the server could never have made.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from django.test.client import ClientHandler
from PIL import Image

from annotate import models, shelf
from annotate.media import Picture, name_of
from annotate.services.intake import take_items
from annotate.services.production import connect_application
from annotate.services.projects import create_project
from annotate.services.upload import keep_picture
from annotate.services.workforce import add_worker, create_token
from labeling.formats.rows import ImportedJudgment, ImportedPrediction, ItemRow

Reply = tuple[int, Any]

CHOICE: dict[str, Any] = {
    "inputs": [{"id": "text", "type": "text"}],
    "questions": [
        {
            "id": "tone",
            "type": "choice",
            "categories": [
                {"id": "pos", "title": "Positive", "description": "a good and happy text"},
                {"id": "neg", "title": "Negative", "description": "a bad and sad text"},
            ],
        }
    ],
}
BOXES: dict[str, Any] = {
    "inputs": [{"id": "picture", "type": "image"}],
    "questions": [
        {"id": "roofs", "type": "boxes", "on": "picture", "categories": [{"id": "roof"}]}
    ],
}
POS, NEG = {"tone": "pos"}, {"tone": "neg"}
"""Two answers that differ: with the default policy, two of a kind settle, two to one dispute."""

ONE_VOTE: dict[str, Any] = {"min_overlap": 1, "max_overlap": 1}
"""A policy by which each vote settles its item."""

_numbers = count(1)

# Django loads the middleware once for each client, and whitenoise then looks at every file that
# the front end is made of. One handler serves all callers.
_handler = ClientHandler(enforce_csrf_checks=False)


def name(word: str) -> str:
    """A name that nobody else has."""
    return f"{word}{next(_numbers)}"


def organisation() -> models.Organisation:
    return models.Organisation.objects.create(name=name("organisation"))


def user(
    *,
    of: models.Organisation | None = None,
    role: str = models.OrganisationRole.MEMBER,
    password: str | None = None,
) -> models.User:
    """An account, with a role in an organisation if one is given."""
    made = models.User.objects.create_user(name("user"), password=password)
    if of is not None:
        models.OrganisationMembership.objects.create(organisation=of, user=made, role=role)
    return made


def project(
    *,
    schema: Mapping[str, Any] = CHOICE,
    policy: Mapping[str, Any] | None = None,
    lead: models.User | None = None,
    of: models.Organisation | None = None,
) -> models.Project:
    """An open project; its creator is its first lead."""
    home = of or organisation()
    made = create_project(
        organisation=home,
        creator=lead or user(of=home, role=models.OrganisationRole.LEAD),
        name=name("project"),
        schema=schema,
        policy=policy,
    )
    made.refresh_from_db()
    return made


def worker(project: models.Project, role: str = models.Role.CROWD) -> models.Worker:
    return add_worker(project=project, user=user(), role=models.Role(role), added_by=None)


def source(project: models.Project) -> models.Source:
    return models.Source.objects.create(
        project=project, name="test", format="jsonl", created_by=project.created_by
    )


def items(
    project: models.Project,
    number: int = 1,
    *,
    data: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    gold: dict[str, Any] | None = None,
    predictions: Sequence[ImportedPrediction] = (),
    judgments: Sequence[ImportedJudgment] = (),
) -> list[models.Item]:
    """New items in the queue, in the order of their ids."""
    rows = [
        ItemRow(
            number=n + 1,
            external_id=name("external"),
            data=dict(data or {"text": f"text {n}"}),
            metadata=dict(metadata or {}),
            gold=gold,
            priority=None,
            predictions=list(predictions),
            judgments=list(judgments),
        )
        for n in range(number)
    ]
    before = models.Item.objects.filter(project=project).values_list("pk", flat=True)
    known = set(before)
    taken = take_items(project=project, source=source(project), rows=rows)
    assert taken.created == number, taken.rejected
    return list(models.Item.objects.filter(project=project).exclude(pk__in=known).order_by("pk"))


def item(project: models.Project, **fields: Any) -> models.Item:
    return items(project, 1, **fields)[0]


def picture_bytes(
    size: tuple[int, int] = (40, 30), form: str = "PNG", *, mode: str = "RGB", **options: Any
) -> bytes:
    """An encoded picture whose bytes differ from call to call."""
    drawn = Image.new(mode, size)
    if mode == "RGB":
        shade = next(_numbers)
        drawn.putpixel((0, 0), (shade % 256, shade // 256 % 256, 7))
    out = io.BytesIO()
    drawn.save(out, form, **options)
    return out.getvalue()


def media(project: models.Project, size: tuple[int, int] = (40, 30)) -> models.Media:
    """A stored picture. It is not decoded; `test_pictures` goes through the door that does."""
    content = picture_bytes(size)
    picture = Picture(
        sha256=hashlib.sha256(content).hexdigest(),
        content_type="image/png",
        width=size[0],
        height=size[1],
        byte_count=len(content),
    )
    path = shelf.media().path(name_of(picture.sha256))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return keep_picture(project=project, picture=picture, name=name("picture") + ".png")


def upload(content: bytes, file_name: str = "rows.jsonl") -> SimpleUploadedFile:
    return SimpleUploadedFile(file_name, content)


class Caller:
    """Speaks to the API as one user, by a token; with None, as a stranger."""

    def __init__(self, user: models.User | None) -> None:
        self.user = user
        self._client = Client()
        self._client.handler = _handler
        # The same for all, so that whole replies can be compared with each other.
        self._headers = {"X-Request-ID": "of-the-tests"}
        if user is not None:
            self._headers["Authorization"] = f"Token {create_token(user=user, name='test')[1]}"

    def raw(
        self, method: str, path: str, body: bytes = b"", content_type: str = "application/json"
    ) -> HttpResponseBase:
        return self._client.generic(
            method, f"/api/v1/{path}", body, content_type=content_type, headers=self._headers
        )

    def call(self, method: str, path: str, body: Any = None) -> Reply:
        """The status, and the JSON if there is any, else the bytes."""
        return read(self.raw(method, path, b"" if body is None else json.dumps(body).encode()))

    def get(self, path: str) -> Reply:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None) -> Reply:
        return self.call("POST", path, body)

    def patch(self, path: str, body: Any) -> Reply:
        return self.call("PATCH", path, body)

    def put(self, path: str, body: Any) -> Reply:
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Reply:
        return self.call("DELETE", path)

    def send_file(self, path: str, content: bytes, file_name: str, **fields: str) -> Reply:
        """POST a form with a file in it."""
        form = {"file": upload(content, file_name), **fields}
        reply = self._client.post(f"/api/v1/{path}", form, headers=self._headers)
        return read(reply)


class Application(Caller):
    """Speaks to the API by a token of an application."""

    def __init__(self, project: models.Project) -> None:
        super().__init__(None)
        self.project = project
        _, key = connect_application(project=project, lead=project.created_by, name="shop")
        self._headers["Authorization"] = f"Token {key}"

    def predict(self, *data: Any, **more: Any) -> Reply:
        body = {"items": [{"data": each} for each in data], **more}
        return self.post(f"projects/{self.project.pk}/predict/", body)

    def feedback(self, *rows: Any) -> Reply:
        return self.post(f"projects/{self.project.pk}/feedback/", {"items": list(rows)})


def content_of(reply: HttpResponseBase) -> bytes:
    """The whole body, streamed or not. Read to its end, a stream closes the file behind it."""
    return reply.getvalue() if reply.streaming else reply.content  # type: ignore[attr-defined]


def read(reply: HttpResponseBase) -> Reply:
    body = content_of(reply)
    is_json = reply.headers.get("Content-Type", "").startswith("application/json")
    return reply.status_code, json.loads(body) if is_json and body else body


def client_for(owner: models.User | models.Worker | None) -> Caller:
    """Somebody at the API: a user, the user behind a worker, or a stranger."""
    return Caller(owner.user if isinstance(owner, models.Worker) else owner)
