"""Folders of Markdown with everything that a move can lose, as Hugo and Jekyll keep them."""

from pathlib import Path

from tests.support.articles.image_files import encoded

HUGO_TEXT = """+++
title = "The first"
date = 2021-01-02T09:30:00+05:30
lastmod = 2022-05-05
slug = "first"
aliases = ["/old/first/", "/2019/older.html"]
categories = ["Bonds"]
tags = ["Rare", "Often"]
authors = ["Dr. Meera Nair"]
[cover]
image = "sea.jpg"
alt = "The sea at dawn"
+++
Closeness begins **early**[^1], and ~~never~~ lasts[^note].

<!--more-->

## Bonds {#bonds}

See [the second]({{< ref "second.md" >}}), [about us](../../../about/), [plain](second.md) and [the sheet](/files/sheet.pdf).

![A hill](/img/hill.png "A title")

{{< figure src="sea.jpg" alt="The sea" caption="By the sea" >}}

{{< youtube abc >}}

{{% notice %}}
Kept words
{{% /notice %}}

| a | b |
|---|---|
| 1 | 2 |

```go
{{< not "a shortcode" >}}
```

- one
- two

<script>alert(1)</script>

[^1]: Bowlby *1969*.
[^note]: A note
    that goes on.
"""  # noqa: E501
HUGO_SAID = """Closeness begins early1, and never lasts2. Bonds See the second, about us, plain and
the sheet. By the sea https://www.youtube.com/watch?v=abc Kept words a b 1 2 {{< not "a shortcode"
>}} one two Bowlby 1969. A note that goes on."""
HUGO_ADDRESSES = {
    "/writing/2021/first/": "/articles/first/",
    "/writing/2021/first": "/articles/first/",
    "/old/first/": "/articles/first/",
    "/2019/older.html": "/articles/first/",
    "/posts/second/": "/articles/second/",
    "/categories/bonds/": "/articles/topics/bonds/",
    "/tags/often/": "/articles/topics/often/",
    "/tags/rare/": "/articles/search/?q=Rare",
    "/authors/dr-meera-nair/": "/articles/authors/dr-meera-nair/",
    "/index.xml": "/articles/feed.xml",
    "/posts/": "/articles/",
}
HUGO_UPLOADS = ["/img/hill.png", "/writing/one/sea.jpg", "/img/unused.png"]

JEKYLL_TEXT = """---
layout: post
title: "The third: नींद"
author: meera
categories: bonds love
redirect_from: /before/
date: 2020-03-01 10:00:00 +0530
image: /assets/hill.png
---
Words with a [link]({% post_url 2020-03-02-fourth %}) and
![a hill]({{ site.baseurl }}/assets/hill.png){: .wide}

{% highlight python %}
print("{{ x }}")
{% endhighlight %}

{% include box.html text="Gone" %}
{: .lead}
Also https://example.org here.
"""
JEKYLL_SAID = """Words with a link and print("{{ x }}") Also https://example.org here."""
JEKYLL_ADDRESSES = {
    "/blog/bonds/love/2020/03/01/third.html": "/articles/third/",
    "/blog/bonds/love/2020/03/01/third": "/articles/third/",
    "/blog/before/": "/articles/third/",
    "/blog/about.html": "/about/",
    "/blog/feed.xml": "/articles/feed.xml",
    "/blog/assets/hill.png": "",
}


def _write(folder: Path, files: dict[str, str], pictures: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    for name, kind in pictures.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(kind))
    return folder


def hugo(folder: Path) -> Path:
    files = {
        "hugo.toml": 'baseURL = "https://old.example/"\ntitle = "Old"\n'
                     '[permalinks]\nwriting = "/:section/:year/:slug/"\n',
        "README.md": "# Not a text",
        "content/writing/one/index.md": HUGO_TEXT,
        "content/posts/second.md": "---\ntitle: Two\ndate: 2021-02-01\ntags: Often\n---\nSecond.",
        "content/posts/idea.md": "---\ntitle: Idea\ndraft: true\n---\nAn idea.",
        "content/posts/later.md": '{"title": "Later", "date": "2099-01-01"}\nLater.',
        "content/posts/undated.md": "# Undated\n\nNo date.",
        "content/posts/broken.md": "---\ntitle: [x\n---\nBroken.",
        "content/posts/_index.md": "---\ntitle: Posts\n---\n",
        "content/about.md": "---\ntitle: About us\n---\nAbout [first](/writing/2021/first/).",
        "themes/x/content/theme.md": "---\ntitle: Theme\n---\nNot ours.",
    }  # fmt: skip
    return _write(folder, files, {"static/img/hill.png": "PNG", "static/img/unused.png": "PNG",
                                  "content/writing/one/sea.jpg": "JPEG"})  # fmt: skip


def jekyll(folder: Path) -> Path:
    files = {
        "_config.yml": "title: Old\nurl: https://old.example\nbaseurl: /blog\n",
        "_data/authors.yml": "meera:\n  name: Dr. Meera Nair\n",
        "_posts/2020-03-01-third.md": JEKYLL_TEXT,
        "_posts/2020-03-02-fourth.markdown": "---\ntitle: Fourth\n---\nFourth.",
        "_drafts/fifth.md": "---\ntitle: Fifth\n---\nFifth.",
        "about.md": "---\ntitle: About\npermalink: /about.html\n---\nAbout.",
        "notes.md": "No fields.",
    }
    return _write(folder, files, {"assets/hill.png": "PNG"})
