from django.urls import path

from clients import views, views_client, views_therapist

urlpatterns = [
    path("path/", views_client.path, name="path"),
    path("path/results/<uuid:attempt_id>/share/", views_client.share, name="result-share"),
    path("caseload/", views_therapist.caseload, name="caseload"),
    path("practice/", views.practice, name="practice"),
    path("clients/invite/", views.invite, name="client-invite"),
    path("clients/<uuid:client_id>/invitation/", views.invite_again, name="client-invite-again"),
    path("clients/<uuid:client_id>/", views_therapist.client, name="client"),
    path("clients/<uuid:client_id>/move/", views_therapist.move, name="client-move"),
    path(
        "clients/<uuid:client_id>/results/<uuid:attempt_id>/",
        views_therapist.result,
        name="client-result",
    ),
    path(
        "clients/<uuid:client_id>/over-time/<slug:slug>/",
        views_therapist.over_time,
        name="client-history",
    ),
    path("clients/<uuid:client_id>/notes/", views_therapist.add_note, name="client-note-add"),
]
