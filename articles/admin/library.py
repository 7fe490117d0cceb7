"""The editors' desk for topics, authors and the library of pictures."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin.bases import PracticeModelAdmin
from articles.admin.forms import ImageForm
from articles.admin.text_field import pictures as text_pictures
from articles.models import Author, Image, Series, Topic
from articles.publishing import actions as publishing
from articles.upkeep import links_here


@admin.register(Topic)
class TopicAdmin(PracticeModelAdmin):
    list_display = ["title", "description", "review_months", "used"]
    search_fields = ["title", "slug"]
    ordering = ["title"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["picture"]
    actions = ["merge"]

    class Media:
        js = ["js/articles-desk.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).annotate(used=Count("articles"))

    def save_model(self, request: HttpRequest, obj: Topic, form: forms.ModelForm, change: bool):
        publishing.save_topic(topic=obj)

    @admin.action(description=_("Merge into one topic"), permissions=["delete"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Topic]) -> HttpResponse | None:
        """Asks which topic to keep; then every article and old address moves to it."""
        topics = list(queryset.order_by("title"))
        into = next((t for t in topics if str(t.pk) == request.POST.get("into")), None)
        if not into or len(topics) < 2:
            context = {**self.admin_site.each_context(request), "title": _("Merge topics"),
                       "opts": self.opts, "topics": topics}  # fmt: skip
            return render(request, "articles/admin/merge.html", context)
        removed = ", ".join(t.title for t in topics if t.pk != into.pk)
        publishing.merge_topics(into=into, topics=topics)
        self.log_change(request, into, f"Merged in: {removed}")
        text = _("%(removed)s: now part of %(into)s. Their web addresses redirect to it.")
        messages.success(request, text % {"removed": removed, "into": into.title})
        return None

    @admin.display(description=_("articles"), ordering="used")
    def used(self, topic: Topic) -> int:
        return topic.used  # type: ignore[attr-defined]


@admin.register(Series)
class SeriesAdmin(PracticeModelAdmin):
    list_display = ["title", "used"]
    search_fields = ["title"]
    ordering = ["title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        return super().get_queryset(request).annotate(used=Count("articles"))

    @admin.display(description=_("articles"), ordering="used")
    def used(self, series: Series) -> int:
        return series.used  # type: ignore[attr-defined]


@admin.register(Author)
class AuthorAdmin(PracticeModelAdmin):
    list_display = ["name", "credentials", "used"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["portrait"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "credentials", "bio", "portrait"]}),
        (
            _("Team"),
            {
                "fields": ["role", "team_place"],
                "description": _("For the practice’s page of its team."),
            },
        ),
    ]

    class Media:
        js = ["js/articles-desk.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        return super().get_queryset(request).annotate(used=Count("articles"))

    @admin.display(description=_("articles"), ordering="used")
    def used(self, author: Author) -> int:
        return author.used  # type: ignore[attr-defined]


class DescriptionForm(forms.ModelForm):
    """A row of the list: its field is named by what it describes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Alternative text of the picture “%(alt)s”")
        self.fields["alt"].widget.attrs["aria-label"] = label % {"alt": self.instance.alt}


@admin.register(Image)
class ImageAdmin(PracticeModelAdmin):
    form = ImageForm
    change_list_template = "articles/admin/image_list.html"
    list_display = ["thumbnail", "alt", "size", "uploaded_by", "uploaded_at"]
    list_display_links = ["thumbnail"]
    list_editable = ["alt"]
    list_select_related = ["uploaded_by"]
    list_per_page = 40
    search_fields = ["alt"]
    date_hierarchy = "uploaded_at"
    readonly_fields = ["shown", "used_in", "address", "size", "uploaded_by", "uploaded_at"]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, form=DescriptionForm, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> list[str]:  # type: ignore[override]
        return ["shown", "alt", *self.readonly_fields[1:]] if obj else ["file", "alt"]

    @admin.display(description=_("picture"))
    def thumbnail(self, image: Image) -> str:
        """Its alternative text names the link."""
        return format_html('<img class="thumbnail" src="{}" alt="{}">', image.small, image.alt)

    @admin.display(description=_("picture"))
    def shown(self, image: Image) -> str:
        return format_html('<img class="shown" src="{}" alt="{}">', image.file.url, image.alt)

    @admin.display(description=_("used in"))
    def used_in(self, image: Image) -> str:
        places = links_here.showing(image)
        rows = ((place.address, place.name) for place in places)
        line = '<li><a class="alone" href="{}">{}</a></li>'
        listed = format_html('<ul class="plain">{}</ul>', format_html_join("", line, rows))
        return listed if places else format_html("{}", _("Nothing shows it."))

    @admin.display(description=_("address"))
    def address(self, image: Image) -> str:
        return image.file.url

    @admin.display(description=_("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    def save_model(self, request: HttpRequest, obj: Image, form: forms.ModelForm, change: bool):
        if not change:
            obj.take(form.picture)  # type: ignore[attr-defined]
            obj.uploaded_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """A picture in use cannot be deleted; others only on their own page, not from the list."""
        return obj is not None and not obj.in_use() and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(obj.forget_files)

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("pick/", text_pictures.pick, "pick"),
            ("upload/", text_pictures.upload, "upload"),
        ]
        own = [
            path(address, self.admin_site.admin_view(view), name=f"articles_image_{name}")
            for address, view, name in pages
        ]
        return [*own, *super().get_urls()]
