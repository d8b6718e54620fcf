"""Every named CHECK constraint refuses its bad row, by name, on both databases; a row that is right passes."""

from __future__ import annotations

import pytest
from sqlalchemy import CheckConstraint, Engine, text
from sqlalchemy.exc import IntegrityError

from survey.models import Base

MOMENT = "'2024-05-01 10:00:00+00:00'"

GOOD_ROWS = (
    "INSERT INTO organisation_unit (id, kind, code, name, short_name, private, valid_from)"
    " VALUES (1, 'nation', 'SE', 'Sverige', 'Sverige', FALSE, '2024-01-01')",
    "INSERT INTO organisation_unit (id, parent_id, kind, code, name, short_name, private, valid_from, valid_to)"
    " VALUES (2, 1, 'county', '23', 'Jämtlands län', 'Jämtland', FALSE, '2024-01-01', '2024-01-02')",
    "INSERT INTO account (id, email, name, active, session_number) VALUES (1, 'a@b.se', 'A', TRUE, 0)",
    "INSERT INTO role_grant (account_id, role, unit_id) VALUES (1, 'analyst', 1)",
    "INSERT INTO study (id, slug, title, instrument, linked, simulated, k, purpose, owner_id)"
    " VALUES (1, 's', 'S', 'i', FALSE, FALSE, 5, '', 1)",
    "INSERT INTO round (id, study_id, name, instrument_version, state, opens_on, closes_on)"
    " VALUES (1, 1, 'r', '2024.1', 'draft', '2024-05-01', '2024-05-01')",
    "INSERT INTO round_unit (round_id, unit_id, invited) VALUES (1, 2, 0)",
    "INSERT INTO live_count (round_id, unit_id, shown, counted_at) VALUES (1, 0, 0, " + MOMENT + ")",
    "INSERT INTO invitation (id, round_id, unit_id, way, lookup, answered, withdrawn)"
    " VALUES ('a', 1, 2, 'card', 'b', FALSE, FALSE)",
    "INSERT INTO response (id, round_id, unit_id, instrument_digest, way, variant, language, answers)"
    " VALUES ('a', 1, 2, 'd', 'import', 'standard', 'sv', '{}')",
    "INSERT INTO free_text (id, round_id, unit_id, item, text, state) VALUES ('a', 1, 2, 'i', 't', 'unread')",
    "INSERT INTO imported_file (round_id, digest, batch) VALUES (1, 'd', 0)",
    "INSERT INTO paper_form (id, round_id) VALUES ('n', 1)",
    "INSERT INTO paper_difference (round_id, item, forms) VALUES (1, 'i', 1)",
    "INSERT INTO deletion_record (id, at, what, subject, amount, decision, previous, signature)"
    f" VALUES (1, {MOMENT}, 'drafts', 's/r', 0, '', 'p', 's')",
    "INSERT INTO record_entry (id, unit_id, instrument, instrument_version, instrument_digest, happened_on, answers,"
    f" signed_name, signed_at, reason, retracted) VALUES (1, 2, 'i', '2024.1', 'd', '2024-05-01', '{{}}', 'A',"
    f" {MOMENT}, '', FALSE)",
    "INSERT INTO record_entry (id, unit_id, instrument, instrument_version, instrument_digest, happened_on, answers,"
    f" signed_name, signed_at, replaces_id, reason, retracted) VALUES (2, 2, 'i', '2024.1', 'd', '2024-05-01', '{{}}',"
    f" 'A', {MOMENT}, 1, 'wrong day', TRUE)",
    "INSERT INTO case_count (id, unit_id, instrument, k, made_at, made_by, result)"
    f" VALUES (1, 1, 'i', 5, {MOMENT}, 'A', '{{}}')",
    f"INSERT INTO client_case (id, unit_id, instrument, code, opened_at) VALUES (1, 2, 'i', 'B-17', {MOMENT})",
    "INSERT INTO case_access (id, case_id, account_id, role, granted_by, granted_at)"
    f" VALUES (1, 1, 1, 'holder', 'A', {MOMENT})",
    "INSERT INTO case_occasion (id, case_id, occasion, happened_on, instrument_version, instrument_digest, answers,"
    f" written_by, written_at) VALUES (1, 1, 1, '2024-05-01', '2024.1', 'd', 'x', 'A', {MOMENT})",
    "INSERT INTO case_log (id, case_id, at, account_id, name, act, detail)"
    f" VALUES (1, 1, {MOMENT}, 1, 'A', 'opened', '')",
    "INSERT INTO saved_view (id, account_id, study_id, name, view, query) VALUES (1, 1, 1, 'n', 'v', '')",
    "INSERT INTO ledger_entry (id, study_id, round_id, kind, label, cells, created_at)"
    f" VALUES (1, 1, 1, 'live_counts', 's/r', '{{}}', {MOMENT})",
)

OPENED = f"instrument_digest = 'd', public_key = 'p', opened_at = {MOMENT}"
SEALED = f"{OPENED}, closed_at = {MOMENT}, sealed_at = {MOMENT}"

