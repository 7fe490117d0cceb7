"""Indian scripts in Latin letters, for addresses: a browser shows /articles/namaste/ as it is.

Works for every script whose characters Unicode names the same way (Devanagari, Bengali, Tamil and
their sisters): DEVANAGARI LETTER NA, DEVANAGARI VOWEL SIGN AA, DEVANAGARI SIGN VIRAMA. Each
consonant carries an a, unless a vowel sign replaces it, a virama removes it, or the word ends.
"""

import re
import unicodedata

_SCRIPTS = "DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|ORIYA|TAMIL|TELUGU|KANNADA|MALAYALAM|SINHALA"
_LETTER = re.compile(rf"(?:{_SCRIPTS}) (LETTER|VOWEL SIGN|SIGN|(?=TIPPI)) ?([A-Z ]+)$")
_VOWELS = {
    "A", "AA", "I", "II", "U", "UU", "E", "EE", "AI", "O", "OO", "AU", "SHORT E", "SHORT O",
    "CANDRA E", "CANDRA O", "VOCALIC R", "VOCALIC RR", "VOCALIC L",
}  # fmt: skip
_SIGNS = {"ANUSVARA": "n", "CANDRABINDU": "n", "VISARGA": "h", "BINDI": "n", "TIPPI": "n"}


def latin(text: str) -> str:
    """`text` with the letters of Indian scripts replaced; everything else stays."""
    out: list[str] = []
    inherent = False  # Whether the last letter is a consonant that still carries its a.
    for character in unicodedata.normalize("NFC", text):
        match = _LETTER.match(unicodedata.name(character, ""))
        kind, name = (match[1], match[2]) if match else ("", "")
        if inherent and kind == "LETTER":
            out.append("a")
        if kind == "LETTER" and name in _VOWELS:
            out.append(_vowel(name))
            inherent = False
        elif kind == "LETTER":
            out.append(_consonant(name))
            inherent = True
        elif kind == "VOWEL SIGN":
            out.append(_vowel(name))
            inherent = False
        elif name in _SIGNS:
            out.append("a" * inherent + _SIGNS[name])
            inherent = False
        elif kind == "SIGN" and name == "VIRAMA":
            inherent = False
        elif kind == "SIGN":
            pass  # A nukta and the like change the sound only.
        else:
            inherent = False
            out.append(character)
    return "".join(out)


def _vowel(name: str) -> str:
    """AA as a, II as i: the way the words are usually written in Latin letters."""
    name = name.removeprefix("SHORT ").removeprefix("CANDRA ")
    special = {"VOCALIC R": "ri", "VOCALIC RR": "ri", "VOCALIC L": "li", "OO": "o", "EE": "e"}
    return special.get(name) or re.sub(r"^(.)\1$", r"\1", name).lower()


def _consonant(name: str) -> str:
    """NA as n, TTHA as th, NNA as n, GHA as gh."""
    letters = name.split(" ")[0].lower().removesuffix("a")
    return re.sub(r"^(.)\1", r"\1", letters)
