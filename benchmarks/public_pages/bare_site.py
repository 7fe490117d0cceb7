"""A bare Django view of a given size, for gunicorn: the peer of our public pages."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"], SECRET_KEY="only-for-benchmarks", ROOT_URLCONF=__name__, MIDDLEWARE=[]
)
PAGE = b"x" * int(os.environ["PAGE_BYTES"])


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE)


urlpatterns = [path("", page)]
application = get_wsgi_application()
