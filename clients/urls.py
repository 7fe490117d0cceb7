from django.urls import path

from clients import views

urlpatterns = [
    path("path/", views.path, name="path"),
    path("caseload/", views.caseload, name="caseload"),
    path("practice/", views.practice, name="practice"),
]
