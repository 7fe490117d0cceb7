"""A WordPress export, and document types that would expand it or read something outside it."""

from tests.support.articles.wxr import document, item

WHOLE = document(item(1), item(2))
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "a billion laughs": f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>',
    "quadratic": f'<!DOCTYPE rss [<!ENTITY l9 "{"x" * 50_000}">]>',
    "a file of this machine": '<!DOCTYPE rss [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    "a host": '<!DOCTYPE rss [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
    "parameters": '<!DOCTYPE rss [<!ENTITY % l9 SYSTEM "file:///etc/passwd"> %l9;]>',
    "a document type elsewhere": '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">',
}
