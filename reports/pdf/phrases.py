"""The pages' own texts, in the languages that reports are written in. Readings come from `reports.reading`."""

from __future__ import annotations

from reports.charts.phrases import Phrases
from reports.pdf import texts_en, texts_sv

phrase = Phrases({"sv": texts_sv.TEXTS, "en": texts_en.TEXTS})
