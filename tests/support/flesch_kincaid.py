"""The reading grade of English texts, by Flesch and Kincaid (1975). Pure.

0.39 × words / sentences + 11.8 × syllables / words − 15.59: the school year in the United States in
which the text can be read. It counts length only, so it finds long sentences and long words, not
unclear ones.
"""

import re

WORD = re.compile(r"[A-Za-z]+(?:[’'-][A-Za-z]+)*")
# A sentence ends with one of these before a space or the end; "e.g." and "10.30" end none.
END = re.compile(r"[.!?]+[”’\")]*(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
# Endings that are written with a vowel and spoken without one.
SILENT = re.compile(r"(?<=[^aeiouy])(?:e|es|ed)$")
SPOKEN = re.compile(r"(?:[^aeiouyl]le|[^aeiouyl]les|[td]ed|[sxz]es|ches|shes|[cg]es)$")
# Two vowels that are spoken apart.
APART = re.compile(
    r"(?<![tc])ia|i(?:o(?!u|n))|eo(?!p)|(?<![gq])ua(?!r)|uou|y(?:i|o(?!u))|[aeo]ing|ie(?:t|nc)"
    r"|(?<![tc])ient|[rv]iou|ier$|crea(?=t)"
)
KNOWN = {
    "people": 2, "someone": 2, "something": 2, "sometimes": 2, "somebody": 3, "everyone": 3,
    "everything": 3, "anyone": 3, "anything": 3, "questionnaire": 3, "questionnaires": 3,
    "therapist": 3, "closeness": 2, "psywellpath": 3, "lonely": 2, "homework": 2, "themselves": 2,
    "safety": 2, "likely": 2, "rarely": 2, "area": 3, "idea": 3, "ideas": 3, "being": 2,
    "every": 2, "different": 3, "business": 2, "evening": 2, "the": 1, "me": 1, "be": 1, "he": 1,
    "she": 1, "we": 1, "statement": 2, "statements": 2, "moment": 2, "science": 2, "quiet": 2,
    "diary": 3, "usual": 3, "usually": 4, "actually": 4, "situation": 4, "email": 2, "suicide": 3,
    "movement": 2, "careful": 2, "hopeful": 2, "lifeline": 2, "helpline": 2, "helplines": 2,
    "useful": 2,
}  # fmt: skip


def syllables(word: str) -> int:
    """About how many syllables an English word has; at least one."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if "-" in word:
        return sum(map(syllables, word.split("-")))
    if word in KNOWN:
        return KNOWN[word]
    count = len(VOWELS.findall(word)) + len(APART.findall(word))
    if SILENT.search(word) and not SPOKEN.search(word):
        count -= 1
    return max(count, 1)


def words(text: str) -> list[str]:
    return WORD.findall(text)


def sentences(text: str) -> int:
    """At least one; what follows the last full stop counts too."""
    pieces = [piece for piece in END.split(text) if words(piece)]
    return max(len(pieces), 1)


def grade(text: str) -> float:
    """The reading grade. Raises ValueError for a text without words."""
    counted = words(text)
    if not counted:
        raise ValueError("there are no words")
    spoken = sum(map(syllables, counted))
    return 0.39 * len(counted) / sentences(text) + 11.8 * spoken / len(counted) - 15.59
