"""FHIR Questionnaire as JSON, the format of health care systems. Written as R4B; R4, R4B and R5 are read.

R4B and not R5: its Questionnaire is that of R4, which the published implementation guides (Structured Data Capture) and
nearly all form fillers build on; in R5 the type `choice` is gone, so that one file cannot serve both.

Everything but recordings is carried. In fields and published extensions: titles and texts with translations, groups,
displays, options with code and ordinalValue, ranges, sliders with words at their ends, help, short labels, required,
rules. In extensions of our own: scales, easy texts, pictures, background, merging, declining, random order, provenance,
and the exact form of a rule that enableWhen says in another way.
"""

from __future__ import annotations

from instruments.exchange.contract import Format
from instruments.exchange.features import Feature
from instruments.exchange.fhir_reading import read
from instruments.exchange.fhir_writing import write

FORMAT = Format("fhir", "FHIR Questionnaire R4B", ".json", frozenset(Feature) - {Feature.RECORDINGS}, write, read)
