"""How hard an English text is to read: the Flesch–Kincaid grade (Kincaid et al., 1975).

No imports of Django.
"""

import re

# The grade of a shorter text would mean nothing.
FEWEST_WORDS = 100
_WORDS = re.compile(r"[A-Za-z][A-Za-z'’]*")
_SENTENCES = re.compile(r"[.!?…]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """Counts groups of vowels, except a silent e: right for most words, enough for a mean."""
    word = word.lower().rstrip("'’")
    groups = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(1, groups)


def grade(text: str) -> float | None:
    """The school year that reads it easily; None for a short text, or one in another script."""
    words = _WORDS.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, len(_SENTENCES.findall(text)))
    syllable_count = sum(map(syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * syllable_count / len(words) - 15.59
