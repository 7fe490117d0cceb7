"""The versions of a page: compared, and an earlier one restored."""

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.access import SignedIn
from articles.admin.access import may_change_pages
from articles.admin.versions import comparison_page
from articles.models import Page, PageVersion
from articles.pages import actions as pages


@may_change_pages
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    return comparison_page(request, get_object_or_404(Page, pk=pk))


@may_change_pages
def restore(request: SignedIn, pk: int, number: int) -> HttpResponse:
    kept = get_object_or_404(PageVersion.objects.select_related("page"), page=pk, number=number)
    if request.method != "POST":
        return redirect("admin:articles_page_versions", pk)
    comment = _("Version %(number)s") % {"number": number}
    try:
        pages.restore(page=kept.page, number=number, by=request.user, comment=comment)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("admin:articles_page_versions", pk)
    LogEntry.objects.log_actions(
        user_id=request.user.pk, queryset=[kept.page], action_flag=CHANGE,
        change_message=f"Restored version {number}", single_object=True,
    )  # fmt: skip
    text = _("Version %(number)s restored. Web address, status and date are unchanged.")
    messages.success(request, text % {"number": number})
    return redirect("admin:articles_page_change", pk)
