"""Who asks, and what they may see: one place that every logged-in view goes through."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from survey.accounts.roles import POLICY, Action, may
from survey.models import Account, Role, RoleGrant
from survey.organisation.tree import OrganisationTree, TreeNode, load_tree
from survey.web import current_services
from survey.web.office.database import reading

LOGGED_IN_FOR = timedelta(hours=12)
"""A working day: the browser of a shared desk does not stay logged in overnight."""

STEP_UP_FOR = timedelta(minutes=10)
"""How long a code from the second factor opens what is sensitive."""

HALF_WAY_FOR = timedelta(minutes=5)
"""How long somebody may look for the telephone, between password and code."""

OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
"""A path on this site: never "//elsewhere", never what a browser would mend into that."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Person:
    """The logged-in account with its roles. Read afresh for every request: a role taken away works at once."""

    account: Account
    grants: tuple[RoleGrant, ...]
    tree: OrganisationTree

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def email(self) -> str:
        return self.account.email

    def may(self, action: Action | str, unit_id: int) -> bool:
        return may(self.grants, Action(action), unit_id, self.tree)

    def has(self, action: Action | str) -> bool:
        """Whether the person may do this anywhere at all."""
        return any(Action(action) in POLICY[Role(grant.role)] for grant in self.grants)

    def reach(self, action: Action | str) -> tuple[TreeNode, ...]:
        """The nodes of the tree where the person may do this, parents before children."""
        return tuple(node for node in self.tree.nodes if self.may(action, node.id))


def remember(account: Account) -> None:
    """Log `account` in. The old session goes, so that nobody can have prepared it."""
    session.clear()
    session["account"] = account.id
    session["number"] = account.session_number
    session["until"] = _from_now(LOGGED_IN_FOR)


def just_logged_in() -> bool:
    """Whether the log-in is minutes old: what lets a person in is changed by the person, not by a browser left open."""
    since = session.get("until", 0) - LOGGED_IN_FOR.total_seconds()
    return bool(current_services().clock().timestamp() < since + STEP_UP_FOR.total_seconds())


def wait_for_code(account: Account) -> None:
    """The password was right; the code is still missing. Until it comes, nobody is logged in."""
    session.clear()
    session["half_way"] = account.id
    session["number"] = account.session_number
    session["half_way_until"] = _from_now(HALF_WAY_FOR)


def half_way() -> Account | None:
    """The account whose code is waited for, or None."""
    if session.get("half_way_until", 0) <= current_services().clock().timestamp():
        return None
    return _active(session.get("half_way"))


def code_given() -> None:
    """The person has just typed a right code: what is sensitive is open for a while."""
    session["code_until"] = _from_now(STEP_UP_FOR)


def _from_now(period: timedelta) -> int:
    return int((current_services().clock() + period).timestamp())


def forget() -> None:
    session.clear()


def current_person() -> Person | None:
    """The person who is logged in, or None."""
    if "office_person" not in g:
        g.office_person = _person()
    found: Person | None = g.office_person
    return found


def _person() -> Person | None:
    account_id, until = session.get("account"), session.get("until", 0)
    if account_id is None or until <= current_services().clock().timestamp():
        return None
    account = _active(account_id)
    return None if account is None else Person(account, tuple(account.grants), load_tree(reading()))


def _active(account_id: int | None) -> Account | None:
    """The account, unless it has been closed or its sessions have been ended."""
    account = None if account_id is None else reading().get(Account, account_id)
    if account is None or not account.active or session.get("number") != account.session_number:
        return None
    return account


def person() -> Person:
    """The logged-in person, in a view that requires one."""
    found = current_person()
    if found is None:
        abort(403)
    return found


def login_required(view: Callable[P, R]) -> Callable[P, R | BaseResponse]:
    """Send those who are not logged in to the log-in page, and back here afterwards."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | BaseResponse:
        if current_person() is None:
            return redirect(url_for("account.log_in", next=_way_back() if request.method == "GET" else None))
        return view(*args, **kwargs)

    return guarded


def step_up_required(view: Callable[P, R]) -> Callable[P, R | BaseResponse]:
    """For what is sensitive: a code from the second factor within the last ten minutes, else the page that asks for it.

    Who has no second factor is led to where it is set up. Implies `login_required`.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | BaseResponse:
        if person().account.totp_secret is None:
            return redirect(url_for("account.own", next=_way_back()))
        if session.get("code_until", 0) <= current_services().clock().timestamp():
            return redirect(url_for("account.confirm", next=_way_back()))
        return view(*args, **kwargs)

    return login_required(guarded)


def _way_back() -> str | None:
    """Where one comes back to: a page that can be looked at, never one that would only act."""
    methods = request.url_rule.methods if request.url_rule else None
    return request.full_path.rstrip("?") if methods and "GET" in methods else None


def require(action: Action, unit_id: int) -> None:
    """403 unless the person may do this in the unit."""
    if not person().may(action, unit_id):
        abort(403)


def require_somewhere(action: Action) -> None:
    """403 unless the person may do this anywhere at all."""
    if not person().has(action):
        abort(403)


def safe_path(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None: a link in a mail must not lead on to another site."""
    return target if target and OWN_PATH.fullmatch(target) else None
