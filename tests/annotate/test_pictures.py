"""Pictures: what may come in, who may see them, and how they are sent."""

import io
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from PIL import Image

from annotate import models
from tests import make
from tests.annotate import acting
from tests.annotate.hostile_pictures import REFUSED, png_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(settings: pytest_django.Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def project() -> models.Project:
    return make.project(schema=make.BOXES)


def send(project: models.Project, content: bytes, name: str = "roof.png") -> make.Reply:
    lead = make.client_for(project.created_by)
    return lead.send_file(f"projects/{project.pk}/media/", content, name)


def stored(media_root: Path) -> list[Path]:
    return [path for path in media_root.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("form", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")],
)
def test_a_picture_comes_in_and_goes_out_as_it_was(
    project: models.Project, form: str, content_type: str
) -> None:
    content = make.picture_bytes((40, 30), form)
    status, body = send(project, content, "roof of the church")
    assert (status, body["width"], body["height"]) == (201, 40, 30)
    media = models.Media.objects.get()
    assert (media.sha256, media.content_type, media.byte_count) == (
        body["media"],
        content_type,
        len(content),
    )
    item = make.item(project, data={"picture": {"name": "roof of the church"}})
    lead = make.client_for(project.created_by)
    reply = lead.raw("GET", f"projects/{project.pk}/items/{item.pk}/media/picture/")
    assert make.content_of(reply) == content
    assert reply.headers["Content-Type"] == content_type


def test_the_same_picture_is_stored_once_and_found_by_each_of_its_names(
    project: models.Project, media_root: Path
) -> None:
    """A row that named the second file was refused as of a picture that nobody had sent."""
    content = make.picture_bytes()
    replies = [send(project, content, name)[1] for name in ("a.png", "b.png", "b.png")]
    assert [reply["name"] for reply in replies] == ["a.png", "b.png", "b.png"]
    assert len({reply["media"] for reply in replies}) == len(stored(media_root)) == 1
    assert models.Media.objects.count() == 2
    items = [make.item(project, data={"picture": {"name": name}}) for name in ("a.png", "b.png")]
    assert items[0].data == items[1].data


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_and_not_kept(
    project: models.Project, media_root: Path, name: str
) -> None:
    lead = make.client_for(project.created_by)
    before = acting.counts()
    status, body = lead.send_file(f"projects/{project.pk}/media/", REFUSED[name], "x.png")
    assert (status, body["code"]) == (400, "picture_refused")
    assert body["message"]
    assert "Traceback" not in body["message"]
    assert str(media_root) not in body["message"]
    assert acting.counts() == before
    assert stored(media_root) == []


def test_an_empty_file_is_refused(project: models.Project) -> None:
    assert send(project, b"")[0] == 400
    assert models.Media.objects.count() == 0


def test_a_picture_at_the_budget_is_taken(project: models.Project) -> None:
    status, body = send(project, png_of(8000, 5000))
    assert (status, body["width"], body["height"]) == (201, 8000, 5000)


def test_a_file_larger_than_the_limit_is_refused(
    project: models.Project, media_root: Path, settings: pytest_django.Settings
) -> None:
    settings.MAX_PICTURE_BYTES = 500
    status, body = send(project, make.picture_bytes((300, 300)) + b"\0" * 500)
    assert (status, body["code"]) == (413, "too_large")
    assert models.Media.objects.count() == 0
    assert stored(media_root) == []


def test_a_picture_counts_as_it_is_shown_after_its_rotation(project: models.Project) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=exif)
    status, body = send(project, out.getvalue())
    assert (status, body["width"], body["height"]) == (201, 30, 40)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\r\nX: y.png", "a\x00b.png", "x" * 400, "é.png"]
)
def test_a_strange_file_name_is_only_a_name(
    project: models.Project, media_root: Path, name: str
) -> None:
    status, body = send(project, make.picture_bytes(), name)
    assert status in {201, 400}
    if status == 201:
        assert len(body["name"]) <= 300
        (path,) = stored(media_root)
        assert path.name == body["media"]


def leased(project: models.Project) -> tuple[make.Caller, str]:
    make.item(project, data={"picture": {"media": make.media(project).sha256}})
    caller = make.client_for(make.worker(project))
    return caller, acting.claim(caller, project)[0]["id"]


def test_a_worker_sees_the_picture_of_the_own_lease_alone(project: models.Project) -> None:
    caller, lease = leased(project)
    path = f"assignments/{lease}/media/picture/"
    assert caller.get(path)[0] == 200
    others = [
        make.client_for(make.worker(project)),
        make.client_for(make.worker(project, "expert")),
        make.client_for(project.created_by),
        make.client_for(make.project().created_by),
    ]
    assert [other.get(path)[0] for other in others] == [404, 404, 404, 404]
    assert make.client_for(None).get(path)[0] == 401


