"""Topics and authors for imported articles: existing ones, or new ones."""

from collections.abc import Iterable

from articles import richtext
from articles.models import Author, Topic
from articles.wordpress import wxr
from articles.wordpress.import_report import Report
from articles.wordpress.slugs import free_slug, plain_slug
from articles.wordpress.survey import Category, Site

# WordPress gives it to every post that has no other.
UNSORTED = Category("uncategorized", "Uncategorized")
SLUG = 80


def words(text: str, limit: int) -> str:
    """Plain words of a text that may hold markup and entities, on one line, in a field's length."""
    said = richtext.plain(text)
    return said if len(said) <= limit else said[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


class Library:
    def __init__(self, site: Site, report: Report) -> None:
        self.site, self.report = site, report
        self.topics: dict[str, Topic] = {}
        self.authors: dict[str, Author] = {}

    def topics_of(self, item: wxr.Item) -> list[Topic]:
        """The first is the article's own: categories before tags, those they lie in at the end."""
        terms = sorted(item.terms, key=lambda term: term.taxonomy != "category")
        direct = [c for term in terms if (c := self._category(term)) and c.slug != UNSORTED.slug]
        outer = [c for category in direct for c in [*self.site.lineage(category.slug)][1:]]
        found = [self._topic(category) for category in [*direct, *outer] or [UNSORTED]]
        return list(dict.fromkeys(found))

    def _category(self, term: wxr.Term) -> Category | None:
        if term.taxonomy not in {"category", "post_tag"}:
            return None
        known = self.site.categories if term.taxonomy == "category" else self.site.tags
        return known.get(term.slug) or Category(term.slug, term.name or term.slug)

    def _topic(self, category: Category) -> Topic:
        if category.slug not in self.topics:
            self.topics[category.slug] = self._found(category) or self._new(category)
        return self.topics[category.slug]

    def _found(self, category: Category) -> Topic | None:
        slug, title = plain_slug(category.slug, SLUG), words(category.name, 120)
        by_slug = Topic.objects.filter(slug=slug).first() if slug else None
        return by_slug or Topic.objects.filter(title__iexact=title).first()

    def _new(self, category: Category) -> Topic:
        title = words(category.name, 120) or "Topic"
        taken = set(Topic.objects.values_list("slug", flat=True))
        slug = free_slug([category.slug, title], fallback="topic", taken=taken, limit=SLUG)
        self.report.made["topics"] += 1
        return Topic.objects.create(
            slug=slug, title=title, description=words(category.description, 600)
        )

    def author_of(self, item: wxr.Item) -> Author:
        login = item["dc:creator"].strip()
        if login not in self.authors:
            self.authors[login] = self._author(login)
        return self.authors[login]

    def _author(self, login: str) -> Author:
        """A login that the file does not explain may be an e-mail address: never shown whole."""
        known = self.site.people.get(login)
        name = words(known or login.partition("@")[0] or self.site.title, 120) or "Editors"
        if not known:
            self.report.note("authors that the file does not describe", name)
        found = Author.objects.filter(name__iexact=name).first()
        return found or self._new_author(name)

    def _new_author(self, name: str) -> Author:
        taken = set(Author.objects.values_list("slug", flat=True))
        slug = free_slug([name], fallback="author", taken=taken, limit=SLUG)
        self.report.made["authors"] += 1
        return Author.objects.create(slug=slug, name=name)


def unused(site: Site, used: Iterable[wxr.Item]) -> list[str]:
    """Categories and tags without an article: a topic that nobody could read is not made."""
    slugs = {term.slug for item in used for term in item.terms}
    named = {slug for term in slugs for slug in [term, *(c.slug for c in site.lineage(term))]}
    every = [*site.categories.values(), *site.tags.values()]
    return [category.name for category in every if category.slug not in named]
