"""A move from Ghost, Hugo or Jekyll loses no word, no picture and no address."""

import json
import re
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles import richtext
from articles.models import Article, Image, Page
from tests.support.articles import ghost_file, markdown_folder
from tests.support.articles.old_site import everything
from tests.support.xss import PAYLOADS, live_markup

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: object) -> str:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return out.getvalue()


def words(body: str) -> Counter[str]:
    """Blocks end a word; what stands within a line does not."""
    return Counter(
        richtext.plain(re.sub(r"<(?=/?(?:p|h\d|li|t[dhr]|fig|pre))", " <", body)).split()
    )


def answers(client, addresses: dict[str, str]) -> None:
    for old, new in addresses.items():
        answer = client.get(old)
        assert answer.status_code == 301, old
        assert answer.url == new or not new, old
        assert client.get(answer.url).status_code == 200, new


def test_a_whole_ghost_site_moves(tmp_path, client):
    media = ghost_file.uploads(tmp_path / "images")
    page = tmp_path / "report.html"
    arguments = (ghost_file.export(tmp_path), "--media", media, "--addresses", "/blog/:year/:slug/")
    report = run("import_ghost", *arguments, "--report", page, "--verbosity", "2")
    first = Article.objects.get(slug="first")
    assert words(first.body) == Counter(ghost_file.SAID.split()) + Counter(["Dawn,", "2021"])
    assert (first.excerpt, first.topic.slug, first.author.name) == (
        "Why closeness lasts.", "bonds", "Dr. Meera Nair")  # fmt: skip
    assert first.body.count("<img") == 2
    assert first.cover
    assert first.cover.alt == "A hill"
    assert f"{first.publish_at:%Y-%m-%d %H:%M} {first.changed_at:%Y-%m-%d}" == (
        "2021-01-02 09:30 2022-05-05")  # fmt: skip
    for address in ("/articles/second/", "/about/", "/articles/topics/bonds/"):
        assert f'href="{address}"' in first.body
    states = dict(Article.objects.values_list("slug", "status"))
    assert states == {"first": "published", "second": "published", "paid": "draft", "idea": "draft",
                      "letter": "draft", "later": "scheduled"}  # fmt: skip
    assert Page.objects.get(slug="about").status == "published"
    assert Image.objects.count() == 3
    for line in ("for members only: drafts", "sent by email only: drafts", "sheet.pdf", "Rare (1)",
                 "First: Vikram Sen", "Items in 10, items out 10."):  # fmt: skip
        assert line in report
    assert live_markup(page.read_text().partition("<script>")[0]) == []
    before = everything()
    again = run("import_ghost", *arguments)
    assert "Articles: 6 already imported" in again
    assert "Pages: 1 already imported" in again
    assert everything() == before
    answers(client, ghost_file.ADDRESSES)
    for old in ghost_file.UPLOADS:
        assert client.get(client.get(old).url)["Content-Type"].startswith("image/"), old


def test_a_whole_hugo_site_moves(tmp_path, client):
    folder = markdown_folder.hugo(tmp_path / "site")
    report = run("import_markdown", folder, "--tags", "2", "--verbosity", "2")
    first = Article.objects.get(slug="first")
    assert words(first.body) == Counter(markdown_folder.HUGO_SAID.split())
    assert first.body.count("<img") == 2
    assert first.cover
    assert first.excerpt == "Closeness begins early, and never lasts."
    assert first.author.name == "Dr. Meera Nair"
    assert [topic.slug for topic in (first.topic, *first.more_topics.all())] == ["bonds", "often"]
    assert first.body.count('href="/articles/second/"') == 2
    assert 'href="/about/"' in first.body
    assert "<script" not in first.body
    states = dict(Article.objects.values_list("slug", "status"))
    assert states == {"first": "published", "second": "published", "idea": "draft",
                      "later": "scheduled", "undated": "draft"}  # fmt: skip
    assert 'href="/articles/first/"' in Page.objects.get(slug="about").body
    assert Image.objects.count() == 3
    for line in ("content/posts/broken.md", "_index.md", "notice", "sheet.pdf",
                 "Items in 11, items out 11."):  # fmt: skip
        assert line in report
    before = everything()
    run("import_markdown", folder, "--tags", "2")
    assert everything() == before
    answers(client, markdown_folder.HUGO_ADDRESSES)


def test_a_whole_jekyll_site_moves(tmp_path, client):
    folder = markdown_folder.jekyll(tmp_path / "site")
    (folder / "_posts" / "2020-01-01-out.md").symlink_to("/etc/passwd")
    report = run("import_markdown", folder, "--verbosity", "2")
    third = Article.objects.get(slug="third")
    assert words(third.body) == Counter(markdown_folder.JEKYLL_SAID.split())
    assert (third.title, third.author.name, third.topic.slug) == (
        "The third: नींद", "Dr. Meera Nair", "bonds")  # fmt: skip
    assert 'href="/articles/fourth/"' in third.body
    assert Article.objects.get(slug="fifth").status == "draft"
    assert third.cover == Image.objects.get()
    for line in ("notes.md", 'include box.html text="Gone"', "Items in 6, items out 6."):
        assert line in report
    before = everything()
    run("import_markdown", folder)
    assert everything() == before
    answers(client, markdown_folder.JEKYLL_ADDRESSES)


@pytest.mark.trust
def test_hostile_texts_and_broken_files_do_no_harm(tmp_path):
    hostile = [ghost_file.post(100 + n, f"x-{n}", f"<p>B {text}</p>{text}", title=text,
                               custom_excerpt=text, feature_image=text, uuid=text)
               for n, (_kind, text) in enumerate(PAYLOADS)]  # fmt: skip
    run("import_ghost", ghost_file.export(tmp_path, *hostile))
    posts = tmp_path / "site" / "_posts"
    posts.mkdir(parents=True)
    for n, (_kind, text) in enumerate(PAYLOADS):
        fields = json.dumps({"title": text, "excerpt": text, "image": text, "author": text})
        written = f"---\n{fields}\n---\nBefore\n\n{text}\n\n- [x]({text}) ![x]({text})\n"
        (posts / f"2020-01-01-y-{n}.md").write_bytes(written.encode("utf-8", "replace"))
    run("import_markdown", tmp_path / "site")
    assert Article.objects.count() > 1.5 * len(PAYLOADS)
    for body in Article.objects.values_list("body", flat=True):
        assert live_markup(body) == []
    broken = tmp_path / "broken.json"
    for content in ("", "[", "[]", '{"db": [{"data": {"posts": 3}}]}', "[" * 100_000):
        broken.write_text(content)
        with pytest.raises(CommandError, match="Nothing was changed"):
            run("import_ghost", broken)
    with pytest.raises(CommandError, match="no such folder"):
        run("import_markdown", tmp_path / "nowhere")
