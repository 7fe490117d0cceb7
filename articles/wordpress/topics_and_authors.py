"""Topics and authors for imported articles: existing ones, or new ones."""

from collections.abc import Iterable

from articles import richtext
from articles.models import Author, Topic
from articles.wordpress import wxr
from articles.wordpress.import_report import Report
from articles.wordpress.slugs import free_slug, plain_slug
from articles.wordpress.survey import Category, Site

# WordPress assigns it to every post without a category.
UNSORTED = Category("uncategorized", "Uncategorized")
SLUG = 80


def words(text: str, limit: int) -> str:
    """The plain words of a text with markup and entities, on one line of at most `limit`."""
    line = richtext.plain(text)
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


class Library:
    def __init__(self, site: Site, report: Report) -> None:
        self.site, self.report = site, report
        self.topics: dict[str, Topic] = {}
        self.authors: dict[str, Author] = {}

    def topics_of(self, item: wxr.Item) -> list[Topic]:
        """The article's main topic first: categories, then tags, then the ancestors of both."""
        terms = sorted(item.terms, key=lambda term: term.taxonomy != "category")
        direct = [c for term in terms if (c := self._category(term)) and c.slug != UNSORTED.slug]
        outer = [c for category in direct for c in [*self.site.lineage(category.slug)][1:]]
        topics = [self._topic(category) for category in [*direct, *outer] or [UNSORTED]]
        return list(dict.fromkeys(topics))

    def _category(self, term: wxr.Term) -> Category | None:
        if term.taxonomy not in {"category", "post_tag"}:
            return None
        known = self.site.categories if term.taxonomy == "category" else self.site.tags
        return known.get(term.slug) or Category(term.slug, term.name or term.slug)

    def _topic(self, category: Category) -> Topic:
        if category.slug not in self.topics:
            self.topics[category.slug] = self._existing(category) or self._new(category)
        return self.topics[category.slug]

    def _existing(self, category: Category) -> Topic | None:
        slug, title = plain_slug(category.slug, SLUG), words(category.name, 120)
        by_slug = Topic.objects.filter(slug=slug).first() if slug else None
        return by_slug or Topic.objects.filter(title__iexact=title).first()

    def _new(self, category: Category) -> Topic:
        title = words(category.name, 120) or "Topic"
        taken = set(Topic.objects.values_list("slug", flat=True))
        slug = free_slug([category.slug, title], fallback="topic", taken=taken, limit=SLUG)
        self.report.created["topics"] += 1
        return Topic.objects.create(
            slug=slug, title=title, description=words(category.description, 600)
        )

    def author_of(self, item: wxr.Item) -> Author:
        login = item["dc:creator"].strip()
        if login not in self.authors:
            self.authors[login] = self._author(login)
        return self.authors[login]

    def _author(self, login: str) -> Author:
        """A login without a description may be an email address: only its first part is used."""
        known = self.site.people.get(login)
        name = words(known or login.partition("@")[0] or self.site.title, 120) or "Editors"
        if not known:
            self.report.note("authors that the file does not describe", name)
        existing = Author.objects.filter(name__iexact=name).first()
        return existing or self._new_author(name)

    def _new_author(self, name: str) -> Author:
        taken = set(Author.objects.values_list("slug", flat=True))
        slug = free_slug([name], fallback="author", taken=taken, limit=SLUG)
        self.report.created["authors"] += 1
        return Author.objects.create(slug=slug, name=name)


def unused(site: Site, used: Iterable[wxr.Item]) -> list[str]:
    """The categories and tags without an article, which do not become topics."""
    slugs = {term.slug for item in used for term in item.terms}
    in_use = {slug for term in slugs for slug in [term, *(c.slug for c in site.lineage(term))]}
    every = [*site.categories.values(), *site.tags.values()]
    return [category.name for category in every if category.slug not in in_use]
