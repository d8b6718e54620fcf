"""The residual rule on the tree: which groups of one cell may be shown together.

Publishing a group and its parent publishes the difference. The shown groups of one cell are nested or apart, so they
cut the respondents into residuals: a group minus its maximal shown descendants. Whatever is added or subtracted is a
union of residuals; if each is empty or holds enough people, so does everything that can be worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def published(parents: Mapping[str, str | None], counts: Mapping[str, int], k: int) -> frozenset[str]:
    """The groups of one cell that may be shown, hidden bottom-up until every residual is empty or holds k.

    `parents` gives each group's parent, parents first; `counts` the respondents of this cell in each group that would
    be shown. Where a residual is too small, the group below it with the smallest residual of its own is hidden too
    (ties by code), so that the fewest people lose their result and totals survive.
    """
    shown = {code for code in parents if counts.get(code, 0) >= k}
    below = _children(parents)
    for code in reversed(list(parents)):
        while code in shown:
            highest = _highest_shown(below, code, shown)
            rest = counts[code] - sum(counts[inner] for inner in highest)
            if rest <= 0 or rest >= k:
                break
            shown.remove(min(highest, key=lambda inner: _cost(below, counts, shown, inner, k)))
    return frozenset(shown)


def broken(parents: Mapping[str, str | None], counts: Mapping[str, int], k: int) -> tuple[str, ...]:
    """Groups among those shown (the keys of `counts`) whose residual is between 1 and k-1, or that hold fewer than k."""
    below = _children(parents)
    shown = set(counts)
    faults = []
    for code in counts:
        rest = counts[code] - sum(counts[inner] for inner in _highest_shown(below, code, shown))
        if counts[code] < k or 0 < rest < k:
            faults.append(code)
    return tuple(faults)


def _cost(
    below: Mapping[str, Sequence[str]], counts: Mapping[str, int], shown: set[str], code: str, k: int
) -> tuple[bool, int, int, str]:
    """Sorts what to hide: first those whose own residual is enough, then the smallest; the code settles ties."""
    rest = counts[code] - sum(counts[inner] for inner in _highest_shown(below, code, shown))
    return rest < k, rest, counts[code], code


def _highest_shown(below: Mapping[str, Sequence[str]], code: str, shown: set[str]) -> list[str]:
    """The maximal shown groups strictly below one group."""
    found = []
    waiting = list(below.get(code, ()))
    while waiting:
        inner = waiting.pop()
        if inner in shown:
            found.append(inner)
        else:
            waiting.extend(below.get(inner, ()))
    return found


def _children(parents: Mapping[str, str | None]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for code, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, []).append(code)
    return below
