"""The charts' own few words, in the languages that reports are written in."""

from __future__ import annotations

from collections.abc import Mapping


class Phrases:
    """A table language -> key -> text with `{named}` gaps; call it with a language, a key and the gaps' values."""

    def __init__(self, table: Mapping[str, Mapping[str, str]]) -> None:
        self.table = table

    def __call__(self, language: str, key: str, **values: object) -> str:
        """Raises ValueError for a language that reports are not written in."""
        if language not in self.table:
            raise ValueError(f"reports are written in {' and '.join(self.table)}, not {language!r}")
        return self.table[language][key].format(**values)


phrase = Phrases(
    {
        "sv": {
            "strip_title": "{scale}, {group}",
            "levels_title": "{scale}: {group} bredvid andra",
            "changes_title": "{group}: förändring sedan {before}",
            "ranked_title": "{scale}: kommunerna i {group}",
            "spread_title": "{group}: så fördelar sig svaren",
            "spread_legend": "Svarsstegen",
            "mean": "Medel",
            "positive": "Positiva",
            "score": "Värde",
            "quoted": "”{text}”",
            "positive_note": "Positiva är {steps}.",
            "missing_note": "{steps} räknas inte i den andelen.",
            "other_version": "ej jämförbar",
            "drawn": "Sammanvägt",
            "answers_along": "Antal svar (logaritmisk axel)",
            "sign_higher": "högre",
            "sign_lower": "lägre",
            "heat_legend": "Lägst till högst i kolumnen:",
            "heat_signs": "högre, lägre: skiljer sig från övriga mer än slumpen förklarar",
            "control_legend": "Stor punkt: utanför gränserna. Ring: minst åtta i rad på samma sida.",
            "uncertainty": "95 % osäkerhet",
            "lowest": "{value} = lägst",
            "highest": "{value} = högst",
            "lower_now": "lägre nu",
            "higher_now": "högre nu",
            "change_head": "Ändring (95 % osäkerhet)",
            "change_head_share": "Procentenheter (95 % osäkerhet)",
            "range": "Värden {low}–{high}",
            "reversed": "(vänt)",
            "reversed_note": "Vänt: ett lågt svar ger ett högt värde på delskalan.",
            "reversed_share_note": "Vänt: de låga svaren räknas som positiva.",
            "figures_percent": "Siffrorna i fälten är procent. Smala fält saknar siffra.",
            "figures_counts": "Siffrorna i fälten är antal svar. Smala fält saknar siffra.",
            "figures_share_none": "Svaren är för få för att visa hur de fördelar sig.",
            "figures_share_protected": "Hur svaren fördelar sig visas inte, för att skydda en mindre grupp.",
            "figures_none": "Punkten är medelvärdet. Svaren är för få för att visa hur de fördelar sig.",
            "figures_protected": (
                "Punkten är medelvärdet. Hur svaren fördelar sig visas inte, för att skydda en mindre grupp."
            ),
        },
        "en": {
            "strip_title": "{scale}, {group}",
            "levels_title": "{scale}: {group} beside others",
            "changes_title": "{group}: change since {before}",
            "ranked_title": "{scale}: the municipalities of {group}",
            "spread_title": "{group}: how the answers spread",
            "spread_legend": "The answer steps",
            "mean": "Mean",
            "positive": "Positive",
            "score": "Value",
            "quoted": "“{text}”",
            "positive_note": "Positive: {steps}.",
            "missing_note": "{steps} is left out of that share.",
            "other_version": "not comparable",
            "drawn": "Shrunk",
            "answers_along": "Number of answers (logarithmic axis)",
            "sign_higher": "higher",
            "sign_lower": "lower",
            "heat_legend": "Lowest to highest in the column:",
            "heat_signs": "higher, lower: apart from the others by more than chance",
            "control_legend": "Large dot: outside the limits. Ring: at least eight in a row on one side.",
            "uncertainty": "95% uncertainty",
            "lowest": "{value} = lowest",
            "highest": "{value} = highest",
            "lower_now": "lower now",
            "higher_now": "higher now",
            "change_head": "Change (95% uncertainty)",
            "change_head_share": "Percentage points (95% uncertainty)",
            "range": "Scores {low}–{high}",
            "reversed": "(reversed)",
            "reversed_note": "Reversed: a low answer gives a high value on the scale.",
            "reversed_share_note": "Reversed: the low answers count as positive.",
            "figures_percent": "The figures in the fields are per cent. Narrow fields have none.",
            "figures_counts": "The figures in the fields are numbers of answers. Narrow fields have none.",
            "figures_share_none": "The answers are too few to show how they spread.",
            "figures_share_protected": "How the answers spread is not shown, to protect a smaller group.",
            "figures_none": "The dot is the mean. The answers are too few to show how they spread.",
            "figures_protected": (
                "The dot is the mean. How the answers spread is not shown, to protect a smaller group."
            ),
        },
    }
)
