"""Every path at which the old site answered, so that each can lead on."""

from urllib.parse import unquote, urlencode, urlsplit

from django.urls import reverse
from django.utils.text import slugify

from articles.imports.storing import ADDRESS, Store
from articles.wordpress import wxr
from articles.wordpress.survey import Category, Site
from articles.wordpress.topics_and_authors import TAXONOMIES, Library


def path_of(address: str) -> str:
    """The decoded path from the root on, with the query string that old addresses have."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = unquote(parts.path).replace("\x00", "") or "/"
    return f"{path}?{parts.query}" if parts.query else path


def of_text(item: wxr.Item) -> list[str]:
    """Every path at which the old site served a post, a page or an attachment."""
    paths = [path_of(item["link"])]
    slug = unquote(item["wp:post_name"])
    before, found, after = paths[0].rpartition(slug) if slug else ("", "", "")
    if found and "?" not in paths[0]:
        paths += [f"{before}{unquote(old)}{after}" for old in item.old_slugs]
    if item.id.isdigit():
        base = urlsplit(item["link"]).path if "?" in item["link"] else "/"
        names = {"page": ("page_id", "p"), "attachment": ("attachment_id", "p")}
        for name in names.get(item.kind, ("p",)):
            paths.append(f"{base or '/'}?{name}={item.id}")
    return [p for p in dict.fromkeys(paths) if p.startswith("/") and 1 < len(p) <= ADDRESS]


def plan_lists(store: Store, site: Site, library: Library, used: list[wxr.Item]) -> None:
    """Where the old site's lists and feeds lead; creates the topics that its posts need."""
    base = "/" + path_of(site.address).strip("/")
    base = base if base == "/" else f"{base}/"
    feed, listed = reverse("article-feed"), reverse("article-list")
    store.lead_on([f"{base}feed/", f"{base}comments/feed/"], feed)
    store.lead_on([base], listed)
    for item in used:
        library.topics_of(item)
    terms = [term for item in used for term in item.terms if term.taxonomy in TAXONOMIES]
    named = {term.slug: Category(term.slug, term.name or term.slug) for term in terms}
    for category in {**named, **site.tags, **site.categories}.values():
        _lead_term(store, site, library, category, base)
    for login in {item["dc:creator"].strip(): None for item in used if item["dc:creator"].strip()}:
        _lead_author(store, site, library, login, base)


def _lead_author(store: Store, site: Site, library: Library, login: str, base: str) -> None:
    """WordPress makes the address from the login; the number finds it, too."""
    to = library.author(login).get_absolute_url()
    for name in dict.fromkeys([login, slugify(login)]):
        store.lead_on([f"{base}author/{name}/feed/"], reverse("article-feed"))
        store.lead_on([f"{base}author/{name}/"], to)
    number = site.people_ids.get(login, "")
    store.lead_on([f"{base}?author={number}"] if number.isdigit() else [], to)


def _lead_term(store: Store, site: Site, library: Library, category: Category, base: str) -> None:
    """A category's address may name those that it is in, or not."""
    slug, feed = unquote(category.slug), reverse("article-feed")
    if category.slug in library.rows.topics:
        to = library.rows.topics[category.slug].get_absolute_url()
    else:
        to = f"{reverse('article-search')}?{urlencode({'q': category.name})}"
    nested = "/".join(unquote(c.slug) for c in reversed([*site.lineage(category.slug)]))
    for path in dict.fromkeys([f"category/{slug}/", f"category/{nested or slug}/", f"tag/{slug}/"]):
        store.lead_on([f"{base}{path}feed/"], feed)
        store.lead_on([f"{base}{path}"], to)
    numbers = [f"{base}?cat={category.id}"] if category.id.isdigit() else []
    store.lead_on([*numbers, f"{base}?{urlencode({'tag': slug})}",
                   f"{base}?{urlencode({'category_name': slug})}"], to)  # fmt: skip
