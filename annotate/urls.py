"""Every address of the server."""

from django.urls import path, re_path

from annotate.api import (
    board,
    disputes,
    errors,
    guidelines,
    intake,
    items,
    jobs,
    members,
    middleware,
    out,
    pages,
    preview,
    projects,
    session,
    tokens,
    why,
    work,
)

API = "api/v1/"
PROJECT = f"{API}projects/<int:project_id>/"
ASSIGNMENT = f"{API}assignments/<uuid:assignment_id>/"

urlpatterns = [
    path("healthz", middleware.health),
    path("readyz", pages.ready),
    path(f"{API}schema/", pages.OpenApiView.as_view()),
    path(f"{API}docs/", pages.DocsView.as_view()),
    path(f"{API}session/", session.SessionView.as_view()),
    path(f"{API}session/link/", session.SignInLinkView.as_view()),
    path(f"{API}me/", session.MeView.as_view()),
    path(f"{API}me/password/", session.PasswordView.as_view()),
    path(f"{API}tokens/", tokens.TokensView.as_view()),
    path(f"{API}tokens/<int:token_id>/", tokens.TokenView.as_view()),
    path(f"{API}home/", projects.HomeView.as_view()),
    path(f"{API}label-schema/", guidelines.LabelSchemaView.as_view()),
    path(f"{API}label-schema/check/", guidelines.LabelSchemaCheckView.as_view()),
    path(f"{API}projects/", projects.ProjectsView.as_view()),
    path(PROJECT, projects.ProjectView.as_view()),
    path(f"{PROJECT}guidelines/", guidelines.GuidelinesView.as_view()),
    path(f"{PROJECT}policy/", guidelines.PolicyView.as_view()),
    path(f"{PROJECT}policy/preview/", preview.PolicyPreviewView.as_view()),
    path(f"{PROJECT}answer-schema/", guidelines.AnswerSchemaView.as_view()),
    path(f"{PROJECT}members/", members.MembersView.as_view()),
    path(f"{PROJECT}members/<int:member_id>/", members.MemberView.as_view()),
    path(f"{PROJECT}members/<int:member_id>/link/", members.MemberLinkView.as_view()),
    path(f"{PROJECT}media/", intake.MediaView.as_view()),
    path(f"{PROJECT}imports/", intake.ImportsView.as_view()),
    path(f"{PROJECT}jobs/", jobs.JobsView.as_view()),
    path(f"{API}jobs/<int:job_id>/", jobs.JobView.as_view()),
    path(f"{API}jobs/<int:job_id>/cancel/", jobs.JobCancelView.as_view()),
    path(f"{API}jobs/<int:job_id>/rejections/", jobs.JobRejectionsView.as_view()),
    path(f"{API}items/<int:item_id>/why/", why.WhyView.as_view()),
    path(f"{PROJECT}items/", items.ItemsView.as_view()),
    path(f"{PROJECT}items/<int:item_id>/", items.ItemView.as_view()),
    path(f"{PROJECT}items/<int:item_id>/media/<str:name>/", items.ItemMediaView.as_view()),
    path(f"{PROJECT}events/", items.EventsView.as_view()),
    path(f"{PROJECT}work/", work.WorkView.as_view()),
    path(f"{PROJECT}claim/", work.ClaimView.as_view()),
    path(f"{ASSIGNMENT}submit/", work.SubmitView.as_view()),
    path(f"{ASSIGNMENT}heartbeat/", work.HeartbeatView.as_view()),
    path(f"{ASSIGNMENT}skip/", work.SkipView.as_view()),
    path(f"{ASSIGNMENT}media/<str:name>/", work.AssignmentMediaView.as_view()),
    path(f"{PROJECT}disputes/", disputes.DisputesView.as_view()),
    path(f"{PROJECT}disputes/claim/", disputes.DisputeClaimView.as_view()),
    path(f"{PROJECT}disputes/<int:item_id>/", disputes.DisputeView.as_view()),
    path(f"{PROJECT}disputes/<int:item_id>/reveal/", disputes.RevealView.as_view()),
    path(f"{PROJECT}disputes/<int:item_id>/escalate/", disputes.EscalateView.as_view()),
    path(f"{PROJECT}disputes/<int:item_id>/adjudicate/", disputes.AdjudicateView.as_view()),
    path(f"{PROJECT}board/", board.BoardView.as_view()),
    path(f"{PROJECT}model/", board.ModelView.as_view()),
    path(f"{PROJECT}model/prelabel/", board.PrelabelView.as_view()),
    path(f"{PROJECT}export/", out.ExportView.as_view()),
    path(f"{PROJECT}releases/", out.ReleasesView.as_view()),
    path(f"{PROJECT}releases/<int:number>/", out.ReleaseView.as_view()),
    path(f"{PROJECT}releases/<int:number>/download/", out.ReleaseDownloadView.as_view()),
    path(f"{PROJECT}releases/<int:number>/files/<str:name>", out.ReleaseFileView.as_view()),
    re_path(r"^api/.*$", errors.not_found),
    # Files are whitenoise's: what arrives here below /static/ does not exist.
    re_path(r"^(?:static|media)/.*$", errors.not_found),
    re_path(r"^(?P<path>[^.]*)$", pages.page),
    re_path(r"^.*$", errors.not_found),
]

handler400 = "annotate.api.errors.suspicious"
handler404 = "annotate.api.errors.not_found"
handler500 = "annotate.api.errors.broken"
