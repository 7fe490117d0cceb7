"""Therapists keep the library of tasks and the note templates in the admin, and find nothing more
on its index."""

from selectolax.lexbor import LexborHTMLParser

from clients.models import NoteTemplate, TaskIdea

LIBRARIES = ["/admin/clients/notetemplate/", "/admin/clients/taskidea/"]


def page(answer) -> LexborHTMLParser:
    assert answer.status_code == 200
    return LexborHTMLParser(answer.content.decode())


def test_therapists_keep_the_libraries_together(cast, browser_of):
    meera, vikram = browser_of(cast.meera), browser_of(cast.vikram)
    index = page(meera.get("/admin/"))
    links = [
        link.attributes["href"] for link in index.css("#content-main th a, #content-main td a")
    ]
    assert sorted({link for link in links if not link.endswith("add/")}) == LIBRARIES

    entry = {"slug": "a-walk", "step": 2, "title": "A walk", "text": "Go out.", "caution": ""}
    added = meera.post("/admin/clients/taskidea/add/", entry | {"active": "on"})
    assert added.status_code == 302, page(added).css_first(".errorlist").text()
    walk = TaskIdea.objects.get(slug="a-walk")
    assert walk.changed_by == cast.meera
    assert b"A walk" in vikram.get("/admin/clients/taskidea/").content

    change = f"/admin/clients/taskidea/{walk.pk}/change/"
    forged = {"changed_by": str(cast.meera.pk), "text": "Go out once."}
    assert vikram.post(change, entry | forged).status_code == 302
    walk.refresh_from_db()
    assert (walk.changed_by, walk.text, walk.active) == (cast.vikram, "Go out once.", False)
    row = page(meera.get("/admin/clients/taskidea/?q=walk")).css_first("#result_list tbody tr")
    assert "Vikram Sen" in row.text()
    assert "Vikram Sen" in page(meera.get(change)).css_first(".field-changed_by").text()
    assert meera.post(f"/admin/clients/taskidea/{walk.pk}/delete/").status_code == 403

    template = NoteTemplate.objects.first()
    entry = {"slug": template.slug, "step": "", "title": "Mine", "text": "How was it?"}
    where = f"/admin/clients/notetemplate/{template.pk}/change/"
    assert meera.post(where, entry | {"active": "on"}).status_code == 302
    template.refresh_from_db()
    assert (template.title, template.changed_by) == ("Mine", cast.meera)


def test_managers_find_their_pages_as_before(cast, browser_of):
    index = page(browser_of(cast.manoj).get("/admin/"))
    assert index.css_first("a[href='/admin/clients/carelink/']")
    assert index.css_first("a[href='/admin/clients/taskidea/']")
