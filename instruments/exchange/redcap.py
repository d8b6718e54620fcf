"""REDCap's data dictionary: a CSV file of 18 columns, one row a field, in one language.

What the format lacks stands in the column Field Annotation, one fact a line and without @, which would begin an action:
`id: K01` (variables have lower case only), `scale: calm; reversed`, `missing: 9`, `coarsen: 1 2; 3`, `type: year`. The
first field is REDCap's own key; the second, descriptive, carries the introduction and in its annotation what scales
there are. A section is a section header; its rule is repeated in every field, as REDCap needs it.

Labels are HTML there. So `&`, `<`, `>`, the `|` between choices, and `[x]`, `{x}` and `@`, which put in answers, fields
and actions, are written as entities (`&#124;`), which REDCap shows as the signs; a line break in a choice is `<br>`. A
text that begins as a formula does in a spreadsheet begins with an entity.
"""

from __future__ import annotations

from instruments.exchange.contract import Data, Format
from instruments.exchange.features import Feature
from instruments.exchange.frame import Frame
from instruments.exchange.redcap_read import read_dictionary
from instruments.exchange.redcap_write import write_dictionary
from instruments.model import Instrument

__all__ = ["FORMAT", "NOTES", "read", "write"]

NOTES = """\
- One language a file: write it once for each. The easy-read variant, pictures and recordings have no place there.
- Kind, minutes, pace, margin, sources, licence and equivalences are left out: they are not about fields.
- Scales, missing options, "prefer not to answer", random order and background are kept as notes in the field
  annotations, and have no effect in REDCap.
- Answer sets have no names there; sets with the same options become one when read back.
- `not` is written as `if(..., 0, 1) = 1`, which every version of REDCap knows. At least and at most ask for an answer
  first, because REDCap takes an empty answer for 0. A rule that compares a text answer with `[x]` would look up x.
- Read from other dictionaries: a first field called record_id, study_id, subject_id or participant_id is REDCap's key;
  codes that are not whole numbers become 1, 2, 3 ...; calculated fields ask nothing and are left out; sliders without
  words at both ends are numbers. Dates, files, and logic over several events are told as faults.
"""


def write(instrument: Instrument) -> bytes:
    """The file, for an instrument in one language."""
    return write_dictionary(instrument)


def read(content: bytes, frame: Frame) -> Data:
    """What a YAML file would hold, in the frame's language. Raises NotRead with every fault."""
    return read_dictionary(content, frame)


FORMAT = Format(
    name="redcap",
    title="REDCap data dictionary",
    suffix=".csv",
    carries=frozenset(Feature)
    - {
        Feature.LANGUAGES,
        Feature.EASY,
        Feature.PICTURES,
        Feature.RECORDINGS,
        Feature.HEAD,
        Feature.PROVENANCE,
        Feature.EQUIVALENCES,
        Feature.ANSWER_SETS,
    },
    write=write,
    read=read,
)
