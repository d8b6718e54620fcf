"""What is stored, when it goes and by which rule: one table. The pages, docs/privacy.md and the job follow it.

Two rules delete (arkivlagen 1990:782, 10 §: public records may be destroyed where law or a decision says so):

    promise    security and what respondents were told: keys, addresses, drafts. Always carried out.
    decision   what may be a public record of some value: only under the organisation's own decision
               (gallringsbeslut). Without one nothing goes, and the plan says that it waits.

What has the rule `kept` the system never deletes: the organisation decides what becomes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from survey.config import Settings

Words = Mapping[str, str]
"""The same in `sv` and `en`."""


class Rule(StrEnum):
    PROMISE = "promise"
    DECISION = "decision"
    KEPT = "kept"


@dataclass(frozen=True)
class Kind:
    what: Words
    gone: Words
    """When it goes; may hold {key_hours}, {free_text_days}, {audit_days} and {case_days}."""
    where: str
    """Tables and files, for docs/privacy.md."""
    rule: Rule
    told: bool = True
    """Whether it is about those who answer, and so is said on their page."""
    of_study: bool = True
    """Whether a study's page says it; records and cases belong to none."""


RULE_WORDS: Mapping[Rule, Words] = {
    Rule.PROMISE: {"sv": "alltid", "en": "always"},
    Rule.DECISION: {"sv": "enligt gallringsbeslut", "en": "under a decision (gallringsbeslut)"},
    Rule.KEPT: {"sv": "gallras inte av systemet", "en": "not deleted by the system"},
}

UNDECIDED: Words = {
    "sv": "Sparas tills den ansvariga har beslutat om gallring.",
    "en": "Kept until who is responsible has decided on deletion.",
}
"""What is said instead of `gone` where a decision is needed and there is none."""

