"""What a worker is shown of the own answers: the latest, and those of items that came back."""

from typing import Any

from rest_framework import serializers

from annotate.api.pictures import shown_data
from annotate.api.shapes import AnyObject
from annotate.queries.work import RecentAnswer
from annotate.services.keep_draft import Begun
from annotate.services.second_look import OwnEarlier


class ShownItem(serializers.Serializer[Any]):
    data = AnyObject()  # type: ignore[assignment]  # a field, in spite of the base's property


class OwnEarlierOutput(serializers.Serializer[Any]):
    note = serializers.CharField(allow_blank=True, help_text="Why the item came back.")
    answer = AnyObject()
    comment = serializers.CharField()
    unsure = serializers.BooleanField()


def earlier_json(earlier: OwnEarlier | None) -> dict[str, Any] | None:
    if earlier is None:
        return None
    return {
        "note": earlier.note,
        "answer": earlier.answer,
        "comment": earlier.comment,
        "unsure": earlier.is_unsure,
    }


class OwnDraft(serializers.Serializer[Any]):
    answer = AnyObject(help_text="As it stands on the screen: it may be unfinished.")
    comment = serializers.CharField(
        max_length=5000, required=False, allow_blank=True, default="", trim_whitespace=False
    )
    unsure = serializers.BooleanField(default=False)
    changed_at = serializers.DateTimeField(
        help_text="By the clock of whoever writes it: of two drafts the later one is kept."
    )


def draft_json(draft: Begun | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    return {
        "answer": draft.answer,
        "comment": draft.comment,
        "unsure": draft.is_unsure,
        "changed_at": draft.changed_at,
    }


class RecentOutput(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    submitted_at = serializers.DateTimeField()
    answer = AnyObject()
    comment = serializers.CharField()
    unsure = serializers.BooleanField()
    guideline_version = serializers.IntegerField()
    item = ShownItem(allow_null=True, help_text="Null where the item is large.")
    open = serializers.BooleanField(help_text="It can still be corrected.")


def recent_json(answer: RecentAnswer) -> dict[str, Any]:
    prefix = f"/api/v1/assignments/{answer.assignment}/media"
    is_shown = answer.data is not None
    return {
        "assignment": str(answer.assignment),
        "submitted_at": answer.submitted_at,
        "answer": answer.answer,
        "comment": answer.comment,
        "unsure": answer.is_unsure,
        "guideline_version": answer.guideline_version,
        "item": {"data": shown_data(answer.data or {}, prefix)} if is_shown else None,
        "open": answer.is_open,
    }
