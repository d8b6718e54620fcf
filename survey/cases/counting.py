"""Figures over closed cases, counted once and kept. No answer leaves: only what the disclosure gate let through.

A case takes part in one count only, so that nobody learns of one person by counting again when one more has closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from instruments.load import LoadedInstrument
from instruments.model import Answer
from reports.case_figures import LOWEST_K, CasePair, case_figures
from survey.answering.keys import Keys
from survey.cases.box import opened
from survey.cases.desk import log
from survey.cases.occasions import OCCASION_ITEM, Occasion
from survey.errors import Refusal
from survey.models import Account, CaseAct, CaseCount, CaseOccasion, ClientCase
from survey.organisation.snapshot import OrganisationTree


def count_cases(
    session: Session,
    keys: Keys,
    *,
    instrument: LoadedInstrument,
    unit_id: int,
    tree: OrganisationTree,
    account: Account,
    now: datetime,
    k: int = LOWEST_K,
) -> CaseCount:
    """Count the node's closed cases that no count has yet, and that were answered after the support.

    Each gets a line in its log before it is opened. Raises Refusal `case_count_few` for fewer than k: nothing is
    opened then, and the cases wait for the next count.
    """
    cases = _waiting(session, instrument.instrument.id, [node.id for node in tree.descendants(unit_id)])
    if len(cases) < k:
        raise Refusal("case_count_few", f"fewer than {k} closed cases wait to be counted there", k=k)
    for case in cases:
        log(session, case, account, CaseAct.COUNTED, now)
    pairs = [
        CasePair(tree.by_id[case.unit_id].code, _answers(keys, case, Occasion.BEFORE), after)
        for case in cases
        if (after := _answers(keys, case, Occasion.AFTER)) is not None
    ]
    before = OCCASION_ITEM, int(Occasion.BEFORE)
    figures = case_figures(instrument.instrument, _parents(tree, unit_id, cases), pairs, before, k)
    count = CaseCount(
        unit_id=unit_id,
        instrument=instrument.instrument.id,
        k=k,
        made_at=now,
        made_by=account.name,
        result=figures.plain,
    )
    session.add(count)
    session.flush()
    for case in cases:
        case.count_id = count.id
    session.flush()
    return count


def _waiting(session: Session, instrument: str, unit_ids: Sequence[int]) -> list[ClientCase]:
    """Locked: two who count at once do not count the same case."""
    after = select(CaseOccasion.id).where(
        CaseOccasion.case_id == ClientCase.id, CaseOccasion.occasion == Occasion.AFTER
    )
    query = (
        select(ClientCase)
        .options(selectinload(ClientCase.occasions))
        .where(
            ClientCase.instrument == instrument,
            ClientCase.unit_id.in_(unit_ids),
            ClientCase.closed_at.is_not(None),
            ClientCase.count_id.is_(None),
            after.exists(),
        )
        .order_by(ClientCase.id)
        .with_for_update()
    )
    return list(session.scalars(query))


def _answers(keys: Keys, case: ClientCase, occasion: Occasion) -> dict[str, Answer] | None:
    box = next((one for one in case.occasions if one.occasion == occasion), None)
    return None if box is None else opened(keys, case.id, occasion, box.answers)


def _parents(tree: OrganisationTree, unit_id: int, cases: Sequence[ClientCase]) -> dict[str, str | None]:
    """The node and everything below it that has cases, parents first."""
    present = {case.unit_id for case in cases}
    needed = present | {node.id for inner in present for node in tree.ancestors(inner)}
    below = tree.descendants(unit_id)
    found: dict[str, str | None] = {below[0].code: None}
    for node in below[1:]:
        parent = tree.parent(node.id)
        if node.id in needed and parent is not None:
            found[node.code] = parent.code
    return found