BAD_CHANGES = {
    "ck_organisation_unit_kind_known": "UPDATE organisation_unit SET kind = 'village' WHERE id = 2",
    "ck_organisation_unit_only_nation_is_root": "UPDATE organisation_unit SET parent_id = NULL WHERE id = 2",
    "ck_organisation_unit_not_its_own_parent": "UPDATE organisation_unit SET parent_id = 2 WHERE id = 2",
    "ck_organisation_unit_valid_period": "UPDATE organisation_unit SET valid_to = valid_from WHERE id = 2",
    "ck_organisation_unit_population_positive": "UPDATE organisation_unit SET population = 0 WHERE id = 2",
    "ck_account_email_lower_case": "UPDATE account SET email = 'A@b.se'",
    "ck_role_grant_role_known": "UPDATE role_grant SET role = 'owner'",
    "ck_study_k_at_least_five": "UPDATE study SET k = 4",
    "ck_study_spread_from_at_least_ten": "UPDATE study SET spread_from = 9",
    "ck_study_sd_from_at_least_twenty": "UPDATE study SET sd_from = 19",
    "ck_study_legal_basis_known": "UPDATE study SET legal_basis = 'curiosity'",
    "ck_study_free_text_days_bounded": "UPDATE study SET free_text_days = 0",
    "ck_round_state_known": f"UPDATE round SET state = 'lost', {SEALED}",
    "ck_round_open_is_dated": "UPDATE round SET state = 'open', instrument_digest = 'd', public_key = 'p'",
    "ck_round_closed_is_dated": f"UPDATE round SET state = 'closed', {OPENED}",
    "ck_round_sealed_is_dated": f"UPDATE round SET state = 'sealed', {OPENED}, closed_at = {MOMENT}",
    "ck_round_released_is_dated": f"UPDATE round SET state = 'released', {SEALED}",
    "ck_round_pinned": f"UPDATE round SET state = 'open', opened_at = {MOMENT}",
    "ck_round_keys_destroyed_after_sealing": f"UPDATE round SET keys_destroyed_at = {MOMENT}",
    "ck_round_dates_in_order": "UPDATE round SET closes_on = '2024-04-30'",
    "ck_round_paper_after_opening": "UPDATE round SET paper_begun = TRUE",
    "ck_round_compared_when_twice": "UPDATE round SET paper_compared = 1",
    "ck_round_unit_invited_not_negative": "UPDATE round_unit SET invited = -1",
    "ck_round_unit_not_its_own_group": "UPDATE round_unit SET group_id = unit_id",
    "ck_live_count_shown_not_negative": "UPDATE live_count SET shown = -1",
    "ck_invitation_way_known": "UPDATE invitation SET way = 'open'",
    "ck_invitation_card_has_no_contact": "UPDATE invitation SET contact = 'c'",
    "ck_invitation_answered_or_withdrawn": "UPDATE invitation SET answered = TRUE, withdrawn = TRUE",
    "ck_response_way_known": "UPDATE response SET way = 'post'",
    "ck_response_batch_not_negative": "UPDATE response SET batch = -1",
    "ck_response_order_seed_small": "UPDATE response SET order_seed = 65536",
    "ck_imported_file_batch_not_negative": "UPDATE imported_file SET batch = -1",
    "ck_paper_form_kept_whole": "UPDATE paper_form SET body = 'b'",
    "ck_paper_difference_forms_positive": "UPDATE paper_difference SET forms = 0",
    "ck_free_text_state_known": "UPDATE free_text SET state = 'burnt'",
    "ck_free_text_released_has_text": "UPDATE free_text SET state = 'released'",
    "ck_deletion_record_amount_not_negative": "UPDATE deletion_record SET amount = -1",
    "ck_record_entry_not_its_own_correction": "UPDATE record_entry SET replaces_id = id WHERE id = 2",
    "ck_record_entry_correction_has_reason": "UPDATE record_entry SET reason = '' WHERE id = 2",
    "ck_record_entry_retraction_of_something": "UPDATE record_entry SET retracted = TRUE WHERE id = 1",
    "ck_case_count_k_at_least_five": "UPDATE case_count SET k = 4",
    "ck_client_case_closed_after_opening": "UPDATE client_case SET closed_at = '2024-04-30 10:00:00+00:00'",
    "ck_client_case_counted_when_closed": "UPDATE client_case SET count_id = 1",
    "ck_case_access_role_known": "UPDATE case_access SET role = 'owner'",
    "ck_case_access_revoked_after_granting": "UPDATE case_access SET revoked_at = '2024-04-30 10:00:00+00:00'",
    "ck_case_occasion_occasion_known": "UPDATE case_occasion SET occasion = 4",
    "ck_case_log_act_known": "UPDATE case_log SET act = 'guessed'",
    "ck_saved_view_named": "UPDATE saved_view SET name = ''",
    "ck_saved_view_of_a_view": "UPDATE saved_view SET view = ''",
    "ck_ledger_entry_kind_known": "UPDATE ledger_entry SET kind = 'rumour'",
    "ck_ledger_entry_batch_not_negative": "UPDATE ledger_entry SET batch = -1",
    "ck_ledger_entry_release_named": "UPDATE ledger_entry SET kind = 'release'",
}

GOOD_CHANGES = (
    f"UPDATE round SET state = 'open', {OPENED}",
    f"UPDATE round SET state = 'closed', {OPENED}, closed_at = {MOMENT}",
    f"UPDATE round SET state = 'sealed', {SEALED}",
    f"UPDATE round SET state = 'released', {SEALED}, released_at = {MOMENT}",
)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with engine.begin() as connection:
        for row in GOOD_ROWS:
            connection.execute(text(row))
    return engine


@pytest.mark.parametrize("name", BAD_CHANGES)
def test_a_bad_row_is_refused_by_name(filled: Engine, name: str) -> None:
    with filled.connect() as connection, pytest.raises(IntegrityError, match=rf"\b{name}\b"):
        connection.execute(text(BAD_CHANGES[name]))


@pytest.mark.parametrize("change", GOOD_CHANGES, ids=["open", "closed", "sealed", "released"])
def test_every_state_with_its_moments_passes(filled: Engine, change: str) -> None:
    with filled.begin() as connection:
        connection.execute(text(change))


def test_no_check_constraint_is_without_its_bad_row() -> None:
    named = {
        check.name
        for table in Base.metadata.sorted_tables
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert named == set(BAD_CHANGES)
