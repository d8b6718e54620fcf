"""What a paper form says beside the instrument's own texts, in Swedish and English, in plain and in easy words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from instruments.model import Kind, Variant

General = tuple[tuple[str, str], ...]
"""Questions that people ask first, each with its answer."""


@dataclass(frozen=True)
class Words:
    how: str
    fill_in: tuple[str, ...]
    unnamed: tuple[str, ...]
    """What holds for a survey only: nobody is to be known by the form."""
    when_done: str
    hand_in: str
    stored: str
    general: General
    signed: Mapping[Kind, str]
    """What is done with a form of another kind, whose answers are a client's or somebody's own words."""
    more: str
    """Over the round's promises, where they stand last."""
    several: str
    decline: str
    number: str
    between: str
    at_least: str
    at_most: str
    year: str
    year_between: str
    ends: str
    no_names: str
    only_if: str
    section_only_if: str
    end: str
    wording: str
    wording_last: str
    page: str
    item: str
    unit: str


_CODES_SV = "De små siffrorna vid rutorna är till för den som skriver in svaren. Du behöver inte bry dig om dem."
_CODES_EN = "The small figures by the boxes are for the person who types in the answers. You can leave them alone."

SWEDISH = Words(
    how="Så här fyller du i",
    fill_in=(
        "Sätt ett kryss i den ruta som stämmer bäst. Använd svart eller blå penna.",
        "Har du kryssat fel? Fyll i hela den rutan och kryssa i en annan.",
        _CODES_SV,
    ),
    unnamed=(
        "Du väljer själv om du vill svara. Du kan hoppa över frågor.",
        "Skriv inga namn, varken ditt eget eller någon annans.",
        "Alla exemplar är exakt likadana. Inget nummer och inget märke skiljer ditt från de andras.",
        "Svara en gång: på papper eller på nätet, inte både och.",
    ),
    when_done="När du är klar",
    hand_in="Lägg formuläret i ett kuvert och klistra igen kuvertet. Lämna det så som du har fått veta.",
    stored="Vad som sparas, och vem som ser det",
    general=(
        (
            "Vem ser vad jag har svarat?",
            "Den som skriver in svaren ser papperet men ska inte veta vems det är. Alla andra ser bara resultat för "
            "grupper, aldrig för en person.",
        ),
        (
            "Vad sparas?",
            "Dina svar, språket och vilken enhet de hör till. Inget namn och ingen tid. Papperet ska förstöras när "
            "svaren är inskrivna.",
        ),
        (
            "Kan jag ta tillbaka mitt svar?",
            "Inte när du har lämnat formuläret. Vi vet inte vilket som är ditt.",
        ),
    ),
    signed={
        Kind.CASE: (
            "Uppgifterna gäller en person och förs in under personens kod. Bara de som har behörighet kan läsa dem."
        ),
        Kind.RECORD: "Uppgifterna förs in med namn på den som lämnar dem, och är öppna.",
    },
    more="Mer om dina svar",
    several="Du kan kryssa i flera.",
    decline="Vill inte svara",
    number="Skriv ett tal.",
    between="Skriv ett tal från {low} till {high}.",
    at_least="Skriv ett tal som är {low} eller mer.",
    at_most="Skriv ett tal som är {high} eller mindre.",
    year="Skriv ett årtal.",
    year_between="Skriv ett årtal från {low} till {high}.",
    ends="{low_value} betyder: {low}. {high_value} betyder: {high}.",
    no_names="Skriv inga namn.",
    only_if="Svara bara om {condition}.",
    section_only_if="Svara på den här delen bara om {condition}.",
    end="Tack för att du har svarat.",
    wording="Om texten: {notice}",
    wording_last="Om texten: se sista sidan.",
    page="sida {page} av {pages}",
    item="fråga {number}",
    unit="Enhet: {unit}",
)