def test_an_expert_sees_the_pictures_of_disputes_only(project: models.Project) -> None:
    item = make.item(project, data={"picture": {"media": make.media(project).sha256}})
    expert = make.client_for(make.worker(project, "expert"))
    path = f"projects/{project.pk}/items/{item.pk}/media/picture/"
    assert expert.get(path)[0] == 404
    models.Item.objects.filter(pk=item.pk).update(stage="disputed")
    assert expert.get(path)[0] == 200


def test_a_picture_is_sent_so_that_no_browser_runs_it(project: models.Project) -> None:
    caller, lease = leased(project)
    reply = caller.raw("GET", f"assignments/{lease}/media/picture/")
    make.content_of(reply)
    assert reply.headers["Content-Type"] == "image/png"
    assert reply.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "private" in reply.headers["Cache-Control"]
    assert "sha256" not in str(reply.headers)


@pytest.mark.parametrize(
    "name",
    ["text", "none", "..", "%2e%2e", "..%2f..%2fsecret_key", "%00", "picture%00", "picture/../x",
     "__class__", "0", "a" * 3000],
)  # fmt: skip
def test_no_path_trick_finds_a_file(project: models.Project, name: str) -> None:
    caller, lease = leased(project)
    assert caller.get(f"assignments/{lease}/media/{name}/")[0] == 404


def test_an_item_cannot_name_a_picture_of_another_project(project: models.Project) -> None:
    foreign = make.media(make.project(schema=make.BOXES))
    lead = make.client_for(project.created_by)
    for picture in ({"media": foreign.sha256}, {"name": foreign.name}, foreign.name, "x", {}, 5):
        body = {"items": [{"data": {"picture": picture}}]}
        status, answer = lead.post(f"projects/{project.pk}/items/", body)
        assert (status, answer["created"], len(answer["rejected"])) == (200, 0, 1)
    assert models.Item.objects.count() == 0


def test_the_size_of_a_picture_is_the_servers_to_say(project: models.Project) -> None:
    sha256 = make.media(project, (40, 30)).sha256
    item = make.item(
        project, data={"picture": {"media": sha256, "width": 4000, "height": 3000, "url": "x"}}
    )
    assert item.data["picture"] == {"media": sha256, "width": 40, "height": 30}


def box(**changed: Any) -> dict[str, Any]:
    return {"roofs": [{"x": 5, "y": 5, "width": 10, "height": 10, "category": "roof", **changed}]}


@pytest.mark.parametrize(
    "changed",
    [{"x": 31}, {"y": 21}, {"width": 36}, {"height": 26}, {"x": -1}, {"width": 0}, {"x": 1e300}],
)
def test_a_box_outside_the_picture_is_refused(
    project: models.Project, changed: dict[str, Any]
) -> None:
    caller, lease = leased(project)
    before = acting.counts()
    status, body = acting.submit(caller, lease, box(**changed))
    assert (status, body["code"]) == (400, "invalid_answer")
    assert body["extra"]["problems"][0]["path"].startswith("/roofs/0/")
    assert acting.counts() == before


def test_a_box_that_leans_over_the_edge_by_half_a_pixel_is_cut(project: models.Project) -> None:
    caller, lease = leased(project)
    assert acting.submit(caller, lease, box(x=-0.4, width=10.4))[0] == 200
    (kept,) = models.Judgment.objects.get().answer["roofs"]
    assert (kept["x"], kept["width"]) == (0, 10)


@pytest.mark.parametrize("part", ["gold", "predictions", "judgments"])
def test_an_imported_box_outside_its_picture_stays_out(project: models.Project, part: str) -> None:
    name = make.media(project, (40, 30)).name
    wrong = box(x=1000)
    said: dict[str, Any] = {
        "gold": wrong,
        "predictions": [{"model": "m", "answer": wrong, "score": 0.5}],
        "judgments": [{"worker": "w", "answer": wrong}],
    }
    lead = make.client_for(project.created_by)
    row = {"data": {"picture": {"name": name}}, part: said[part]}
    status, body = lead.post(f"projects/{project.pk}/items/", {"items": [row]})
    assert status == 200
    assert [refused["code"] for refused in body["rejected"]] != []
    stores = (models.GoldLabel, models.Prediction, models.Judgment)
    assert [store.objects.count() for store in stores] == [0, 0, 0]
