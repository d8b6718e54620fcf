"""What article 13 asks to be told stands on the first page, from the study and the table that the job follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import Site, make_site, text_of
from sqlalchemy import Engine

from survey.fieldwork.law import LegalBasis
from survey.keeping.policy import KINDS, UNDECIDED
from survey.models import Study


def say(site: Site, **fields: object) -> None:
    with site.session() as session:
        study = session.get_one(Study, site.study_id)
        for name, value in fields.items():
            setattr(study, name, value)
        session.commit()


def page(site: Site, code: str, language: str = "sv") -> str:
    return text_of(site.client().get(f"/s/{code}?lang={language}"))


def test_who_is_responsible_by_what_right_and_whom_to_ask(site: Site) -> None:
    say(site, controller="Krokoms kommun <b>", contact="dataskydd@krokom.se", legal_basis="public_interest")
    said = page(site, site.card)
    for part in ("Krokoms kommun <b> ansvarar", "allmänt intresse", "6.1 e", "dataskydd@krokom.se", "IMY"):
        assert part in said
    # Text is text.
    assert "Krokoms kommun &lt;b&gt;" in site.client().get(f"/s/{site.card}").get_data(as_text=True)


@pytest.mark.parametrize("basis", LegalBasis)
def test_every_legal_basis_has_its_words_in_both_languages(site: Site, basis: LegalBasis) -> None:
    say(site, legal_basis=str(basis))
    assert "i dataskyddsförordningen)" in page(site, site.card)
    assert "of the GDPR)" in page(site, site.card, "en")


def test_how_long_each_kind_is_kept_follows_the_table(site: Site) -> None:
    by_card, by_link = page(site, site.card), page(site, site.open)
    for key in ("drafts", "boxes", "keys", "answers"):
        assert KINDS[key].what["sv"] in by_card
    # Nothing leads from an open link to who has used it, and nobody was sent anything.
    assert KINDS["used"].what["sv"] in by_card
    assert KINDS["used"].what["sv"] not in by_link
    assert KINDS["contacts"].what["sv"] not in by_card
    assert KINDS["link_codes"].what["sv"] not in by_card
    assert KINDS["login_codes"].what["sv"] not in by_card
    assert "senast 24 timmar efter" in by_card


def test_texts_are_promised_to_go_only_where_a_decision_lets_them(site: Site) -> None:
    say(site, free_text_days=90)
    assert UNDECIDED["sv"] in page(site, site.card)
    say(site, deletion_decision="KS 2026/7")
    assert "90 dagar efter blandningen." in page(site, site.card)
    assert "90 days after mixing." in page(site, site.card, "en")


def test_only_those_who_are_followed_are_told_how_to_object(tmp_path: Path, engine: Engine) -> None:
    linked = make_site(tmp_path / "home", engine, linked=True)
    assert "Du kan säga nej i efterhand" in page(linked, linked.card)
    assert KINDS["link_codes"].what["sv"] in page(linked, linked.card)
    assert "Du kan säga nej i efterhand" not in page(linked, linked.open)


def test_own_words_are_shown_in_the_language_there_is(site: Site, client: FlaskClient) -> None:
    say(site, information={"sv": "Första stycket.\n\n<script>Andra.", "en": "First."})
    html = client.get(f"/s/{site.card}").get_data(as_text=True)
    assert "<p>Första stycket.</p><p>&lt;script&gt;Andra.</p>" in html
    assert "First." in page(site, site.card, "en")
    say(site, information={"sv": "Bara svenska."})
    assert "Bara svenska." in page(site, site.card, "en")


def test_the_first_page_stays_light(site: Site, client: FlaskClient) -> None:
    """DESIGN section 8: at most 20 kB after the stylesheet, before compression even."""
    say(site, controller="Krokoms kommun", contact="dataskydd@krokom.se", legal_basis="public_interest")
    assert len(client.get(f"/s/{site.card}").data) < 14_000
