"""Which items and sections can never be shown. What is said here is proven; what cannot be proven cheaply is not said.

An item is out of reach if its rule, together with its section's and those of the items that they look at, is true of no
answers at all. That is looked for by trying answers: each item has few answers that its rules tell apart (the values
that they name, one that they do not, none), and a rule whose truth is known early cuts off the rest. Two things keep
the work small in a file made to hurt. The tries are counted, and where they are used up nothing is claimed. And
beyond a depth an item counts as shown: that allows more than there is, so that "never" stays true of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from instruments.document import Place
from instruments.faults import Fault
from instruments.model import ItemType
from instruments.outline import Outline, Part, nested_rules, type_of
from instruments.reach_rules import Choice, Compiler, Look, Node, Variable

_TRIES = 150_000
"""Of one file: about a third of a second."""
_TRIES_FOR_ONE = 15_000
_DEPTH = 12
"""How far back rules on rules are followed."""
_MOST_GIVEN = 60
"""Variables on one way: with the depth, a limit to how far the search calls itself."""


def reach_faults(outline: Outline) -> Iterator[Fault]:
    for owner, reason in unreachable(outline):
        what = "the section" if len(owner.place) == 2 else owner.id
        message = f"{what} can never be shown: {reason}"
        yield owner.fault("unreachable", "visible_if", message, "correct the rule, or remove what it hides")


def unreachable(outline: Outline) -> Iterator[tuple[Part, str]]:
    """Every section and item with a rule that nothing makes true, and why. Items of such a section are not repeated."""
    if not any(owner.has("visible_if") for section in outline.sections for owner in (section, *section.parts("items"))):
        return
    compiler = Compiler(outline)
    search = _Search()
    asked = 0
    for section in outline.sections:
        start = asked
        section_rule = compiler.rule(section, start)
        closed = section_rule is not None and search.never((section_rule,))
        if closed:
            yield section, _reason(section, search)
        for item in section.parts("items"):
            own_rule = compiler.rule(item, start if section.flag("random_order") else asked)
            rules = tuple(rule for rule in (section_rule, own_rule) if rule is not None)
            shut = closed or (own_rule is not None and search.never(rules))
            if shut and not closed:
                yield item, _reason(item, search)
            search.meet(item, rules, shut)
            asked += 1


def _reason(owner: Part, search: _Search) -> str:
    rule = owner.part("visible_if")
    names = dict.fromkeys(part.word("item") or "" for part in nested_rules(rule)) if rule else {}
    for name in names:
        if why := search.silent.get(name):
            return f"it looks at {name}, which {why}"
    return f"no answers to {', '.join(filter(None, names))} make its rule true"


class _UsedUpError(Exception):
    """No tries are left: nothing is known."""


@dataclass
class _Search:
    """What has been found out so far, and how many tries are left."""

    tries: int = _TRIES
    shown_if: dict[Place, tuple[Node, ...]] = field(default_factory=dict)
    out_of_reach: set[Place] = field(default_factory=set)
    silent: dict[str, str] = field(default_factory=dict)
    """Ids of what never has an answer, and why."""

    def meet(self, item: Part, rules: tuple[Node, ...], shut: bool) -> None:
        """An item that later rules may look at."""
        self.shown_if[item.place] = rules
        if shut:
            self.out_of_reach.add(item.place)
            self.silent[item.id] = "is never shown either"
        elif type_of(item) is ItemType.STATEMENT:
            self.silent[item.id] = "nobody answers"

    def never(self, rules: tuple[Node, ...]) -> bool:
        """Whether it is proven that these rules are never true together. First without looking at rules on rules."""
        return any(self._proven_false(rules, depth) for depth in (0, _DEPTH))

    def _proven_false(self, rules: tuple[Node, ...], depth: int) -> bool:
        allowed = min(self.tries, _TRIES_FOR_ONE)
        trial = _Trial(self, depth, allowed)
        try:
            return not trial.possible(rules)
        except _UsedUpError:
            return False
        finally:
            self.tries -= allowed - max(trial.left, 0)


Known = bool | Variable
"""Whether something is true; or the variable that it hangs on first."""


@dataclass
class _Trial:
    """One search for answers. `given` are the answers that are being tried."""

    search: _Search
    depth: int
    left: int
    given: dict[Variable, Choice] = field(default_factory=dict)
    _shown: dict[Place, Known] = field(default_factory=dict)

    def possible(self, rules: Sequence[Node]) -> bool:
        """Whether some answers make all rules true. Depth first; each variable once on a way."""
        self._shown.clear()
        known = self._every(rules, self.depth)
        if isinstance(known, bool):
            return known
        for choice in known.choices:
            self.given[known] = choice
            if self.possible(rules):
                return True
        del self.given[known]
        return False

    def _every(self, rules: Sequence[Node], depth: int) -> Known:
        waiting: Known = True
        for rule in rules:
            known = self._truth(rule, depth)
            if known is False:
                return False
            if waiting is True:
                waiting = known
        return waiting

    def _some(self, rules: Sequence[Node], depth: int) -> Known:
        waiting: Known = False
        for rule in rules:
            known = self._truth(rule, depth)
            if known is True:
                return True
            if waiting is False:
                waiting = known
        return waiting

    def _truth(self, rule: Node, depth: int) -> Known:
        self.left -= 1
        if self.left < 0 or len(self.given) > _MOST_GIVEN:
            raise _UsedUpError
        if isinstance(rule, Look):
            return self._of_answer(rule, depth)
        if isinstance(rule, Variable):
            return bool(self.given[rule]) if rule in self.given else rule
        if rule.op == "all":
            return self._every(rule.rules, depth)
        known = self._some(rule.rules, depth)
        return not known if rule.op == "not" and isinstance(known, bool) else known

    def _of_answer(self, look: Look, depth: int) -> Known:
        """A comparison is true of an answer that is given to an item that is shown."""
        if not look.answerable or look.place in self.search.out_of_reach:
            return False
        for variable in look.variables:
            if variable not in self.given:
                return variable
            if self.given[variable] is None:
                return False
        if not look.true_of([self.given[variable] for variable in look.variables]):
            return False
        if depth == 0:
            return True
        if look.place not in self._shown:
            self._shown[look.place] = self._every(self.search.shown_if[look.place], depth - 1)
        return self._shown[look.place]
