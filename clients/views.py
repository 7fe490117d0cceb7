from django.http import HttpRequest, HttpResponse


def path(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def caseload(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def practice(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
