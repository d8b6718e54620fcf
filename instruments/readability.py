"""How hard a text is to read: LIX, and the length of its longest sentence.

LIX (läsbarhetsindex) = words / sentences + 100 * words of more than six letters / words.

Source: Björnsson, C. H. (1968), Läsbarhet, Liber. A sentence ends at a full stop, a question mark, an exclamation mark
or a colon. His scale: below 30 is very easy (children's books), 30-40 easy (fiction), 40-50 ordinary (newspapers),
50-60 hard (official texts). It was made for Swedish and serves English about as well; in a language that joins
words, as Finnish does, the numbers mean something else. It needs some words to be steady: see
`STEADY_WORDS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONG_WORD = 6
"""A word of more letters than this is long."""

STEADY_WORDS = 10
"""Below this many words one long word moves LIX by more than 10, so that it says nothing."""

# Letters and digits, with what joins them inside a word: "e-post", "don't", "LSS-handläggare", "1,5".
_WORD = re.compile(r"[^\W_]+(?:['’.,:-](?=[^\W_])[^\W_]+)*")
# A point inside "1.5" ends nothing. A line of its own is a sentence, as a heading or a list is written.
# Taken whole, so that a long row of points is looked at once; `_sentence_lengths` asks what comes after it.
_MARKS = re.compile(r"[.!?:…؟。][.!?:…؟。\"'”’»)\]]*|\n+")


@dataclass(frozen=True)
class Counts:
    """What LIX is worked out from."""

    words: int = 0
    sentences: int = 0
    long_words: int = 0

    @property
    def lix(self) -> float:
        """0 for a text without words."""
        if not self.words:
            return 0.0
        return self.words / self.sentences + 100 * self.long_words / self.words


def count(text: str) -> Counts:
    """Words, sentences and long words of one text. Words after the last full stop are a sentence too."""
    lengths = list(_sentence_lengths(text))
    long_words = sum(sum(map(str.isalpha, word)) > LONG_WORD for word in _WORD.findall(text))
    return Counts(sum(lengths), len(lengths), long_words)


def total(counts: Iterable[Counts]) -> Counts:
    """Several texts read as one."""
    listed = list(counts)
    return Counts(
        sum(one.words for one in listed),
        sum(one.sentences for one in listed),
        sum(one.long_words for one in listed),
    )


def longest_sentence(text: str) -> int:
    """Words of the longest sentence; 0 for a text without words."""
    return max(_sentence_lengths(text), default=0)


def _sentence_lengths(text: str) -> Iterator[int]:
    start = 0
    for mark in _MARKS.finditer(text):
        if mark[0][0] == "\n" or not text[mark.end() : mark.end() + 1].strip():
            yield from _words(text[start : mark.end()])
            start = mark.end()
    yield from _words(text[start:])


def _words(sentence: str) -> Iterator[int]:
    if words := len(_WORD.findall(sentence)):
        yield words
