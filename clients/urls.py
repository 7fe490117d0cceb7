from django.urls import path

from assessments import views_practice
from clients import (
    views,
    views_care,
    views_client,
    views_enquiry,
    views_figures,
    views_path,
    views_report,
    views_results,
    views_session,
    views_task,
    views_therapist,
)

urlpatterns = [
    path("path/", views_client.path, name="path"),
    path("path/results/<uuid:attempt_id>/share/", views_client.share, name="result-share"),
    path("path/tasks/<uuid:task_id>/", views_task.done, name="task"),
    path("path/looks/", views_client.looks, name="looks"),
    path("caseload/", views_therapist.caseload, name="caseload"),
    path("practice/", views.practice, name="practice"),
    path("practice/care/<uuid:client_id>/", views_care.care_of, name="practice-care"),
    path("practice/figures/", views_figures.practice_figures, name="practice-figures"),
    path("practice/cover/", views_care.cover, name="practice-cover"),
    path("practice/measurement/", views_practice.measurements, name="practice-measurements"),
    path(
        "practice/measurement/<uuid:version_id>/",
        views_practice.measurement,
        name="practice-measurement",
    ),
    path("enquiry/", views_enquiry.ask, name="enquiry"),
    path("enquiry/thanks/", views_enquiry.thanks, name="enquiry-thanks"),
    path("practice/enquiries/", views_enquiry.waiting, name="enquiries"),
    path("practice/enquiries/<uuid:enquiry_id>/", views_enquiry.read, name="enquiry-read"),
    path("practice/enquiries/<uuid:enquiry_id>/close/", views_enquiry.close, name="enquiry-close"),
    path("clients/invite/", views.invite, name="client-invite"),
    path("clients/<uuid:client_id>/invitation/", views.invite_again, name="client-invite-again"),
    path("clients/<uuid:client_id>/", views_therapist.client, name="client"),
    path("clients/<uuid:client_id>/report/", views_report.progress, name="client-report"),
    path("clients/<uuid:client_id>/move/", views_path.move, name="client-move"),
    path(
        "clients/<uuid:client_id>/results/<uuid:attempt_id>/",
        views_therapist.result,
        name="client-result",
    ),
    path(
        "clients/<uuid:client_id>/over-time/<slug:slug>/",
        views_results.over_time,
        name="client-history",
    ),
    path("clients/<uuid:client_id>/path/<slug:kind>/", views_path.change, name="client-path"),
    path("clients/<uuid:client_id>/sessions/", views_session.plan, name="session-plan"),
    path(
        "clients/<uuid:client_id>/sessions/<uuid:session_id>/",
        views_session.record,
        name="session-record",
    ),
    path("clients/<uuid:client_id>/tasks/", views_task.give, name="task-give"),
    path(
        "clients/<uuid:client_id>/tasks/<uuid:task_id>/", views_task.withdraw, name="task-withdraw"
    ),
    path("clients/<uuid:client_id>/notes/", views_therapist.add_note, name="client-note-add"),
]
