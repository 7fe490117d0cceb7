"""Pictures for the text field: the library to choose from, and new ones uploaded in place."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import SignedIn
from articles.admin.access import may_add_pictures, may_view_pictures
from articles.admin.forms import ImageForm
from articles.models import Image
from articles.publishing import actions as publishing

SHOWN = 60


@may_view_pictures
def pick(request: HttpRequest) -> HttpResponse:
    """The part of the dialog that shows the library, newest first."""
    query = request.GET.get("q", "").strip()
    pictures = Image.objects.filter(alt__icontains=query)[:SHOWN]
    return render(request, "articles/admin/pick.html", {"pictures": pictures, "query": query})


@may_add_pictures
def upload(request: SignedIn) -> HttpResponse:
    """Adds a picture to the library. One that came within a pasted text has no description yet: in
    the text its alternative text stays empty, and so the article cannot be published."""
    if request.method != "POST":
        return redirect("admin:articles_image_changelist")
    described = request.POST.get("alt", "").strip()
    values = {"alt": described or _("Not described yet")}
    form = ImageForm(values, request.FILES)
    if not form.is_valid():
        reasons = [str(text) for texts in form.errors.values() for text in texts]
        return JsonResponse({"error": " ".join(reasons)}, status=400)
    image = publishing.add_picture(
        picture=form.picture, alt=form.cleaned_data["alt"], by=request.user
    )
    return JsonResponse({"url": image.file.url, "alt": described})
