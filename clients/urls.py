from django.urls import path

from clients.agenda import views as agenda_views
from clients.audit_log import views as audit_log_views
from clients.calendar import views as calendar_views
from clients.callbacks import views as callbacks_views
from clients.care import views as care_views
from clients.care import views_practice as care_views_practice
from clients.caseload import views as caseload_views
from clients.check_ins import views as check_ins_views
from clients.contact_details import views as contact_details_views
from clients.download import views as download_views
from clients.first_days import views as first_days_views
from clients.goals import views as goals_views
from clients.intake import views as intake_views
from clients.intake import views_invite
from clients.notes import views as notes_views
from clients.path import views as path_views
from clients.portal import views as portal_views
from clients.record import views as record_views
from clients.record import views_forms, views_report, views_timeline
from clients.results import views as results_views
from clients.rhythm import views as rhythm_views
from clients.rights import views as rights_views
from clients.rights import views_erasure, views_texts
from clients.safety_plan import views as safety_plan_views
from clients.sessions import views as sessions_views
from clients.sessions import views_own as sessions_views_own
from clients.sessions import views_series as sessions_views_series
from clients.statistics import views as statistics_views
from clients.talking_points import views as talking_points_views
from clients.tasks import views as tasks_views

urlpatterns = [
    path("path/", portal_views.path, name="path"),
    path("path/notes/", portal_views.notes, name="own-notes"),
    path("path/results/", portal_views.results, name="own-results"),
    path("path/results/<uuid:attempt_id>/share/", portal_views.share, name="result-share"),
    path("path/tasks/<uuid:task_id>/", tasks_views.done, name="task"),
    path("path/goals/", goals_views.own, name="own-goals"),
    path("path/goals/<uuid:goal_id>/", goals_views.one, name="own-goal"),
    path("path/next-session/", talking_points_views.own, name="own-talking-points"),
    path("path/next-session/<uuid:item_id>/", talking_points_views.item, name="talking-point"),
    path("path/looks/", portal_views.record_access, name="record-access"),
    path("path/first-days/", first_days_views.fold, name="first-days-fold"),
    path("path/call/", callbacks_views.own, name="call-me"),
    path("path/sessions/<uuid:session_id>/", sessions_views_own.own, name="own-session"),
    path("path/sessions/<uuid:session_id>/check-in/", check_ins_views.own, name="own-check-in"),
    path("path/check-ins/", check_ins_views.switch_own, name="own-check-ins"),
    path("clients/<uuid:client_id>/check-ins/", check_ins_views.switch, name="check-ins"),
    path("path/sessions.ics", sessions_views_own.whole_calendar, name="own-sessions-calendar"),
    path(
        "path/sessions/<uuid:session_id>.ics",
        sessions_views_own.calendar,
        name="own-session-calendar",
    ),
    path("calls/<uuid:callback_id>/", callbacks_views.answer, name="callback-answer"),
    path("practice/calls/", callbacks_views.waiting, name="callbacks"),
    path("agenda/", agenda_views.agenda, name="agenda"),
    path("agenda/unwritten/", agenda_views.unwritten, name="agenda-unwritten"),
    path("caseload/", caseload_views.caseload, name="caseload"),
    path("caseload/list.csv", caseload_views.export, name="caseload-export"),
    path("calendar/<str:key>.ics", calendar_views.calendar, name="calendar-feed"),
    path("accounts/me/calendar/", calendar_views.address, name="calendar-address"),
    path("practice/", care_views_practice.practice, name="practice"),
    path("practice/care/<uuid:client_id>/", care_views.care_of, name="practice-care"),
    path("practice/figures/", statistics_views.practice_statistics, name="practice-statistics"),
    path(
        "practice/figures/figures.csv", statistics_views.export, name="practice-statistics-export"
    ),
    path("practice/trail/", audit_log_views.search, name="audit-log"),
    path("practice/trail/export/", audit_log_views.export, name="audit-log-export"),
    path("practice/cover/", care_views.cover, name="practice-cover"),
    path("enquiry/", intake_views.ask, name="enquiry"),
    path("enquiry/thanks/", intake_views.thanks, name="enquiry-thanks"),
    path("practice/enquiries/", intake_views.waiting, name="enquiries"),
    path("practice/enquiries/<uuid:enquiry_id>/", intake_views.read, name="enquiry-read"),
    path("practice/enquiries/<uuid:enquiry_id>/close/", intake_views.close, name="enquiry-close"),
    path(
        "practice/enquiries/<uuid:enquiry_id>/contact/",
        intake_views.contact,
        name="enquiry-contact",
    ),
    path(
        "practice/enquiries/<uuid:enquiry_id>/clinician/",
        intake_views.ask_clinician,
        name="enquiry-clinician",
    ),
    path("requests/<uuid:enquiry_id>/", intake_views.look, name="enquiry-look"),
    path("clients/invite/", views_invite.invite, name="client-invite"),
    path(
        "clients/<uuid:client_id>/invitation/",
        views_invite.invite_again,
        name="client-invite-again",
    ),
    path("clients/<uuid:client_id>/", record_views.client, name="client"),
    path(
        "clients/<uuid:client_id>/contact/", contact_details_views.of_client, name="client-contact"
    ),
    path("clients/<uuid:client_id>/results/", record_views.results, name="client-results"),
    path("clients/<uuid:client_id>/goals/", goals_views.together, name="client-goals"),
    path("clients/<uuid:client_id>/ask/", rhythm_views.ask, name="client-ask"),
    path("clients/<uuid:client_id>/here/", rhythm_views.hand_over, name="client-here"),
    path("clients/<uuid:client_id>/rhythms/", rhythm_views.add, name="rhythm-add"),
    path("clients/<uuid:client_id>/rhythms/<uuid:rhythm_id>/", rhythm_views.change, name="rhythm"),
    path("clients/<uuid:client_id>/path/", record_views.path_and_care, name="path-and-care"),
    path("clients/<uuid:client_id>/safety-marks/", views_forms.safety_marks, name="safety-marks"),
    path("clients/<uuid:client_id>/report/", views_report.progress, name="client-report"),
    path("clients/<uuid:client_id>/move/", path_views.move, name="client-move"),
    path(
        "clients/<uuid:client_id>/results/<uuid:attempt_id>/",
        results_views.result,
        name="client-result",
    ),
    path(
        "clients/<uuid:client_id>/over-time/<slug:slug>/",
        results_views.over_time,
        name="client-history",
    ),
    path("clients/<uuid:client_id>/path/undo/", path_views.undo, name="move-undo"),
    path("clients/<uuid:client_id>/path/<slug:kind>/", path_views.change, name="client-path"),
    path("clients/<uuid:client_id>/sessions/", views_forms.plan_session, name="session-plan"),
    path(
        "clients/<uuid:client_id>/sessions/series/",
        sessions_views_series.series,
        name="session-series",
    ),
    path(
        "clients/<uuid:client_id>/sessions/<uuid:session_id>/",
        sessions_views.record,
        name="session-record",
    ),
    path(
        "clients/<uuid:client_id>/sessions/<uuid:session_id>/change/",
        sessions_views.change,
        name="session-change",
    ),
    path("clients/<uuid:client_id>/tasks/", views_forms.give_task, name="client-tasks"),
    path(
        "clients/<uuid:client_id>/tasks/<uuid:task_id>/", tasks_views.withdraw, name="task-withdraw"
    ),
    path(
        "clients/<uuid:client_id>/talking-points/<uuid:item_id>/",
        talking_points_views.answer,
        name="talking-point-answer",
    ),
    path("path/consents/", rights_views.own_consents, name="consents"),
    path("path/consents/<slug:kind>/", rights_views.consent, name="consent"),
    path("path/people/", rights_views.named_people, name="named-people"),
    path("path/contact/", contact_details_views.own, name="own-contact"),
    path("practice/first-days/", first_days_views.practice, name="practice-first-days"),
    path("practice/consents/", views_texts.consent_texts, name="practice-consents"),
    path("path/erasure/", views_erasure.own, name="erasure"),
    path("practice/erasures/", views_erasure.waiting, name="erasures"),
    path("practice/erasures/<uuid:request_id>/", views_erasure.decide, name="erasure-decide"),
    path("path/emails/", rights_views.own_emails, name="own-emails"),
    path("path/data/", download_views.data, name="data"),
    path("path/data/my-data.zip", download_views.my_data, name="my-data"),
    path("path/safety/", safety_plan_views.own, name="safety"),
    path("path/safety/edit/", safety_plan_views.own_edit, name="safety-edit"),
    path("clients/<uuid:client_id>/timeline/", views_timeline.whole_timeline, name="timeline"),
    path("clients/<uuid:client_id>/safety/", record_views.safety_plan, name="client-safety"),
    path(
        "clients/<uuid:client_id>/safety/edit/", safety_plan_views.edit, name="client-safety-edit"
    ),
    path(
        "clients/<uuid:client_id>/safety/followed-up/",
        safety_plan_views.followed_up,
        name="client-safety-followed-up",
    ),
    path("clients/<uuid:client_id>/notes/", views_forms.notes, name="client-notes"),
    path("clients/<uuid:client_id>/notes/search/", record_views.search_notes, name="notes-search"),
    path("clients/<uuid:client_id>/notes/draft/", notes_views.autosave, name="note-autosave"),
    path("clients/<uuid:client_id>/notes/begin/<slug:slug>/", notes_views.begin, name="note-begin"),
    path("clients/<uuid:client_id>/notes/<uuid:note_id>/", notes_views.note, name="note"),
    path(
        "clients/<uuid:client_id>/notes/<uuid:note_id>/share/",
        notes_views.share,
        name="note-share",
    ),
]
