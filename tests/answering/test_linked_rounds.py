"""One person over two rounds, by each of the three ways; objection; and a study's end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from answering_field import NOON, Field
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.answering.codes import new_code
from survey.answering.entry import Purpose
from survey.answering.mixing import mix
from survey.answering.objections import object_
from survey.answering.own_code import link_code_from
from survey.answering.round_keys import RoundKeyFolder
from survey.answering.study_key import new_shares
from survey.answering.submit import submit
from survey.answering.tokens import open_token, personal_token
from survey.errors import Refusal
from survey.fieldwork.cards import invite_cards, make_cards
from survey.fieldwork.ending import destroy_keys, end_study
from survey.fieldwork.invitations import invite, invited
from survey.fieldwork.launching import add_link_codes, require_link_codes
from survey.fieldwork.rounds import create_round
from survey.keeping.records import verify_key_of, verify_records
from survey.models import Base, Card, DeletionRecord, Invitation, Person, Response, Round, RoundUnit, Study

LATER = NOON + timedelta(hours=2)
QUESTIONS = ["mother_name", "birth_day", "birth_place", "older_siblings"]


def _seal(field: Field) -> None:
    field.close()
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, LATER)


def _next_round(field: Field, name: str = "r2") -> Field:
    """A second open round of the same study, with the same units and their cards."""
    with field.session() as session:
        before = session.get_one(Round, field.round_id)
        round_ = Round(
            study_id=field.study_id, name=name, instrument_version="2026.1", instrument_digest=before.instrument_digest
        )
        session.add(round_)
        session.flush()
        round_.public_key = field.round_keys.make(round_.id)
        round_.state, round_.opened_at = "open", NOON
        codes = tuple(new_code() for _ in field.units)
        for unit, code in zip(field.units, codes, strict=True):
            session.add(RoundUnit(round_id=round_.id, unit_id=unit, invited=20, open_code=code))
        session.flush()
        invite_cards(session, round_)
        session.commit()
        return replace(field, round_id=round_.id, open_codes=codes)


def _answers(session: Session, round_id: int) -> dict[bytes | None, int]:
    rows = session.execute(select(Response.link_code, Response.answers).where(Response.round_id == round_id))
    return {row.link_code: row.answers["years"] for row in rows}


def _invite(field: Field, addresses: Sequence[str], folder: Path, shares: Sequence[str]) -> dict[str, str]:
    """Invite them to the first unit and add link codes. Returns e-mail -> code."""
    register = folder / "register.csv"
    register.write_text("enhet,e-post\n" + "".join(f"2309-a,{one}\n" for one in addresses), encoding="utf-8")
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        invite(session, field.keys, field.round_keys, round_, register)
        add_link_codes(session, field.keys, field.round_keys, round_, shares)
        session.commit()
        return {one.contact.email: one.code for one in invited(session, field.round_keys, round_)}


def _link_codes(field: Field, round_id: int) -> Counter[bytes | None]:
    with field.session() as session:
        return Counter(session.scalars(select(Response.link_code).where(Response.round_id == round_id)))


@pytest.fixture
def linked(make_field: Callable[..., Field]) -> Field:
    return make_field(linked=True, cards=(6, 0, 0))


def test_an_invited_person_has_the_same_code_in_the_next_round(linked: Field, tmp_path: Path) -> None:
    shares = new_shares("s")
    people = [f"p{number}@krokom.se" for number in range(6)]
    first = _invite(linked, people, tmp_path, shares[:2])
    for number, person in enumerate(people):
        linked.send(first[person], {"a": 1, "years": number})
    _seal(linked)
    second = _next_round(linked)
    # Other custodians, another order, one who has gone and one who is new.
    again = _invite(second, ["new@krokom.se", *(one.upper() for one in reversed(people[1:]))], tmp_path, shares[1:])
    for number, person in enumerate(people[1:], start=1):
        second.send(again[person.upper()], {"a": 1, "years": number})
    second.send(again["new@krokom.se"], {"a": 1, "years": 50})
    _seal(second)
    with linked.session() as session:
        before, after = _answers(session, linked.round_id), _answers(session, second.round_id)
        assert len(session.scalars(select(Person)).all()) == 7
    assert {before[code]: after[code] for code in before.keys() & after.keys()} == {n: n for n in range(1, 6)}
    assert not set(first.values()) & set(again.values())


def test_a_dump_with_every_key_at_rest_does_not_give_the_study_key(linked: Field, tmp_path: Path) -> None:
    """Nothing that is stored joins a person to a link code: only two shares do, and one at most is here."""
    shares = new_shares("s")
    _invite(linked, [f"p{number}@krokom.se" for number in range(6)], tmp_path, shares[:2])
    with linked.session() as session:
        persons = {person.id for person in session.scalars(select(Person))}
        for row in session.execute(select(Invitation.id, Invitation.lookup, Invitation.link_code, Invitation.contact)):
            assert not any(person in (part or b"") for part in row for person in persons)
    files = [path.read_bytes() for path in linked.round_keys.path.rglob("*") if path.is_file()]
    assert not any(share.encode() in content for share in shares for content in files)


def test_link_codes_are_gone_from_the_invitations_in_the_moment_that_responses_are_there(
    linked: Field, tmp_path: Path
) -> None:
    codes = _invite(linked, [f"p{number}@krokom.se" for number in range(6)], tmp_path, new_shares("s")[:2])
    for code in codes.values():
        linked.send(code, {"a": 1})
    _seal(linked)
    with linked.session() as session:
        rows = session.execute(select(Invitation.contact, Invitation.link_code)).all()
    assert set(rows) == {(None, None)}


def test_a_round_does_not_open_with_invitations_that_lead_nowhere(linked: Field, tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    register.write_text("enhet,e-post\n" + "".join(f"2309-a,p{n}@b.se\n" for n in range(6)), encoding="utf-8")
    with linked.session() as session:
        round_ = session.get_one(Round, linked.round_id)
        invite(session, linked.keys, linked.round_keys, round_, register)
        with pytest.raises(Refusal) as refused:
            require_link_codes(session, round_)
        assert refused.value.code == "study_key_needed"
        with pytest.raises(Refusal) as refused:
            add_link_codes(session, linked.keys, linked.round_keys, round_, new_shares("another")[:2])
        assert refused.value.code == "shares_wrong"
        # One share lies with the worker; together with one more it is enough.
        shares = new_shares("s")
        linked.round_keys.keep_share(linked.study_id, shares[0])
        assert add_link_codes(session, linked.keys, linked.round_keys, round_, shares[2:]) == 6
        require_link_codes(session, round_)


def test_a_card_is_the_same_person_in_two_rounds_and_another_card_is_not(linked: Field) -> None:
    for number, code in enumerate(linked.cards):
        linked.send(code, {"a": 1, "years": number})
    _seal(linked)
    second = _next_round(linked)
    for number, code in enumerate(linked.cards):
        second.send(code, {"a": 1, "years": number})
    _seal(second)
    with linked.session() as session:
        before, after = _answers(session, linked.round_id), _answers(session, second.round_id)
    assert len(before) == 6
    assert before == after


def _own_code(field: Field, day: int) -> bytes:
    answers = {"mother_name": "a", "birth_day": f"{day:02}", "birth_place": "ö", "older_siblings": "01"}
    return link_code_from(answers, study_pepper=field.keys.study_pepper(field.study_id), study_id=field.study_id)


def _send_own(field: Field, day: int, nonce: bytes) -> None:
    with field.session() as session:
        entry = field.enter(session, field.open_codes[0], nonce=nonce)
        made = replace(entry, link_code=_own_code(field, day))
        submit(session, field.keys, made, {"a": 1, "years": day}, variant="standard", language="sv")
        session.commit()


@pytest.fixture
def own_code(linked: Field) -> Field:
    with linked.session() as session:
        session.execute(update(Base.metadata.tables["study"]).values(code_questions=QUESTIONS))
        session.commit()
    return linked


def test_a_self_made_code_links_over_open_links_and_leaves_a_cards_own_code_unused(own_code: Field) -> None:
    for day in range(1, 7):
        _send_own(own_code, day, bytes([day]) * 16)
    _seal(own_code)
    second = _next_round(own_code)
    for day in range(1, 7):
        # In the next round each comes by a card: a single card among open links keeps a code that all ways can have.
        with second.session() as session:
            entry = second.enter(session, list(second.cards)[day - 1])
            assert (entry.link_code, entry.code_questions) == (None, tuple(QUESTIONS))
            made = replace(entry, link_code=_own_code(second, day))
            submit(session, second.keys, made, {"a": 1, "years": day}, variant="standard", language="sv")
            session.commit()
    _seal(second)
    with own_code.session() as session:
        before, after = _answers(session, own_code.round_id), _answers(session, second.round_id)
    assert before == after
    assert None not in before


def test_objection_takes_out_the_earlier_response_and_writes_the_rest_anew(linked: Field) -> None:
    codes = list(linked.cards)
    for number, code in enumerate(codes):
        linked.send(code, {"a": 1, "years": number})
    _seal(linked)
    with linked.session() as session:
        ids = set(session.scalars(select(Response.id)).all())
    second = _next_round(linked)
    for number, code in enumerate(codes):
        second.send(code, {"a": 2, "years": 10 + number})
    # One has answered, one objects twice: the same wish.
    for code in (codes[0], codes[0]):
        with second.session() as session:
            entry = second.enter(session, code, purpose=Purpose.OBJECT)
            object_(session, second.keys, entry, entry.link_code, entry.the_token())
            session.commit()
    assert second.count("urn") == 7
    _seal(second)
    with linked.session() as session:
        before, after = _answers(session, linked.round_id), _answers(session, second.round_id)
        left = set(session.scalars(select(Response.id).where(Response.round_id == linked.round_id)).all())
    assert sorted(before.values()) == [1, 2, 3, 4, 5]
    assert sorted(after.values()) == [10, 11, 12, 13, 14, 15]
    assert not ids & left


def test_objection_alone_makes_no_response_and_leaves_the_link_as_it_was(linked: Field) -> None:
    codes = list(linked.cards)
    for number, code in enumerate(codes):
        linked.send(code, {"a": 1, "years": number})
    _seal(linked)
    second = _next_round(linked)
    with second.session() as session:
        entry = second.enter(session, codes[0], purpose=Purpose.OBJECT)
        object_(session, second.keys, entry, entry.link_code, personal_token(codes[0]))
        session.commit()
        assert not second.invitation(session, codes[0]).answered
        second.enter(session, codes[0])
    second.close()
    with second.session() as session:
        mixed = mix(session, second.round_keys, second.round_id, LATER)
    assert (mixed.responses, mixed.removed) == (0, 1)
    with second.session() as session:
        assert sorted(_answers(session, linked.round_id).values()) == [1, 2, 3, 4, 5]


def test_objection_by_self_made_code_and_none_without_a_code(own_code: Field) -> None:
    for day in range(1, 7):
        _send_own(own_code, day, bytes([day]) * 16)
    _seal(own_code)
    second = _next_round(own_code)
    with second.session() as session:
        entry = second.enter(session, second.open_codes[0], purpose=Purpose.OBJECT)
        token = open_token(entry.code, b"n" * 16)
        with pytest.raises(Refusal) as refused:
            object_(session, second.keys, entry, None, token)
        assert refused.value.code == "cannot_object"
        object_(session, second.keys, entry, _own_code(second, 4), token)
        session.commit()
    _seal(second)
    with second.session() as session:
        assert sorted(_answers(session, own_code.round_id).values()) == [1, 2, 3, 5, 6]


def test_nobody_objects_after_sealing(linked: Field) -> None:
    code = next(iter(linked.cards))
    _seal(linked)
    with linked.session() as session, pytest.raises(Refusal) as refused:
        linked.enter(session, code, purpose=Purpose.OBJECT)
    assert refused.value.code == "already_sealed"


def test_the_end_takes_all_that_persons_could_be_followed_by(linked: Field, tmp_path: Path) -> None:
    shares = new_shares("s")
    linked.round_keys.keep_share(linked.study_id, shares[0])
    codes = _invite(linked, [f"p{number}@krokom.se" for number in range(6)], tmp_path, shares[1:2])
    for number, code in enumerate((*codes.values(), *linked.cards)):
        linked.send(code, {"a": 1, "years": number})
    with linked.session() as session, pytest.raises(Refusal) as refused:
        end_study(session, linked.round_keys, session.get_one(Study, linked.study_id), LATER)
    assert refused.value.code == "study_running"
    _seal(linked)
    with linked.session() as session:
        ids = set(session.scalars(select(Response.id)).all())
        study = session.get_one(Study, linked.study_id)
        ended = end_study(session, linked.round_keys, study, LATER)
        session.commit()
        assert (ended.link_codes, ended.persons, ended.cards) == (12, 6, 6)
        assert destroy_keys(session, linked.keys, linked.round_keys, study, LATER) == 2
        session.commit()
    with linked.session() as session:
        assert session.scalars(select(Card)).all() == session.scalars(select(Person)).all() == []
        rows = session.scalars(select(Response)).all()
        assert sorted(row.answers["years"] for row in rows) == list(range(12))
        assert {row.link_code for row in rows} == {None}
        assert not ids & {row.id for row in rows}
        assert verify_records(session, verify_key_of(linked.round_keys.signing_key())) == ()
        told = {(row.what, row.amount) for row in session.scalars(select(DeletionRecord))}
        assert {("link_codes", 24), ("keys", 2)} <= told
    assert linked.round_keys.share(linked.study_id) is None
    assert linked.study_id not in linked.keys.study_peppers()


def test_an_ended_study_takes_nothing_more_and_may_be_ended_again(linked: Field) -> None:
    _seal(linked)
    with linked.session() as session:
        study = session.get_one(Study, linked.study_id)
        end_study(session, linked.round_keys, study, LATER)
        session.commit()
        assert end_study(session, linked.round_keys, study, LATER).cards == 0
        destroy_keys(session, linked.keys, linked.round_keys, study, LATER)
        assert destroy_keys(session, linked.keys, linked.round_keys, study, LATER) == 0
        for attempt in (
            lambda: create_round(session, study, name="more", unit_codes=["2309-a"], folders=[linked.folder]),
            lambda: make_cards(session, linked.keys, session.get_one(Round, linked.round_id), study.owner, 5),
        ):
            with pytest.raises(Refusal) as refused:
                attempt()
            assert refused.value.code == "study_ended"
        # Refused before anything was made: no pepper comes back.
        assert linked.study_id not in linked.keys.study_peppers()
    with linked.session() as session, pytest.raises(Refusal) as refused:
        linked.enter(session, next(iter(linked.cards)))
    assert refused.value.code == "unknown_link"


def test_the_kept_share_alone_is_not_enough(linked: Field, round_keys: RoundKeyFolder, tmp_path: Path) -> None:
    round_keys.keep_share(linked.study_id, new_shares("s")[0])
    with pytest.raises(Refusal) as refused:
        _invite(linked, [f"p{number}@krokom.se" for number in range(6)], tmp_path, [])
    assert refused.value.code == "shares_wrong"