KINDS: Mapping[str, Kind] = {
    "contacts": Kind(
        what={"sv": "Adresser som inbjudningar skickas till", "en": "Addresses that invitations are sent to"},
        gone={"sv": "När svaren blandas.", "en": "When the answers are mixed."},
        where="`invitation.contact`, encrypted, with the link code beside it",
        rule=Rule.PROMISE,
    ),
    "drafts": Kind(
        what={"sv": "Svar som inte har skickats in", "en": "Answers that were not sent in"},
        gone={"sv": "När de skickas in, annars när svaren blandas.", "en": "When they are sent in, else at mixing."},
        where="`draft`: XChaCha20-Poly1305 under a key made from the link, the pepper, and the browser's own number "
        "or a PIN",
        rule=Rule.PROMISE,
    ),
    "paper": Kind(
        what={
            "sv": "Pappersformulär som väntar på att skrivas in en andra gång, och vilka nummer som är använda",
            "en": "Paper forms that wait to be typed in a second time, and which numbers are used",
        },
        gone={
            "sv": "Svaren när formuläret har skrivits in två gånger, numren när svaren blandas.",
            "en": "The answers when the form has been typed in twice, the numbers when the answers are mixed.",
        },
        where="rounds where paper is typed in twice: `paper_form`, XChaCha20-Poly1305 under a key made from the "
        "pepper; a number as HMAC",
        rule=Rule.PROMISE,
        told=False,
    ),
    "boxes": Kind(
        what={"sv": "Inskickade svar, förseglade, och kvittots avtryck", "en": "Sealed answers and the receipt's hash"},
        gone={"sv": "När svaren blandas.", "en": "When the answers are mixed."},
        where="`urn`: boxes of one size, sealed to the round's public key (X25519)",
        rule=Rule.PROMISE,
    ),
    "keys": Kind(
        what={"sv": "Nycklarna som öppnar svaren", "en": "The keys that open the answers"},
        gone={
            "sv": "Efter nästa kontrollerade säkerhetskopia, senast {key_hours} timmar efter blandningen.",
            "en": "After the next verified backup, at the latest {key_hours} hours after mixing.",
        },
        where="folder of round keys, outside the database",
        rule=Rule.PROMISE,
    ),
    "link_codes": Kind(
        what={
            "sv": "Kopplingskoder, och det som de är gjorda av",
            "en": "Link codes, and what they are made from",
        },
        gone={"sv": "När undersökningen avslutas.", "en": "When the study ends."},
        where="linked studies: `response.link_code`, `person`, `card`, kept share of the study key, study pepper",
        rule=Rule.PROMISE,
    ),
    "free_text": Kind(
        what={"sv": "Det som skrivits med egna ord", "en": "What was written in own words"},
        gone={
            "sv": "{free_text_days} dagar efter blandningen.",
            "en": "{free_text_days} days after mixing.",
        },
        where="`free_text`",
        rule=Rule.DECISION,
    ),
    "answers": Kind(
        what={
            "sv": "Svaren, utan koppling till någon person",
            "en": "The answers, with nothing that leads to a person",
        },
        gone={
            "sv": "Sparas: det är resultatet. Den ansvariga bestämmer hur länge.",
            "en": "Kept: they are the result. Who is responsible decides for how long.",
        },
        where="`response`: fresh random id, unit, answers, language, variant, way in, the number that a random order "
        "of items is made from; no time, no key",
        rule=Rule.KEPT,
    ),
    "used": Kind(
        what={"sv": "Att en kod är använd, utan namn och tid", "en": "That a code was used, without name or time"},
        gone={
            "sv": "Sparas: en kod ska inte kunna användas två gånger.",
            "en": "Kept: a code must not work twice.",
        },
        where="`invitation`, rewritten at mixing under new ids",
        rule=Rule.KEPT,
    ),
    "results": Kind(
        what={"sv": "Resultat, rapporter och listan över vad som visats", "en": "Results, reports and the ledger"},
        gone={
            "sv": "Sparas: nya resultat prövas mot dem.",
            "en": "Kept: new results are checked against them.",
        },
        where="`release`, `report_file`, `ledger_entry` (with every export of microdata), report files",
        rule=Rule.KEPT,
        told=False,
    ),
    "live_counts": Kind(
        what={"sv": "Hur många som har svarat hittills", "en": "How many have answered so far"},
        gone={"sv": "När svaren har blandats.", "en": "Once the answers are mixed."},
        where="`live_count`",
        rule=Rule.PROMISE,
        told=False,
    ),
    "login_codes": Kind(
        what={"sv": "Engångslänkar för inloggning", "en": "One-time links to log in with"},
        gone={"sv": "När de har använts eller gått ut.", "en": "When used or expired."},
        where="`login_code`, as a hash",
        rule=Rule.PROMISE,
        told=False,
    ),
    "audit": Kind(
        what={"sv": "Händelser: vad konton har gjort", "en": "Events: what accounts did"},
        gone={"sv": "Efter {audit_days} dagar.", "en": "After {audit_days} days."},
        where="`audit_event`",
        rule=Rule.DECISION,
        told=False,
    ),
    "entries": Kind(
        what={"sv": "Aktiviteter och lägesrapporter", "en": "Activity logs and status reports"},
        gone={
            "sv": "Sparas: de är undertecknade och öppna. Den ansvariga bestämmer hur länge.",
            "en": "Kept: they are signed and open. Who is responsible decides for how long.",
        },
        where="`record_entry`, with the name of who signed",
        rule=Rule.KEPT,
        told=False,
        of_study=False,
    ),
    "case_answers": Kind(
        what={"sv": "Svar i avslutade ärenden", "en": "Answers of closed cases"},
        gone={
            "sv": "{case_days} dagar efter att ärendet avslutades.",
            "en": "{case_days} days after the case was closed.",
        },
        where="`case_occasion`: XChaCha20-Poly1305 under a key made from the pepper",
        rule=Rule.DECISION,
        told=False,
        of_study=False,
    ),
    "cases": Kind(
        what={"sv": "Ärendekoder, behörigheter och vem som har läst", "en": "Case codes, access and who has read"},
        gone={
            "sv": "Sparas: de visar vem som har läst. Den ansvariga bestämmer hur länge.",
            "en": "Kept: they show who has read. Who is responsible decides for how long.",
        },
        where="`client_case`, `case_access`, `case_log`",
        rule=Rule.KEPT,
        told=False,
        of_study=False,
    ),
    "case_figures": Kind(
        what={"sv": "Siffror över många ärenden", "en": "Figures over many cases"},
        gone={"sv": "Sparas: ett ärende räknas en gång.", "en": "Kept: a case is counted once."},
        where="`case_count`: what the disclosure gate let through",
        rule=Rule.KEPT,
        told=False,
        of_study=False,
    ),
    "accounts": Kind(
        what={"sv": "Konton och roller", "en": "Accounts and roles"},
        gone={
            "sv": "Sparas så länge personen arbetar med systemet; administratören avgör.",
            "en": "Kept while the person works with the system; the operator decides.",
        },
        where="`account`, `role_grant`",
        rule=Rule.KEPT,
        told=False,
    ),
    "views": Kind(
        what={"sv": "Sparade vyer av resultat", "en": "Saved views of results"},
        gone={
            "sv": "Sparas tills den som har sparat vyn tar bort den, annars lika länge som kontot.",
            "en": "Kept until the person who saved the view removes it, else as long as the account.",
        },
        where="`saved_view`: a name and an address, no figures",
        rule=Rule.KEPT,
        told=False,
        of_study=False,
    ),
    "records": Kind(
        what={"sv": "Signerade intyg om vad som gallrats", "en": "Signed records of what was deleted"},
        gone={"sv": "Sparas: de visar att gallringen är gjord.", "en": "Kept: they show that deletion was done."},
        where="`deletion_record`, `backup`",
        rule=Rule.KEPT,
        told=False,
    ),
}
"""Key of a deletion record (`what`) -> what it is. Those with the rule `kept` have no records."""


def numbers(settings: Settings, free_text_days: int) -> dict[str, int]:
    """What the sentences of `gone` are filled with."""
    return {
        "key_hours": settings.key_hours,
        "audit_days": settings.audit_days,
        "free_text_days": free_text_days,
        "case_days": settings.case_days,
    }


def gone(kind: Kind, language: str, filled_with: Mapping[str, int]) -> str:
    """When it goes, as one sentence in `sv` or `en`."""
    return kind.gone[language].format(**filled_with)


def privacy_table() -> str:
    """The table of docs/privacy.md, in English; a test holds that the document says this."""
    named = {"key_hours": "`TERMOMETERN_KEY_HOURS` (24)", "audit_days": "`TERMOMETERN_AUDIT_DAYS` (730)"}
    named["case_days"] = "`TERMOMETERN_CASE_DAYS` (1825)"
    named["free_text_days"] = "the study's number of (365 unless said)"
    rows = [
        f"| {kind.what['en']} | {kind.where} | {kind.gone['en'].format(**named)} | {RULE_WORDS[kind.rule]['en']} |"
        for kind in KINDS.values()
    ]
    return "\n".join(["| what | where | gone | deleted |", "|---|---|---|---|", *rows])
