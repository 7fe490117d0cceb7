"""The topics and the author of an imported article, from its categories, tags and login."""

from collections import Counter
from collections.abc import Iterable

from articles.imports.import_report import Report
from articles.imports.library_rows import LibraryRows
from articles.models import Author, Topic
from articles.wordpress import wxr
from articles.wordpress.survey import Category, Site

# WordPress assigns it to every post without a category.
UNSORTED = Category("uncategorized", "Uncategorized")
PRIMARY = ("_yoast_wpseo_primary_category", "rank_math_primary_category")
TAXONOMIES = {"category", "post_tag"}


class Library:
    """`tags`: how many posts a tag needs to become a topic; none does if it is None."""

    def __init__(self, site: Site, report: Report, tags: int | None) -> None:
        self.site, self.report = site, report
        self.rows = LibraryRows(report)
        self.uses = Counter(t.slug for i in site.posts for t in i.terms if t.taxonomy == "post_tag")
        self.least = tags
        self.numbers = {c.id: slug for slug, c in site.categories.items() if c.id}

    def topics_of(self, item: wxr.Item) -> list[Topic]:
        """The article's main topic first: categories, then tags, then the ancestors of both."""
        terms = sorted(item.terms, key=lambda term: term.taxonomy != "category")
        direct = [c for term in terms if (c := self._category(term)) and c.slug != UNSORTED.slug]
        primary = [self.numbers.get(item.meta.get(name, "")) for name in PRIMARY]
        direct.sort(key=lambda category: category.slug not in primary)
        outer = [c for category in direct for c in [*self.site.lineage(category.slug)][1:]]
        topics = [self.topic(category) for category in [*direct, *outer] or [UNSORTED]]
        return list(dict.fromkeys(topics))

    def is_topic(self, tag: str) -> bool:
        return self.least is not None and self.uses[tag] >= self.least

    def _category(self, term: wxr.Term) -> Category | None:
        if term.taxonomy not in TAXONOMIES:
            return None
        if term.taxonomy == "post_tag" and not self.is_topic(term.slug):
            return None
        known = self.site.categories if term.taxonomy == "category" else self.site.tags
        return known.get(term.slug) or Category(term.slug, term.name or term.slug)

    def topic(self, category: Category) -> Topic:
        return self.rows.topic(category.slug, category.name, category.description)

    def author_of(self, item: wxr.Item) -> Author:
        return self.author(item["dc:creator"].strip())

    def author(self, login: str) -> Author:
        """A login without a description may be an email address: only its first part is used."""
        known = self.site.people.get(login)
        author = self.rows.author(known or login.partition("@")[0] or self.site.title)
        if not known:
            self.report.note("authors that the file does not describe", author.name)
        return author


def note_unused(library: Library, used: Iterable[wxr.Item]) -> None:
    """Notes the categories and tags that do not become topics, and what becomes flat."""
    site, report = library.site, library.report
    terms = {term for item in used for term in item.terms if term.taxonomy in TAXONOMIES}
    slugs = {term.slug for term in terms}
    in_use = {slug for term in slugs for slug in [term, *(c.slug for c in site.lineage(term))]}
    for category in [*site.categories.values(), *site.tags.values()]:
        if category.slug not in in_use:
            report.note("categories and tags without an article: no topics", category.name)
    for category in site.categories.values():
        if category.parent and category.slug in in_use:
            heading = "categories within others: topics have no levels, articles are under both"
            report.note(heading, f"{category.name} in {category.parent}")
    tags = {term.slug: term.name or term.slug for term in terms if term.taxonomy == "post_tag"}
    for slug, name in sorted(tags.items()):
        if not library.is_topic(slug):
            heading = "tags that did not become topics; their addresses lead to a search"
            report.note(heading, f"{name} ({library.uses[slug]})")
