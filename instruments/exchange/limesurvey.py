"""LimeSurvey's survey structure: a tab-separated text file in UTF-8 with its mark, whose order is its meaning.

Rows S and SL hold what is true of the survey, and of it in a language; then, for each language over again with the same
ids, groups (G), their questions (Q), and each question's subquestions (SQ) or answers (A).

| here | there |
|---|---|
| section | group; its introduction is the group's description; random order is a randomisation group of its items |
| single, multiple choice | L with answers, M with subquestions |
| number, year | N; a year takes whole numbers only |
| slider | K with one subquestion and the slider's layout; the words at its ends stand in the subquestion's text |
| short, long text, statement | S, T, X |
| rule | relevance, in ExpressionScript |

What LimeSurvey has no place for, and lets stand, is kept as a word among the question's CSS classes: `id-b_01` (codes
have no underscores), `section-health`, `missing-9`, `background`, `coarsen-1-2`, `may-decline`, `year`.

Texts are HTML there, and `{x}` puts in an answer: signs that mean something are entities, line breaks `<br />`, and a
text that begins as a formula does in a spreadsheet begins with an entity.
"""

from __future__ import annotations

from instruments.exchange.contract import Data, Format
from instruments.exchange.features import Feature
from instruments.exchange.frame import Frame
from instruments.exchange.limesurvey_read import read_structure
from instruments.exchange.limesurvey_write import write_structure
from instruments.model import Instrument

__all__ = ["FORMAT", "NOTES", "read", "write"]

NOTES = """\
- Left out: the instrument's id, version and head, sources and licence, equivalences, scales, the easy-read variant,
  pictures, recordings, and short labels. The file says which questions there are, not how they are scored.
- Missing options, "prefer not to answer" and background are kept as CSS classes, and have no effect in LimeSurvey.
- Answer codes have at most five signs there: option values over 99999 cannot be imported.
- Answer sets have no names there; sets with the same options become one when read back.
- At least and at most ask for an answer first, because an empty answer may count as 0.
- Read from other surveys: each row of an array, and each field of several, becomes an item with the question's text
  before its own; codes that are not numbers become 1, 2, 3 ...; sliders without words at both ends are numbers;
  equations ask nothing and are left out. Dates, files, rankings, comments, and 'other' with a text are told as faults.
"""


def write(instrument: Instrument) -> bytes:
    """The file."""
    return write_structure(instrument)


def read(content: bytes, frame: Frame) -> Data:
    """What a YAML file would hold. Raises NotRead with every fault."""
    return read_structure(content, frame)


FORMAT = Format(
    name="limesurvey",
    title="LimeSurvey survey structure",
    suffix=".txt",
    carries=frozenset(Feature)
    - {
        Feature.IDENTITY,
        Feature.HEAD,
        Feature.PROVENANCE,
        Feature.EQUIVALENCES,
        Feature.EASY,
        Feature.LABELS,
        Feature.PICTURES,
        Feature.RECORDINGS,
        Feature.ANSWER_SETS,
        Feature.SCALES,
        Feature.REFERENCES,
    },
    write=write,
    read=read,
)
