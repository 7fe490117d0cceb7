"""Topics and authors for imported articles: existing ones, or new ones."""

from articles import richtext
from articles.imports.import_report import Report
from articles.imports.slugs import free_slug, plain_slug
from articles.models import Author, Topic
from articles.models.library import Illustration

SLUG = 80


def words(text: str, limit: int) -> str:
    """The plain words of a text with markup and entities, on one line of at most `limit`."""
    line = richtext.plain(text)
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


class LibraryRows:
    """Finds a topic or an author by its old slug or its name, and creates it if there is none."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.topics: dict[str, Topic] = {}  # By old slug.
        self.authors: dict[str, Author] = {}  # By name.

    def topic(self, slug: str, name: str, description: str = "") -> Topic:
        if slug not in self.topics:
            self.topics[slug] = self._existing(slug, name) or self._new(slug, name, description)
        return self.topics[slug]

    def _existing(self, old_slug: str, name: str) -> Topic | None:
        slug, title = plain_slug(old_slug, SLUG), words(name, 120)
        by_slug = Topic.objects.filter(slug=slug).first() if slug else None
        return by_slug or Topic.objects.filter(title__iexact=title).first()

    def _new(self, old_slug: str, name: str, description: str) -> Topic:
        title = words(name, 120) or "Topic"
        taken = set(Topic.objects.values_list("slug", flat=True))
        slug = free_slug([old_slug, title], fallback="topic", taken=taken, limit=SLUG)
        self.report.created["topics"] += 1
        return Topic.objects.create(
            slug=slug, title=title, description=words(description, 600),
            illustration=Illustration.by_name(slug),
        )  # fmt: skip

    def author(self, name: str) -> Author:
        name = words(name, 120) or "Editors"
        if name not in self.authors:
            existing = Author.objects.filter(name__iexact=name).first()
            self.authors[name] = existing or self._new_author(name)
        return self.authors[name]

    def _new_author(self, name: str) -> Author:
        taken = set(Author.objects.values_list("slug", flat=True))
        slug = free_slug([name], fallback="author", taken=taken, limit=SLUG)
        self.report.created["authors"] += 1
        return Author.objects.create(slug=slug, name=name)