ENGLISH = Words(
    how="How to fill it in",
    fill_in=(
        "Put a cross in the box that fits best. Use a black or blue pen.",
        "Crossed the wrong box? Fill in that whole box and cross another.",
        _CODES_EN,
    ),
    unnamed=(
        "You choose whether to answer. You may skip questions.",
        "Write no names, neither your own nor anybody else's.",
        "All copies are exactly alike. No number and no mark tells yours from the others.",
        "Answer once: on paper or on the web, not both.",
    ),
    when_done="When you have finished",
    hand_in="Put the form in an envelope and seal it. Hand it in as you have been told.",
    stored="What is stored, and who sees it",
    general=(
        (
            "Who sees what I have answered?",
            "The person who types in the answers sees the paper but is not to know whose it is. Everybody else sees "
            "results for groups only, never for one person.",
        ),
        (
            "What is stored?",
            "Your answers, the language, and the unit that they belong to. No name and no time. The paper is to be "
            "destroyed when the answers have been typed in.",
        ),
        (
            "Can I take my answer back?",
            "Not when you have handed in the form. We do not know which one is yours.",
        ),
    ),
    signed={
        Kind.CASE: (
            "What you write is about one person and is entered under that person's code. Only those who have the "
            "right can read it."
        ),
        Kind.RECORD: "What you write is entered with the name of the person who gives it, and is open.",
    },
    more="More about your answers",
    several="You may cross several.",
    decline="Do not want to answer",
    number="Write a number.",
    between="Write a number from {low} to {high}.",
    at_least="Write a number that is {low} or more.",
    at_most="Write a number that is {high} or less.",
    year="Write a year.",
    year_between="Write a year from {low} to {high}.",
    ends="{low_value} means: {low}. {high_value} means: {high}.",
    no_names="Write no names.",
    only_if="Answer only if {condition}.",
    section_only_if="Answer this part only if {condition}.",
    end="Thank you for your answers.",
    wording="About the wording: {notice}",
    wording_last="About the wording: see the last page.",
    page="page {page} of {pages}",
    item="question {number}",
    unit="Unit: {unit}",
)

_EASY = {
    "sv": {
        "how": "Så här gör du",
        "fill_in": (
            "Läs frågan. Sätt ett kryss i rutan som passar bäst.",
            "Blev det fel? Fyll i hela rutan. Kryssa sedan i en annan ruta.",
            "Bry dig inte om de små siffrorna.",
        ),
        "unnamed": (
            "Du väljer själv om du vill svara.",
            "Du kan hoppa över frågor.",
            "Skriv inga namn.",
            "Alla papper är likadana. Där står inte vem du är.",
        ),
        "hand_in": "Lägg papperet i ett kuvert. Klistra igen kuvertet. Lämna det till den som samlar in.",
        "stored": "Vem ser dina svar?",
        "general": (
            ("", "En person skriver in svaren i en dator. Sedan ska papperet förstöras."),
            ("", "Vi visar bara vad många har svarat tillsammans."),
            ("", "Du kan inte få tillbaka papperet. Vi vet inte vilket som är ditt."),
        ),
        "end": "Tack för att du svarade!",
    },
    "en": {
        "how": "How to do it",
        "fill_in": (
            "Read the question. Put a cross in the box that fits best.",
            "Was it wrong? Fill in the whole box. Then cross another box.",
            "You can forget about the small figures.",
        ),
        "unnamed": (
            "You choose if you want to answer.",
            "You can skip questions.",
            "Do not write any names.",
            "All papers look the same. They do not say who you are.",
        ),
        "hand_in": "Put the paper in an envelope. Seal the envelope. Give it to the person who collects them.",
        "stored": "Who sees your answers?",
        "general": (
            ("", "One person types the answers into a computer. Then the paper is to be destroyed."),
            ("", "We only show what many people have answered together."),
            ("", "You cannot get the paper back. We do not know which one is yours."),
        ),
        "end": "Thank you for your answers!",
    },
}
_PLAIN = {"sv": SWEDISH, "en": ENGLISH}


def words_for(language: str, variant: Variant) -> Words:
    """The words of a form; English for an instrument in a language that this table does not have."""
    known = language if language in _PLAIN else "en"
    plain = _PLAIN[known]
    return plain if variant is Variant.STANDARD else Words(**{**vars(plain), **_EASY[known]})
