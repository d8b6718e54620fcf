"""DDI-Codebook 2.5, the format of data archives: variables, questions, categories, missing codes, texts by language.

Everything but recordings is carried. In elements of their own: ids and names, titles, introduction, sources and
licence, sections, question texts, help, labels, categories with value, label and missing codes, easy labels and
pictures of options, ranges, multiple choices (a group of variables), statements, scales (a group, and a variable with
its derivation), and in words who is asked. In typed notes, for which DDI has no element: item types, rules, required,
declining, background, merging, reversed items, easy texts and pictures of items, and what the instrument says of
itself.
"""

from __future__ import annotations

from instruments.exchange.contract import Format
from instruments.exchange.ddi_reading import read
from instruments.exchange.ddi_writing import write
from instruments.exchange.features import Feature

FORMAT = Format("ddi", "DDI-Codebook 2.5", ".xml", frozenset(Feature) - {Feature.RECORDINGS}, write, read)
