"""T4 Snapshots: somebody copies everything after each submission, and keeps all copies.

What the difference of two copies does tell, and no software can hide: that the holder of one link has answered since.
It must not tell what, neither then nor later: not by the answer itself, nor its length, nor with the keys that are left
when a round's own keys have been destroyed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
from nacl.bindings import crypto_box_SECRETKEYBYTES, crypto_scalarmult_base
from nacl.exceptions import CryptoError

from bench.attacks.ground import Taken
from bench.attacks.needles import Needles, encodings
from bench.attacks.stage import Play
from bench.attacks.verdict import Verdict
from survey.answering import tokens
from survey.answering.box import open_box
from survey.answering.linking import link_code_of

_NONCE = 24


@dataclass(frozen=True)
class Check:
    """How often the adversary came through, of how many tries. Nothing is left to chance: a single time is a leak."""

    attack: str
    what: str
    found: int
    tried: int


def checks(play: Play, copies: Sequence[Taken], after: Taken) -> list[Check]:
    """`copies` from before sealing, one or many, oldest first; `after` from when the keys have been destroyed."""
    before, later = "T4 copies before sealing", "T4 copies and keys left"
    rest = "T4 left on the disk"
    boxes = {bytes(row["box"]) for copy in copies for row in copy.rows["urn"]}
    drafts = {(bytes(row["id"]), bytes(row["body"])) for copy in copies for row in copy.rows["draft"]}
    left = _left(play, copies[-1])
    return [
        Check(before, "answers readable", sum(_readable(play, copy) for copy in copies), len(copies) * len(play.sent)),
        Check(before, "boxes that differ in size", len({len(box) for box in boxes}) - 1, len(boxes)),
        Check(before, "responses there already", sum(len(copy.rows["response"]) for copy in copies), len(boxes)),
        Check(later, "boxes opened", sum(_opened(box, after) for box in boxes), len(boxes)),
        Check(later, "drafts opened", sum(_draft_opened(play, draft, after) for draft in drafts), len(drafts)),
        Check(later, "link codes made anew", _link_codes(copies, after), len(after.rows["response"])),
        Check(rest, "invitations with their old id", _kept_ids(copies[-1], after), len(after.rows["invitation"])),
        Check(rest, "contacts and link codes on invitations", _kept_codes(after), len(after.rows["invitation"])),
        Check(rest, "boxes and drafts in the tables", len(after.rows["urn"] + after.rows["draft"]), len(left)),
        Check(rest, "traces of boxes, drafts and contacts in the files", _found_left(left, after), len(left)),
    ]


def verdicts(found: Sequence[tuple[Check, ...] | list[Check]], database: str, seeds: int) -> list[Verdict]:
    """One row for each attack, over all plays."""
    every = [check for play in found for check in play]
    rows = []
    for attack in dict.fromkeys(check.attack for check in every):
        of = [check for check in every if check.attack == attack]
        sums = {
            what: (sum(c.found for c in of if c.what == what), sum(c.tried for c in of if c.what == what))
            for what in dict.fromkeys(check.what for check in of)
        }
        statistic = ", ".join(f"{what} {got} of {tried}" for what, (got, tried) in sums.items())
        rows.append(Verdict(attack, database, f"{seeds} seeds", statistic, None, not any(check.found for check in of)))
    return rows


def told_by_differences(play: Play, copies: Sequence[Taken]) -> tuple[int, int]:
    """In how many differences of consecutive copies it is seen who has answered, of how many. Said, not hidden."""
    seen = 0
    for one, other in pairwise(copies):
        old, new = ({bytes(r["lookup"]) for r in copy.rows["invitation"] if r["answered"]} for copy in (one, other))
        seen += len(new - old) == 1
    return seen, len(copies) - 1


def _readable(play: Play, copy: Taken) -> int:
    needles = {form: sent.number for sent in play.sent for form in encodings(str(sent.mark).encode())}
    needles |= {form: sent.number for sent in play.sent for form in encodings(sent.words.encode())}
    sought = Needles(needles)
    return len({number for content in copy.files.values() for number in sought.find(content)})


def _candidates(after: Taken) -> Iterator[bytes]:
    """Everything in the key folders that could be a key."""
    for content in after.keys.values():
        if len(content) >= crypto_box_SECRETKEYBYTES:
            yield content[:crypto_box_SECRETKEYBYTES]


def _opened(box: bytes, after: Taken) -> bool:
    for key in _candidates(after):
        try:
            open_box(box, key, crypto_scalarmult_base(key))
        except (ValueError, CryptoError):
            continue
        return True
    return False


def _draft_opened(play: Play, draft: tuple[bytes, bytes], after: Taken) -> bool:
    """With every key that is left in the place of the draft's own, and with the tokens that it would make."""
    name, body = draft
    bound = b"draft" + play.round_id.to_bytes(8) + name
    keys = list(_candidates(after))
    keys += [tokens.draft_key(play.services.keys, play.round_id, token) for token in keys]
    for key in keys:
        try:
            decrypt(body[_NONCE:], bound, body[:_NONCE], key)
        except CryptoError:
            continue
        return True
    return False


def _link_codes(copies: Sequence[Taken], after: Taken) -> int:
    """Link codes of responses that a key that is left makes out of anything in the tables."""
    known = {bytes(row["link_code"]) for row in after.rows["response"] if row["link_code"]}
    every = [
        row for copy in (*copies[-1:], after) for table in ("card", "invitation", "person") for row in copy.rows[table]
    ]
    parts = {bytes(value) for row in every for value in row.values() if isinstance(value, bytes | memoryview)}
    return len(known & {link_code_of(key, part) for key in _candidates(after) for part in parts})


def _kept_ids(before: Taken, after: Taken) -> int:
    old = {bytes(row["id"]) for row in before.rows["invitation"]}
    return sum(bytes(row["id"]) in old for row in after.rows["invitation"])


def _kept_codes(after: Taken) -> int:
    return sum(row["contact"] is not None or row["link_code"] is not None for row in after.rows["invitation"])


def _left(play: Play, before: Taken) -> list[bytes]:
    """What would be found of a box, a draft, a contact or a link code that was left behind."""
    names = [name for sent in play.sent for name in (sent.receipt_hash, sent.draft_id)]
    sealed = [row[column] for row in before.rows["invitation"] for column in ("contact", "link_code")]
    return names + [bytes(one) for one in sealed if one is not None]


def _found_left(left: list[bytes], after: Taken) -> int:
    sought = Needles({form: name for name in left for form in encodings(name)})
    return len({name for content in after.files.values() for name in sought.find(content)})
