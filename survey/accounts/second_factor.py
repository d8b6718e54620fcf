"""The second factor: a code of six digits from the person's telephone, new every half minute (TOTP, RFC 6238).

SHA-1, 30 seconds and six digits, as every authenticator application reads them. The code of the step before and the one
after are taken too: clocks differ (RFC 6238, section 5.2). The secret lies encrypted in the database, under a key that
is not in it: whoever has only a copy of the database can make no codes. A code is good once.

A lost telephone is an administrator's matter (`./run accounts reset-second-factor`): no recovery codes lie about.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import pyotp
from nacl.exceptions import CryptoError
from nacl.secret import Aead
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from survey.answering.keys import Keys
from survey.errors import Refusal
from survey.models import Account, AuditEvent

PURPOSE = "second factor"
ISSUER = "Termometern"
STEP_SECONDS = 30
WINDOW = 1
"""How many steps before and after the present one are taken."""

RIGHT = "right_code"
WRONG = "wrong_code"
SET_UP = "set_up_second_factor"
"""The events of an account's trail that the slowing down reads: wrong codes since the last right one, or since a new
secret."""

MOST_WRONG = 5
PERIOD = timedelta(minutes=15)
MOST_WRONG_IN_A_ROW = 100
"""After that only an administrator's reset helps. Three codes in a million are right at any time, so all the guesses
together succeed 3 times in 10,000 (the limit of NIST SP 800-63B, section 5.2.2)."""


def new_secret() -> str:
    """160 random bits, as RFC 4226 asks, in the base 32 that people type."""
    return pyotp.random_base32()


def address(secret: str, account: Account) -> str:
    """What the QR code holds: otpauth://totp/Termometern:eva%40krokom.se?secret=..."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=ISSUER)


def sealed(keys: Keys, account: Account, secret: str) -> bytes:
    """The secret as it is stored: XChaCha20-Poly1305 under a key outside the database, bound to its account."""
    return bytes(Aead(keys.secret_box_key(PURPOSE)).encrypt(secret.encode(), _bound(account)))


def opened(keys: Keys, account: Account, stored: bytes) -> str:
    """The reverse of `sealed`. Raises Refusal `second_factor_unreadable` for another account's or another key's."""
    try:
        return Aead(keys.secret_box_key(PURPOSE)).decrypt(stored, _bound(account)).decode()
    except (CryptoError, ValueError):
        message = (
            f"the second factor of {account.email} does not open with the pepper in the key folder; put the right one "
            f"back, or run ./run accounts reset-second-factor {account.email}"
        )
        raise Refusal("second_factor_unreadable", message, email=account.email) from None


def set_up(session: Session, keys: Keys, account: Account, secret: str, code: str, now: datetime) -> None:
    """Begin to ask the account for codes. Only a code made with the secret proves that the telephone has it.

    Raises Refusal `wrong_code`, and `second_factor_exists` where there is one: it is removed first, with its code.
    """
    step = _step_of(secret, code, now)
    if step is None:
        raise _wrong()
    stored = session.execute(
        update(Account)
        .where(Account.id == account.id, Account.totp_secret.is_(None))
        .values(totp_secret=sealed(keys, account, secret), totp_step=step)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).first()
    if stored is None:
        message = f"{account.email} has a second factor already; remove it first, with a code from it"
        raise Refusal("second_factor_exists", message, email=account.email)
    session.expire(account)


def use_code(session: Session, keys: Keys, account: Account, code: str, now: datetime) -> bool:
    """Whether the code is right and unused; then it is used up.

    Asking and using are one statement: of two who send the same code at once, one gets in.
    """
    if account.totp_secret is None:
        return False
    step = _step_of(opened(keys, account, account.totp_secret), code, now)
    if step is None:
        return False
    used = session.execute(
        update(Account)
        .where(Account.id == account.id, Account.totp_step < step)
        .values(totp_step=step)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).first()
    return used is not None


def remove(session: Session, account: Account) -> bool:
    """Ask for no more codes. False if none were asked for. The last step stays: a code is never good again."""
    had = account.totp_secret is not None
    account.totp_secret = None
    session.flush()
    return had


def must_wait(session: Session, account: Account, now: datetime) -> bool:
    """Whether too many wrong codes have been typed: five in a quarter of an hour, or a hundred since the last right."""
    latest = session.scalar(
        select(func.max(AuditEvent.id)).where(
            AuditEvent.account_id == account.id, AuditEvent.action.in_((RIGHT, SET_UP))
        )
    )
    wrong = (
        select(func.count())
        .select_from(AuditEvent)
        .where(AuditEvent.account_id == account.id, AuditEvent.action == WRONG, AuditEvent.id > (latest or 0))
    )
    recent = session.scalar(wrong.where(AuditEvent.at > now - PERIOD)) or 0
    return recent >= MOST_WRONG or (session.scalar(wrong) or 0) >= MOST_WRONG_IN_A_ROW


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that made the code, of those that are taken now; None for a wrong code. Spaces are allowed."""
    typed = "".join(code.split()).encode()
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        # Every one is compared, and in constant time: how long it takes says nothing.
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed):
            found = step
    return found


def _bound(account: Account) -> bytes:
    return f"account {account.id}".encode()


def _wrong() -> Refusal:
    return Refusal("wrong_code", "that code is not right; wait for the next one in the application and type that")
