"""The worker's own record, and the door through which to object to it."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.api.base import ProjectDoor
from annotate.api.pictures import shown_data
from annotate.api.shapes import AnyObject
from annotate.models import AppealState, AppealSubject, Rung, Worker
from annotate.queries.record import record_of
from annotate.refusals import NoGuideline, NotFound
from annotate.services.appeals import make_appeal

LONGEST_REASON = 2000


class ConfusionOutput(serializers.Serializer[Any]):
    question = serializers.CharField()
    said = serializers.CharField(help_text="The category that was chosen.")
    known = serializers.CharField(help_text="The category that was right.")


class StandingOutput(serializers.Serializer[Any]):
    rung = serializers.ChoiceField(Rung.choices)
    overruled = serializers.BooleanField(help_text="A lead has set it.")
    sentence = serializers.CharField(help_text="Why, and what to do. Empty: all is well.")
    confusion = ConfusionOutput(
        allow_null=True,
        help_text="What you mix up most often, by known answers in finished batches.",
    )


class AppealMark(serializers.Serializer[Any]):
    state = serializers.ChoiceField(AppealState.choices)
    reason = serializers.CharField()
    decision = serializers.CharField()


class MissedOutput(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    at = serializers.DateTimeField()
    data = AnyObject()  # type: ignore[assignment]  # a field, in spite of the base's property
    answer = AnyObject()
    appeal = AppealMark(allow_null=True)


class BatchOutput(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True, help_text="null: none of them counts.")
    counted = serializers.IntegerField()
    missed = MissedOutput(many=True)


class RulingOutput(MissedOutput):
    ruling = AnyObject()


class OwnAppealOutput(AppealMark):
    assignment = serializers.UUIDField()
    subject = serializers.ChoiceField(AppealSubject.choices)
    made_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class RecordDoor(ProjectDoor):
    """A door of a worker's own record."""

    @property
    def worker(self) -> Worker:
        worker = self.membership.worker
        if worker is None:
            raise NotFound
        if self.membership.project.guideline_id is None:
            raise NoGuideline
        return worker


class RecordView(RecordDoor):
    actions: ClassVar = {"get": "record.read"}

    class Output(serializers.Serializer[Any]):
        judged = serializers.IntegerField()
        skipped = serializers.IntegerField()
        overturned = serializers.IntegerField()
        standing = StandingOutput()
        batch_size = serializers.IntegerField()
        batches = BatchOutput(many=True)
        rulings = RulingOutput(many=True)
        appeals = OwnAppealOutput(many=True)

    @extend_schema(responses=Output)
    def get(self, _request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Your own record: known answers in finished batches, and rulings against your answers."""
        record = record_of(self.worker, self.membership.project)
        for row in [*record["rulings"], *(m for b in record["batches"] for m in b["missed"])]:
            row["data"] = shown_data(row["data"], f"/api/v1/assignments/{row['assignment']}/media")
        return Response(record)


class OwnAppealsView(RecordDoor):
    actions: ClassVar = {"post": "appeal.make"}

    class Input(serializers.Serializer[Any]):
        subject = serializers.ChoiceField(AppealSubject.choices)
        assignment = serializers.UUIDField()
        reason = serializers.CharField(max_length=LONGEST_REASON)

    @extend_schema(request=Input, responses={201: OwnAppealOutput})
    def post(self, request: Request, project_id: int) -> Response:  # noqa: ARG002
        """Object to a score of a finished batch or to a ruling. Somebody else decides it."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)
        fields = data.validated_data
        appeal = make_appeal(
            worker=self.worker,
            project=self.membership.project,
            subject=AppealSubject(fields["subject"]),
            assignment_id=fields["assignment"],
            reason=fields["reason"],
        )
        body = {
            "state": appeal.state,
            "reason": appeal.reason,
            "decision": "",
            "assignment": fields["assignment"],
            "subject": appeal.subject,
            "made_at": appeal.created_at,
            "decided_at": None,
        }
        return Response(body, status=201)
