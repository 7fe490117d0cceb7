"""Which searches without a result are kept for editors. Pure.

What people type can be about themselves. Kept is only what looks like a subject: a few plain words,
nothing with a digit or a sign of an address, and nothing that speaks of danger. An editor sees it
once it was looked for on several days (`SHOWN_FROM`, which the database keeps to).
"""

import unicodedata

from articles.reading.help_phrases import concern_in

MOST_WORDS, LONGEST = 4, 50
SHOWN_FROM = 3


def subject_of(query: str) -> str:
    """The words to keep, in one spelling; empty if the search is not kept."""
    words = unicodedata.normalize("NFC", query.casefold()).replace("-", " ").split()
    kept = [word.strip("“”\"'‘’.,;:!?()।") for word in words]
    plain = all(unicodedata.category(letter)[0] in "LM" for word in kept for letter in word)
    subject = " ".join(filter(None, kept))
    fits = 1 <= len(kept) <= MOST_WORDS and 3 <= len(subject) <= LONGEST
    return subject if plain and fits and not concern_in(query) else ""
