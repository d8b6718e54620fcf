"""XLSForm, the workbook that ODK, KoboToolbox, Survey123 and others build forms from (https://xlsform.org).

Sheets `survey`, `choices`, `settings` are plain XLSForm, and pyxform compiles them without a warning. What the format
lacks lies beside it, where pyxform and its kin look past it: own columns (`easy::Svenska (sv)`, `scale`, `reversed`,
`missing`, `coarsen` ...) and own sheets (`instrument`, `scales`, `equivalences`). Cells that begin as formulas do are
stored as texts.

| here | there |
|---|---|
| section | group; its introduction is a note with `part: section`; `random_order`: only options are shuffled there |
| single, multiple choice | select_one, select_multiple; answer set = list, value = name |
| number, year | decimal; integer with `item_type: year`; range = constraint |
| slider | range with start, end, step 1; the words at its ends are its tick labels |
| short, long text | text; text with the appearance multiline |
| statement | note |
| rule | relevant, as XPath |
"""

from __future__ import annotations

from instruments.exchange.contract import Data, Format
from instruments.exchange.features import Feature
from instruments.exchange.frame import Frame
from instruments.exchange.xlsform_read import read_form
from instruments.exchange.xlsform_write import write_workbook
from instruments.model import Instrument

__all__ = ["FORMAT", "NOTES", "read", "write"]

NOTES = """\
- Everything survives the round trip. In other tools, what lies in own columns and sheets has no effect: the easy-read
  variant, "prefer not to answer", random order of items, options that count as missing, scales, background.
- Pictures and recordings are named, not enclosed: put the files beside the form.
- `${` in a text would be read as an answer to be put in, so a word joiner (U+2060) stands between the two signs.
- Read from other tools: options whose names are not whole numbers get the values 1, 2, 3 ...; groups inside groups
  become sections of their own; a range without words at its ends is a number, and its step becomes 1; calculations
  and facts about the device ask nothing and are left out. Repeats, dates, places, files, and constraints that are no
  range are told as faults.
- Without an answer no rule holds here. A bare `${a} != 1`, which holds there, is read as `not: is`.
"""


def write(instrument: Instrument) -> bytes:
    """The workbook. Raises ValueError if a cell would be longer than a spreadsheet can hold."""
    return write_workbook(instrument)


def read(content: bytes, frame: Frame) -> Data:
    """What a YAML file would hold. Raises NotRead with every fault."""
    return read_form(content, frame)


FORMAT = Format(
    name="xlsform",
    title="XLSForm (ODK, KoboToolbox, Survey123)",
    suffix=".xlsx",
    carries=frozenset(Feature),
    write=write,
    read=read,
)
