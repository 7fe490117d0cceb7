"""Adding a file to a handout: checked first, and kept beside the earlier ones."""

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from articles.handouts import pdf
from articles.models import Article, Handout, HandoutVersion, Page


def add_version(*, handout: Handout, data: bytes, by: User) -> HandoutVersion:
    """Raises `pdf.Refused`. The file goes again if its row cannot be stored."""
    sheet = pdf.read(data)
    version = HandoutVersion(handout=handout, size=len(data), pages=sheet.pages, by=by)
    try:
        with transaction.atomic():
            Handout.objects.select_for_update().get(pk=handout.pk)
            last = handout.newest()
            version.number = last.number + 1 if last else 1
            version.file.save("sheet.pdf", ContentFile(data), save=False)
            version.save()
    except Exception:
        if version.file:
            version.file.delete(save=False)
        raise
    return version


@transaction.atomic
def delete(*, handout: Handout) -> None:
    """Deletes it with its files, once the deletion is certain."""
    versions = list(handout.versions.all())
    handout.delete()

    def forget_files() -> None:
        for version in versions:
            version.file.delete(save=False)

    transaction.on_commit(forget_files)


def is_linked(handout: Handout) -> bool:
    """Whether a text leads to it. Two queries at most."""
    link = {"body__contains": f'href="{handout.get_absolute_url()}"'}
    return Article.objects.filter(**link).exists() or Page.objects.filter(**link).exists()
