"""Paper: which forms a round has, and each of them as a PDF to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, abort, request
from flask_babel import lazy_gettext as _l

from instruments.load import LoadedInstrument, load
from instruments.model import Variant
from instruments.symbols import find_symbol
from survey.accounts.roles import Action
from survey.answering.importing.paper import TAKES_PAPER
from survey.answering.pinned import pinned_instrument
from survey.errors import Refusal
from survey.models import Round
from survey.web import current_services, languages
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.downloads import download

VARIANTS = {Variant.STANDARD: _l("Standard"), Variant.EASY: _l("Easy to read")}


@dataclass(frozen=True)
class Offer:
    """What forms a round has. Each pair is (value in an address, words)."""

    loaded: LoadedInstrument
    languages: tuple[tuple[str, str], ...]
    variants: tuple[tuple[str, object], ...]
    units: tuple[tuple[str, str], ...]
    typed_here: bool
    """Whether forms are typed in on the page now; after sealing they come as a file."""


@dataclass(frozen=True)
class Chosen:
    """Which form: read from an address or from hidden fields, and always one that there is. `unit` may be empty."""

    unit: str
    language: str
    variant: Variant

    @property
    def address(self) -> dict[str, str]:
        return {"enhet": self.unit, "sprak": self.language, "form": self.variant.value}


def offer(round_: Round) -> Offer | None:
    """None where there is no form: the instrument cannot be found, or has no language that paper is set in."""
    folders = current_services().instrument_folders
    study, digest = round_.study, round_.instrument_digest
    try:
        if digest:
            instrument = pinned_instrument(study.instrument, round_.instrument_version, digest, folders)
            loaded = LoadedInstrument(instrument, digest, None)
        else:
            loaded = load(study.instrument, round_.instrument_version, folders)
    except (Refusal, ValueError):
        return None
    spoken = tuple((code, name) for code, name in languages.NAMES.items() if code in loaded.instrument.languages)
    if not spoken:
        return None
    names = {place.unit.code: place.unit.name for place in round_.units}
    return Offer(
        loaded=loaded,
        languages=spoken,
        variants=tuple((variant.value, VARIANTS[variant]) for variant in loaded.instrument.variants),
        units=tuple(sorted(names.items(), key=lambda pair: pair[1])),
        typed_here=round_.state in TAKES_PAPER,
    )


def found_with(round_id: int) -> tuple[Round, Offer]:
    """The round and its forms, for whoever manages it. Raises Refusal `unknown_instrument`."""
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    found = offer(round_)
    if found is None:
        raise Refusal("unknown_instrument", "put the instrument back", instrument=round_.study.instrument)
    return round_, found


def chosen_from(found: Offer, given: Mapping[str, str]) -> Chosen:
    """What an address or a form asks for; 404 for what there is not."""
    unit = given.get("enhet", "")
    language = given.get("sprak") or found.languages[0][0]
    variant = given.get("form") or found.variants[0][0]
    if (unit and unit not in dict(found.units)) or language not in dict(found.languages):
        abort(404)
    if variant not in dict(found.variants):
        abort(404)
    return Chosen(unit, language, Variant(variant))


@blueprint.get("/matomgangar/<int:round_id>/papper.pdf")
@access.login_required
def paper_form(round_id: int) -> Response:
    round_, found = found_with(round_id)
    chosen = chosen_from(found, request.args)
    # The form's own words, whatever the page speaks.
    languages.speak(chosen.language)
    # ReportLab takes a quarter of a second to load; a start does not wait for it.
    from reports.pdf import paper_form as paper
    from survey.web.office.admin.paper_head import head_of

    services = current_services()
    unit_name = dict(found.units).get(chosen.unit, "")
    pdf = paper.paper_form(
        found.loaded,
        chosen.language,
        chosen.variant,
        head_of(round_, found.loaded.instrument, unit_name, services.settings),
        symbols=lambda name: find_symbol(name, services.symbol_folders),
    )
    parts = (round_.study.slug, str(round_.id), "papper", *chosen.address.values())
    return download(pdf, f"{'-'.join(part for part in parts if part)}.pdf", "application/pdf")
