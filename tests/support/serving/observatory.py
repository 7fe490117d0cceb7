"""Grades a response's headers by the published rules of the HTTP Observatory, reimplemented.

    grade(page)    # ("A+", 130, [])

A response begins with 100 points. Missing protection costs points; extra protection adds some if at
least 90 are left without it.
"""

import re
from http.cookies import SimpleCookie

GRADES = ((100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (50, "C"), (30, "D"), (0, "F"))
HALF_A_YEAR = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
FETCHED = ("script-src", "style-src", "img-src", "font-src", "connect-src", "object-src")

Finding = tuple[int, str]


def policy(text: str) -> dict[str, list[str]]:
    parts = (part.split() for part in text.split(";") if part.strip())
    return {name.lower(): values for name, *values in parts}


def of_csp(csp: dict[str, list[str]]) -> Finding:
    if not csp:
        return -25, "no content policy"
    scripts = csp.get("script-src", csp.get("default-src", ["*"]))
    styles = csp.get("style-src", csp.get("default-src", ["*"]))
    nonce = any(s.startswith(("'nonce-", "'sha")) for s in scripts)
    if {"*", "data:", "http:", "https:"} & {s.lower() for s in scripts}:
        return -20, "scripts from anywhere"
    if "'unsafe-inline'" in scripts and not nonce:
        return -20, "inline scripts"
    if any(s.startswith("http:") for name in FETCHED for s in csp.get(name, [])):
        return -20, "over http"
    if "'unsafe-eval'" in scripts:
        return -10, "eval"
    if "'unsafe-inline'" in styles:
        return 0, "inline styles"
    return (10, "") if csp.get("default-src") == ["'none'"] else (5, "default-src is not 'none'")


def of_cookies(cookies: SimpleCookie, hsts: bool) -> Finding:
    worst: Finding = (5 if cookies else 0, "")
    for name, cookie in cookies.items():
        session = bool(re.search("sess|login", name, re.IGNORECASE))
        if not cookie["secure"]:
            worst = min(worst, (-20 if not hsts or session else -5, f"{name}: not Secure"))
        if session and not cookie["httponly"]:
            worst = min(worst, (-30, f"{name}: not HttpOnly"))
        if not cookie["samesite"]:
            worst = min(worst, (-20 if "csrf" in name else 0, f"{name}: no SameSite"))
    return worst


def of_hsts(value: str) -> Finding:
    age = re.search(r"max-age=(\d+)", value)
    if not age:
        return -20, "no HSTS"
    return (0, "") if int(age[1]) >= HALF_A_YEAR else (-10, "HSTS is short")


def of_frames(csp: dict[str, list[str]], value: str) -> Finding:
    if csp.get("frame-ancestors") in (["'none'"], ["'self'"]):
        return 5, ""
    return (0, "") if value in ("DENY", "SAMEORIGIN") else (-20, "may be framed")


def of_others(headers) -> list[Finding]:
    findings = []
    referrer = headers.get("Referrer-Policy", "").lower()
    findings.append((5, "") if referrer in PRIVATE else (-5 if referrer else 0, "referrer"))
    nosniff = headers.get("X-Content-Type-Options") == "nosniff"
    findings.append((0, "") if nosniff else (-5, "may be sniffed"))
    origin = headers.get("Access-Control-Allow-Origin")
    credentials = headers.get("Access-Control-Allow-Credentials")
    findings.append((-50, "open to other sites") if origin and credentials else (0, ""))
    corp = headers.get("Cross-Origin-Resource-Policy")
    findings.append((10 if corp in ("same-origin", "same-site") else 0, ""))
    return findings


def scripts(page: str) -> Finding:
    """Scripts from another host than ours need an integrity hash."""
    foreign = re.findall(r"<script[^>]*\ssrc=[\"']?(?:https?:)?//[^>]*>", page)
    bare = [tag for tag in foreign if "integrity=" not in tag]
    return (-50, bare[0]) if bare else (0, "")


def grade(answer) -> tuple[str, int, list[str]]:
    """The grade, the points, and the findings that cost points."""
    headers = answer.headers
    csp = policy(headers.get("Content-Security-Policy", ""))
    hsts = of_hsts(headers.get("Strict-Transport-Security", ""))
    page = "" if answer.streaming else answer.content.decode(errors="replace")
    findings = [
        of_csp(csp), of_cookies(answer.cookies, hsts[0] == 0), hsts,
        of_frames(csp, headers.get("X-Frame-Options", "")), scripts(page), *of_others(headers),
    ]  # fmt: skip
    points = 100 + sum(n for n, _why in findings if n < 0)
    if points >= 90:
        points += sum(n for n, _why in findings if n > 0)
    letter = next((name for least, name in GRADES if points >= least), "F")
    return letter, points, [why for n, why in findings if n < 0]
