"""10,000 articles generated from the field's words, twenty written by hand, and queries for those.

The generated ones contain the words of the queries, too, one or two at a time: to come first, an
article must be about the query, and not merely contain a word of it.
"""

import random
import tomllib
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from articles.models import Article, Author, Topic

ARTICLES, SEED, BATCH = 10_000, 7, 1000
TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
COMMON, SYLLABLES = TEXTS["common"].split(), TEXTS["syllables"].split()
# (what is typed, the article that should come first)
QUERIES = [(row["typed"], row["first"]) for row in TEXTS["query"]]
# As in real texts, an article is about a few things, and most of its words are general ones.
THEME = 9


def _rare(draw: random.Random) -> str:
    """A word that hardly any other article has: real texts have names and terms of their own."""
    return "".join(draw.choices(SYLLABLES, k=draw.randint(2, 4)))


def _sentence(draw: random.Random, theme: list[str]) -> str:
    words = [*draw.choices(theme, k=3), *(_rare(draw) for _ in range(4))]
    draw.shuffle(words)
    return " ".join(words).capitalize() + "."


def _generated(number: int, draw: random.Random) -> dict[str, str]:
    theme = draw.sample(COMMON, THEME)
    body = "".join(f"<p>{' '.join(_sentence(draw, theme) for _ in range(3))}</p>" for _ in range(4))
    title = f"{theme[0].capitalize()} and {theme[1]}, {_rare(draw)}"
    excerpt = _sentence(draw, theme)
    return {"slug": f"made-up-{number}", "title": title, "excerpt": excerpt, "body": body}


def _written(slug: str, title: str, about: str) -> dict[str, str]:
    body = f"<h2>{title}</h2><p>{about}</p><p>It takes time, and it can be learned.</p>"
    return {"slug": slug, "title": title, "excerpt": about, "body": body}


def write(articles: int = ARTICLES) -> None:
    """Fills an empty table of articles."""
    draw, now = random.Random(SEED), timezone.now()
    topics = [Topic.objects.create(slug=f"topic-{n}", title=f"Topic {n}") for n in range(8)]
    authors = [Author.objects.create(slug=f"author-{n}", name=f"Author {n}") for n in range(5)]
    texts = [_written(**row) for row in TEXTS["written"]]
    texts += [_generated(n, draw) for n in range(articles - len(texts))]
    draw.shuffle(texts)
    Article.objects.bulk_create(
        (
            Article(
                **text, topic=draw.choice(topics), author=draw.choice(authors),
                status=Article.Status.PUBLISHED, publish_at=now - timedelta(hours=number + 1),
            )
            for number, text in enumerate(texts)
        ),
        batch_size=BATCH,
    )  # fmt: skip
