"""Find the uploaded pictures that imported rows name."""

from dataclasses import asdict
from typing import Any

from annotate.models import Media, Project
from labeling.formats.assembly import Assembler
from labeling.formats.bad_rows import BadRow
from labeling.formats.rows import ItemRow, RowRejection
from labeling.problems import pointer
from labeling.schema import LabelSchema


class PictureFinder:
    """Turns `{"name": ...}` or `{"media": ...}` into the picture's hash and true size."""

    def __init__(self, project: Project, schema: LabelSchema) -> None:
        self._project = project
        self._schema = schema
        self._assembler = Assembler(schema)
        self._inputs = [i.id for i in schema.inputs if i.type == "image"]
        self._known: dict[str, dict[str, Any]] = {}

    @property
    def are_asked_for(self) -> bool:
        """The schema has pictures; without any, rows are as they are to be."""
        return bool(self._inputs)

    def resolve(self, row: ItemRow) -> ItemRow | RowRejection:
        """The row with its pictures found and its answers checked against their sizes."""
        data = dict(row.data)
        for name in self._inputs:
            picture = self._find(data.get(name))
            if picture is None:
                return RowRejection(
                    number=row.number,
                    path=f"/data/{name}",
                    code="unknown_picture",
                    message=(
                        "No uploaded picture has this name or hash. Upload the picture to the "
                        "project first, then import the row again."
                    ),
                )
            data[name] = picture
        return self._check_answers(row._replace(data=data))

    def _check_answers(self, row: ItemRow) -> ItemRow | RowRejection:
        """While a picture is known by its name only, no codec can check what was said of it."""
        facts = self._schema.facts_of(row.data)
        try:
            return row._replace(
                gold=None if row.gold is None else self._assembler.gold(row.gold, facts, "/gold"),
                predictions=[
                    self._assembler.prediction(asdict(said), facts, pointer("predictions", place))
                    for place, said in enumerate(row.predictions)
                ],
                judgments=[
                    self._assembler.judgment(asdict(said), facts, pointer("judgments", place))
                    for place, said in enumerate(row.judgments)
                ],
            )
        except BadRow as bad:
            return bad.rejection(row.number)

    def _find(self, value: Any) -> dict[str, Any] | None:
        key = value.get("media") or value.get("name") if isinstance(value, dict) else value
        if not isinstance(key, str) or not key:
            return None
        if key not in self._known:
            found = self._look_up(key)
            if found is None:
                return None
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[key] = found
        return self._known[key]

    def _look_up(self, key: str) -> dict[str, Any] | None:
        mine = Media.objects.filter(project=self._project)
        media = mine.filter(sha256=key).first() or mine.filter(name=key).order_by("-id").first()
        if media is None:
            return None
        return {"media": media.sha256, "width": media.width, "height": media.height}
