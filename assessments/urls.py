from django.urls import path

from psywellpath.views import privacy

urlpatterns = [path("", privacy, name="assessment-list")]
