"""Admin for editors: the articles offered after a result, by its region of the plane."""

from django.contrib import admin

from accounts.admin.bases import PracticeModelAdmin
from articles.by_address import ByAddressForm
from assessments.models import RegionReading


class RegionReadingForm(ByAddressForm):
    class Meta:
        model = RegionReading
        fields = ["region"]


@admin.register(RegionReading)
class RegionReadingAdmin(PracticeModelAdmin):
    form = RegionReadingForm
    fields = ["region", "address"]
    list_display = ["article", "region"]
    list_select_related = ["article"]
    list_filter = ["region"]
    search_fields = ["article__title"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body", "article__search")
