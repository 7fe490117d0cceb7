from django.urls import path

from assessments import views

urlpatterns = [
    path("", views.assessment_list, name="assessment-list"),
    path("attempts/<slug:key>/", views.attempt, name="attempt"),
    path("attempts/<slug:key>/review/", views.review, name="attempt-review"),
    path("attempts/<slug:key>/result/", views.result, name="attempt-result"),
    path("attempts/<slug:key>/keep/", views.keep, name="attempt-keep"),
    path("attempts/<slug:key>/delete/", views.delete, name="attempt-delete"),
    path("<slug:slug>/", views.intro, name="assessment"),
    path("<slug:slug>/start/", views.start, name="assessment-start"),
    path("<slug:slug>/over-time/", views.over_time, name="assessment-history"),
]
