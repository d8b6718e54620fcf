"""docs/privacy.md says what the table says that the job and the pages follow, and keeps a place for the attacks."""

from __future__ import annotations

import re
from pathlib import Path

from survey.keeping.chores import DELETIONS
from survey.keeping.policy import KINDS, Rule, gone, privacy_table

ROOT = Path(__file__).parents[2]
PRIVACY = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
FILLED = {"key_hours": 24, "audit_days": 730, "free_text_days": 365, "case_days": 1825}


def test_the_document_has_the_table_of_the_code() -> None:
    found = re.search(r"<!-- kinds:begin -->\n(.*)\n<!-- kinds:end -->", PRIVACY, re.DOTALL)
    assert found
    assert found[1] == privacy_table()


def test_the_attacks_have_their_place_and_every_link_leads_somewhere() -> None:
    assert PRIVACY.index("<!-- attacks:begin -->") < PRIVACY.index("<!-- attacks:end -->")
    for name in ("privacy.md", "impact-assessment.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^):#]+)\)", text):
            assert (ROOT / "docs" / target).exists(), target


def test_every_kind_is_said_in_both_languages_with_nothing_left_open() -> None:
    for kind in KINDS.values():
        for language in ("sv", "en"):
            assert kind.what[language]
            assert "{" not in gone(kind, language, FILLED)


def test_whatever_is_recorded_as_deleted_is_a_kind_that_may_go() -> None:
    written = {
        what
        for path in (ROOT / "survey").rglob("*.py")
        for what in re.findall(r'what="([a-z_]+)"|_record\([^)]*now, "([a-z_]+)"', path.read_text(encoding="utf-8"))
        for what in what
        if what
    }
    assert written
    assert all(KINDS[what].rule is not Rule.KEPT for what in written | DELETIONS.keys())
