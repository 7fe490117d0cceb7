"""nginx, as deploy/nginx.conf sets it up: what it keeps, and what it sends by itself."""

import gzip
import time

import pytest

from psywellpath.headers import ALWAYS, PICTURE
from tests.support.articles.image_files import encoded
from tests.support.serving.deployment import Cluster, Gunicorn, Nginx
from tests.support.serving.processes import site_folder, wait_until
from tests.support.serving.visitors import Visitor

STYLE = "site.0123456789ab.css"


@pytest.fixture(scope="module")
def site(run_folder):
    with site_folder() as folder, Cluster(folder, migrated_in=run_folder) as cluster:
        for name in ("static", "media/pictures", "media/handouts"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "static" / STYLE).write_text("p { color: teal }")
        (folder / "static" / f"{STYLE}.gz").write_bytes(gzip.compress(b"p { color: teal }"))
        (folder / "media/pictures/a-1.png").write_bytes(encoded())
        (folder / "media/handouts/plan.pdf").write_bytes(b"%PDF-1.7")
        known = cluster.rows("fill")
        with Gunicorn(cluster) as web, Nginx(folder, web) as proxy:
            yield cluster, web, proxy, known


def kept(proxy: Nginx) -> bytes:
    return b"".join(path.read_bytes() for path in proxy.cache.rglob("*") if path.is_file())


def test_files_have_the_headers_of_the_site(site):
    _cluster, web, proxy, _known = site
    visitor = Visitor(proxy.port)
    style = visitor.get(f"/static/{STYLE}")
    picture = visitor.get("/media/pictures/a-1.png")
    ours = {
        STYLE: ALWAYS,
        "picture": ALWAYS
        | {"Content-Security-Policy": PICTURE, "Cross-Origin-Resource-Policy": "cross-origin"},
    }
    for answer, expected in zip((style, picture), ours.values(), strict=True):
        assert answer.status == 200
        for name, text in expected.items():
            assert answer.headers.get_all(name) == [text], name
        assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    assert style.headers["Content-Type"].startswith("text/css")
    assert "immutable" in style.headers["Cache-Control"]
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.headers["Cache-Control"] == "max-age=604800, public"
    direct = Visitor(web.port).get("/media/pictures/a-1.png").headers
    for name in ("Content-Type", "Content-Security-Policy", "Cross-Origin-Resource-Policy"):
        assert direct[name] == picture.headers[name]
    packed = visitor.get(f"/static/{STYLE}", **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert visitor.get("/media/pictures/a-1.png", Range="bytes=0-3").status == 206
    # What is missing is answered by the site's own page, and other files not at all.
    missing = ["/static/none.css", "/media/pictures/none.png", "/media/handouts/plan.pdf",
               "/media/pictures/", "/static/", "/static/..%2fnginx.log"]  # fmt: skip
    for path in missing:
        answer = visitor.get(path)
        assert answer.status in (400, 403, 404), path
        assert "%PDF" not in answer.text
    assert "14416" in visitor.get("/static/none.css").text


def test_public_pages_are_kept_and_never_old(site):
    """The last test of this file: it ends the database, and then the site."""
    cluster, web, proxy, known = site
    visitor, therapist = Visitor(proxy.port), Visitor(proxy.port, session=known["therapist"])
    home = visitor.get("/")
    assert home.status == 200
    assert "X-Accel-Expires" not in home.headers
    assert therapist.get("/").text == home.text
    packed = visitor.get("/", **{"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert visitor.get("/", **{"If-None-Match": home.headers["ETag"]}).status == 304
    cluster.ask("UPDATE clients_step SET name = 'Trusting again' WHERE number = 2", "psywellpath")
    before = time.monotonic()
    wait_until(lambda: "Trusting again" in visitor.get("/").text, "the change is public", 5)
    assert time.monotonic() - before < 3  # A second, and what a busy machine adds.
    assert "Trusting again" in therapist.get("/").text

    # What one person sees, and what somebody searched for, is kept nowhere.
    assert "Asha" in therapist.get(f"/clients/{known['client']}/").text
    assert "alpine-zebra" in visitor.get("/articles/search/?q=alpine-zebra").text
    assert visitor.get("/accounts/login/").status == 200
    on_disk = kept(proxy)
    assert b"KEY: https practice.example / " in on_disk
    for words in (b"Asha", b"alpine-zebra", b"/accounts/login/", b"sessionid"):
        assert words not in on_disk

    # The database goes away, then the site: readers notice nothing, and nobody sees private pages.
    help_page = visitor.get("/help/").text
    cluster.end()
    time.sleep(1.1)
    assert visitor.get("/help/").text == help_page
    assert visitor.get("/").status == 200
    assert therapist.get(f"/clients/{known['client']}/").status >= 500
    web.kill()
    time.sleep(1.1)
    assert visitor.get("/help/").text == help_page
    assert therapist.get(f"/clients/{known['client']}/").status == 502
