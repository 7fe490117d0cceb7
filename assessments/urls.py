from django.urls import path

from assessments.practice_data import views as practice_data_views
from assessments.results import views as results_views
from assessments.taking import views as taking_views
from assessments.taking import views_sitting as sitting_views

urlpatterns = [
    path("", taking_views.assessment_list, name="assessment-list"),
    path("here/", sitting_views.here, name="assessment-here"),
    path("here/done/", sitting_views.done, name="assessment-here-done"),
    path("attempts/<slug:key>/", taking_views.attempt, name="attempt"),
    path("attempts/<slug:key>/review/", taking_views.review, name="attempt-review"),
    path("attempts/<slug:key>/result/", results_views.result, name="attempt-result"),
    path("attempts/<slug:key>/keep/", taking_views.keep, name="attempt-keep"),
    path("attempts/<slug:key>/delete/", taking_views.delete, name="attempt-delete"),
    path("<slug:slug>/", taking_views.intro, name="assessment"),
    path("<slug:slug>/start/", taking_views.start, name="assessment-start"),
    path("<slug:slug>/over-time/", results_views.over_time, name="assessment-history"),
]

# Below the practice's own pages.
practice_urlpatterns = [
    path("", practice_data_views.measurements, name="practice-measurements"),
    path("<uuid:version_id>/", practice_data_views.measurement, name="practice-measurement"),
]
