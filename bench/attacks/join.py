"""T1 Join: does anything lead from a response to the invitation, card, draft or box that it came by?

Exact joins: a byte string of eight bytes or more that one row of a way in (before or after sealing) and one response
share. Rank joins: whoever is third in some order of invitations is third in some order of responses. The answered
invitations of a place and the responses by card at that place are known to belong together as groups; within such a
group a random guess is right once, whatever the group's size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from scipy.stats import binom

from bench.attacks.chance import Matches, holm
from bench.attacks.ground import Taken
from bench.attacks.needles import Needles
from bench.attacks.stage import Play, Sent
from bench.attacks.traces import Order, Traces, answers_of, name_of
from bench.attacks.verdict import ALPHA, Verdict
from survey.answering.raising import places
from survey.fieldwork.groups import placing_parents
from survey.models import Round

WINDOW = 8
WAYS_IN = ("card", "invitation", "person", "draft", "urn", "free_text")


@dataclass
class Join:
    """All joins, pooled over the plays that have been added."""

    ranks: dict[str, Matches] = field(default_factory=dict)
    exact_right: int = 0
    exact_guesses: int = 0
    exact_among: int = 0
    plays: int = 0
    invitations: int = 0

    def add(self, play: Play, before: Taken, after: Taken, traces: Traces) -> None:
        """One play: everything before sealing, everything after it, and the orders read from the latter."""
        self.plays += 1
        self._exact(play, before, after)
        groups = list(_groups(play, after))
        self.invitations += sum(map(len, groups))
        for left, right, name in _pairs():
            for one, first in traces.orders[left].items():
                for other, second in traces.orders[right].items():
                    self._rank(f"{left} {one} = {right} {other}", first, second, groups, name)

    def _rank(
        self, join: str, first: Order, second: Order, groups: Iterable[list[Sent]], name: tuple[str, str]
    ) -> None:
        for group in groups:
            left, right = ([getattr(sent, one) for sent in group] for one in name)
            if len(group) < 2 or not (all(map(first.__contains__, left)) and all(map(second.__contains__, right))):
                continue
            if len(set(map(first.get, left))) < len(left) or len(set(map(second.get, right))) < len(right):
                continue  # An order with ties is no rank.
            true = dict(zip(left, right, strict=True))
            ways = sorted(left, key=first.__getitem__)
            answers = sorted(right, key=second.__getitem__)
            for direction, guessed in (("", answers), (" backwards", answers[::-1])):
                matches = self.ranks.setdefault(join + direction, Matches())
                matches.add(guessed, [true[way] for way in ways])

    def _exact(self, play: Play, before: Taken, after: Taken) -> None:
        """Look for every eight bytes that one response alone has, in all rows of ways in, before sealing and after."""
        holders: dict[bytes, set[Hashable]] = {}
        for row in after.rows["response"]:
            for window in windows(row.values()):
                holders.setdefault(window, set()).add(answers_of(row).get("mark"))
        own = {window: next(iter(marks)) for window, marks in holders.items() if len(marks) == 1}
        rows = [(table, row) for taken in (before, after) for table in WAYS_IN for row in taken.rows[table]]
        # A byte between two values, so that no window is of both.
        contents = [b"\0".join(one for value in row.values() for one in contents_of(value)) for _, row in rows]
        owners: dict[tuple[bytes, Hashable], set[Hashable]] = {}
        for number, key in Needles({window: (window, mark) for window, mark in own.items()}).find_in(contents):
            owners.setdefault(key, set()).add(name_of(*rows[number]))
        truth = _marks_of_ways_in(play)
        guesses = {(next(iter(ways)), mark) for (_, mark), ways in owners.items() if len(ways) == 1}
        self.exact_guesses += len(guesses)
        self.exact_right += sum(1 for way, mark in guesses if truth.get(way) == mark)
        self.exact_among += len(play.sent)

    def p_values(self) -> dict[str, float]:
        """Of each join, before Holm."""
        found = {join: matches.p() for join, matches in self.ranks.items()}
        chance = self.plays / self.exact_among if self.exact_among else 1.0
        found["equal bytes"] = float(binom.sf(self.exact_right - 1, self.exact_guesses, chance))
        return found

    def broken(self) -> set[str]:
        """The joins that tell more than chance does."""
        return {join for join, p in holm(self.p_values()).items() if p < ALPHA}

    def worst(self, without: Collection[str] = ()) -> tuple[str, float]:
        """The join that does best for the adversary, and its p-value after Holm."""
        adjusted = {name: p for name, p in holm(self.p_values()).items() if name not in without}
        join = min(adjusted, key=lambda name: adjusted[name])
        return join, adjusted[join]

    def told(self, join: str) -> str:
        """What the join found, in figures."""
        if join in self.ranks:
            return f"{join}: {self.ranks[join].right} right, {self.ranks[join].expected} by chance"
        return f"equal bytes: {self.exact_right} of {self.exact_among} right"

    def verdict(self, database: str) -> Verdict:
        join, p = self.worst()
        cases = f"{self.plays} seeds, {self.invitations} invitations, {len(self.ranks) + 1} joins"
        return Verdict("T1 join", database, cases, self.told(join), p, p >= ALPHA)


def windows(values: Iterable[object]) -> Iterator[bytes]:
    """Every eight bytes in a row of the row's values; what is hexadecimal is read as the bytes that it stands for."""
    for value in values:
        for content in contents_of(value):
            yield from (content[at : at + WINDOW] for at in range(len(content) - WINDOW + 1))


def contents_of(value: object) -> Iterator[bytes]:
    match value:
        case dict():
            for one in value.values():
                yield from contents_of(one)
        case str():
            yield value.encode()
            try:
                yield bytes.fromhex(value)
            except ValueError:
                return
        case bytes() | memoryview():
            yield bytes(value)
        case int() if value >= 1 << 32:
            yield value.to_bytes(16)
        case _:
            return


def _pairs() -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Which things are joined, and what each is called in the truth."""
    yield "invitation", "response", ("lookup", "mark")
    yield "box", "response", ("receipt_hash", "mark")
    yield "draft", "response", ("draft_id", "mark")
    yield "invitation", "text", ("lookup", "words")
    yield "text", "response", ("words", "mark")
    yield "person", "response", ("person", "mark")
    yield "person", "invitation", ("person", "lookup")


def _groups(play: Play, after: Taken) -> Iterator[list[Sent]]:
    """By place: what came by card or invitation, where as many such responses are seen there."""
    used = Counter(play.unit_ids[sent.unit] for sent in play.sent)
    with play.services.sessions() as session:
        round_ = session.get_one(Round, play.round_id)
        placed = places(used, placing_parents(session, round_), round_.study.k)
    seen = Counter((row["unit_id"], row["way"]) for row in after.rows["response"])
    groups: dict[tuple[int, str], list[Sent]] = {}
    for sent in play.sent:
        if sent.lookup is not None:
            groups.setdefault((placed[play.unit_ids[sent.unit]], sent.way), []).append(sent)
    yield from (group for known, group in groups.items() if seen[known] == len(group))


def _marks_of_ways_in(play: Play) -> dict[Hashable, int]:
    """By every name that a way in goes under: the response that truly came by it."""
    found: dict[Hashable, int] = {}
    for sent in play.sent:
        names = (sent.receipt_hash, sent.draft_id, sent.lookup, sent.person, sent.words)
        found |= {name: sent.mark for name in names if name is not None}
    return found
