"""The admin page on which editors and managers choose the reading for each step of the path."""

from django.contrib import admin

from accounts.admin.bases import PracticeModelAdmin
from articles.by_address import ByAddressForm
from clients.models import StepReading


class ReadingForm(ByAddressForm):
    class Meta:
        model = StepReading
        fields = ["step"]


@admin.register(StepReading)
class StepReadingAdmin(PracticeModelAdmin):
    """The reading for each step. It holds nothing about any client."""

    form = ReadingForm
    fields = ["step", "address"]
    list_display = ["article", "step"]
    list_select_related = ["article", "step"]
    list_filter = ["step"]
    search_fields = ["article__title"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body", "article__search")
