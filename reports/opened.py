"""A release file (resultat.json) opened by whoever has it: its groups, scales and numbers as plain rows.

Needs Python's standard library only: no database, no web server, no numpy. `docs/analysis.md` shows it at work.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FORMAT: Final = "termometern-results/1"
"""As `reports.export.document` writes it."""

Row = dict[str, Any]
Plain = Mapping[str, Any]

_PARTS: Final = frozenset(
    {"format", "digest", "whole", "simulated", "language", "scales", "scores", "items", "findings"}
)
_KINDS: Final[Mapping[str, type]] = {
    "digest": str,
    "language": str,
    "whole": bool,
    "scales": dict,
    "scores": dict,
    "items": dict,
    "findings": dict,
}
_KINDS_INSIDE: Final[Mapping[str, type]] = {"study": str, "round": str, "groups": list, "cuts": list}
_KINDS_OF_GROUP: Final[Mapping[str, type]] = {"code": str, "name": str, "kind": str, "scales": list, "items": list}
_DAMAGED: Final = "the file is damaged (%s); download it again"
_ESTIMATE: Final = frozenset({"value", "low", "high", "n", "reason"})
_BACKGROUND: Final = "background"


@dataclass(frozen=True)
class Opened:
    """One release. Rows are dicts of texts, numbers and None, in the file's order: data frames take them as they are.

    Where there is no number, `reason` says why: `too_few`, `protected`, ...
    """

    study: str
    round: str
    before: str | None
    """The earlier round that change is measured from."""
    digest: str
    """SHA-256 of the findings as they were frozen; the report prints it."""
    checked: bool
    """Whether the digest was worked out again and is right. A file of some of the groups only cannot be checked."""
    simulated: bool
    language: str
    findings: Plain
    """Everything as the file has it."""
    titles: Mapping[str, str]
    """Scale -> title."""
    questions: Mapping[str, str]
    """Item -> its words."""
    scores: Mapping[str, Plain]
    """Scale -> what its level is a mean of: method, unit, low, high."""

    @property
    def groups(self) -> list[Row]:
        """One row a group, parents before children: code, name, kind, parent, n, invited, response_rate ..."""
        return [
            _flat({key: value for key, value in group.items() if key not in ("scales", "items")})
            for group in self._groups
        ]

    @property
    def scales(self) -> list[Row]:
        """One row a scale: scale, title, method, unit, low, high."""
        return [{"scale": scale, "title": title, **self.scores[scale]} for scale, title in self.titles.items()]

    @property
    def items(self) -> list[Row]:
        """One row an item: item and text."""
        return [{"item": item, "text": text} for item, text in self.questions.items()]

    @property
    def tables(self) -> list[str]:
        """Names that `table` takes."""
        return [*_TABLES, *self.findings.get("analyst", {})]

    def table(self, name: str) -> list[Row]:
        """Rows of one kind; each has group, name, kind, scale or item, and title.

        - `levels`: where each group stands on each scale in each round (`round`): mean with mean_low, mean_high (95 %)
          and mean_n, sd, share of positive answers
        - `change`: from the earlier round to this one: difference, hedges_g, p, p_holm, verdict
        - `comparisons`: each group beside those above it, itself left out
        - `alpha`: reliability with its interval
        - `answers`: how many chose each answer of each item
        - `cuts`: groups by background
        and the analyst's own: flows, sensitivities, spreads, quality, ... Raises KeyError for another name, ValueError
        where the file's numbers are not shaped as that table's.
        """
        if name not in self.tables:
            raise KeyError(f"there is no table {name!r}; use one of {', '.join(self.tables)}")
        try:
            if name in _TABLES:
                return list(_TABLES[name](self))
            return [self._named(row) for row in self.findings["analyst"][name]]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(_DAMAGED % f"{name}: {error!r}") from error

    def group(self, code: str) -> Row:
        """One group's row. Raises KeyError for a code that the file does not have."""
        for group in self.groups:
            if group["code"] == code:
                return group
        raise KeyError(f"the file has no group {code!r}; see .groups")

    @property
    def _groups(self) -> list[Plain]:
        found: list[Plain] = self.findings["groups"]
        return found

    def _named(self, row: Plain) -> Row:
        """With the words that go with its ids."""
        title = self.titles.get(row.get("scale", ""), self.questions.get(row.get("item", ""), ""))
        name = next((group["name"] for group in self._groups if group["code"] == row.get("group")), "")
        return {**({"name": name} if name else {}), **({"title": title} if title else {}), **_flat(row)}


def open_release(source: str | os.PathLike[str]) -> Opened:
    """Read a release file: the path to resultat.json, or its text.

    Raises FileNotFoundError, and ValueError for a file that is no release, that another version has written, or whose
    numbers are not those that its digest is of.
    """
    plain = _read(source)
    if not isinstance(plain, dict) or "format" not in plain:
        raise ValueError("this is no release; download resultat.json from the analyst's page of a release")
    if plain["format"] != FORMAT:
        raise ValueError(f"the file is of the format {plain['format']!r}, and this version reads {FORMAT!r}")
    if missing := sorted(_PARTS - plain.keys()):
        raise ValueError(f"the file lacks {', '.join(missing)}; download it again")
    _check_kinds(plain)
    findings = plain["findings"]
    if plain["whole"] and digest_of(findings) != plain["digest"]:
        raise ValueError(
            f"the numbers are not those that were released (digest {plain['digest'][:12]}…): the file has been changed "
            "since; download it again"
        )
    return Opened(
        study=findings["study"],
        round=findings["round"],
        before=findings.get("before"),
        digest=plain["digest"],
        checked=bool(plain["whole"]),
        simulated=plain["simulated"],
        language=plain["language"],
        findings=findings,
        titles=plain["scales"],
        questions=plain["items"],
        scores=plain["scores"],
    )


def _check_kinds(plain: dict[str, Any]) -> None:
    """Raises ValueError where what all tables begin from is not there, or is something else."""
    _check(plain, _KINDS, "the file")
    _check(plain["findings"], _KINDS_INSIDE, "findings")
    for group in plain["findings"]["groups"]:
        _check(group, _KINDS_OF_GROUP, "groups")
    _check(plain["scores"], dict.fromkeys(plain["scales"], dict), "scores")
    analyst = plain["findings"].get("analyst", {})
    _check(analyst, dict.fromkeys(analyst, list) if isinstance(analyst, dict) else {}, "analyst")


def _check(plain: object, kinds: Mapping[str, type], where: str) -> None:
    odd = [key for key, kind in kinds.items() if not (isinstance(plain, dict) and isinstance(plain.get(key), kind))]
    if odd or not isinstance(plain, dict):
        raise ValueError(_DAMAGED % f"{where}: {', '.join(odd)}")


def digest_of(findings: object) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, shortest exact floats (as `reports.plain.to_text`)."""
    text = json.dumps(findings, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(source: str | os.PathLike[str]) -> object:
    is_text = isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{")
    text = str(source) if is_text else Path(source).read_text(encoding="utf-8-sig")
    try:
        return json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise ValueError(f"this is no JSON (line {error.lineno}): {error.msg}; download resultat.json again") from error
    except RecursionError as error:
        raise ValueError(_DAMAGED % "too deep") from error


def _flat(row: Plain) -> Row:
    """An estimate's parts beside each other: mean -> mean, mean_low, mean_high, mean_n, mean_reason."""
    flat: Row = {}
    for key, value in row.items():
        if isinstance(value, dict) and value.keys() >= _ESTIMATE:
            flat[key] = value["value"]
            flat |= {f"{key}_{part}": value[part] for part in ("low", "high", "n", "reason")}
        else:
            flat[key] = value
    return flat


def _of_scales(opened: Opened) -> Iterator[tuple[Row, Plain]]:
    """Each group's finding on each scale, with the columns that say which it is."""
    for group in opened._groups:
        for scale in group["scales"]:
            yield {**_about(group), "scale": scale["scale"], "title": opened.titles[scale["scale"]]}, scale


def _about(group: Plain) -> Row:
    return {"group": group["code"], "name": group["name"], "kind": group["kind"]}


def _levels(opened: Opened) -> Iterator[Row]:
    for about, scale in _of_scales(opened):
        for round_, level in ((opened.round, scale["level"]), (opened.before, scale["before"])):
            if level is not None:
                yield {**about, "round": round_, **_flat(level)}


def _change(opened: Opened) -> Iterator[Row]:
    for about, scale in _of_scales(opened):
        if scale["change"] is not None:
            yield {**about, "round": opened.round, "before": opened.before, **_flat(scale["change"])}


def _comparisons(opened: Opened) -> Iterator[Row]:
    for about, scale in _of_scales(opened):
        yield from ({**about, **_flat(one)} for one in scale["comparisons"])


def _alpha(opened: Opened) -> Iterator[Row]:
    for about, scale in _of_scales(opened):
        yield {**about, **_flat({"alpha": scale["alpha"]})}


def _answers(opened: Opened) -> Iterator[Row]:
    for group in opened._groups:
        for item in group["items"]:
            about = {**_about(group), "item": item["item"], "title": opened.questions[item["item"]]}
            told = {"n": item["n"], "mean": item["mean"], "reason": item["reason"]}
            chosen = (
                zip(item["categories"], item["counts"], strict=True) if item["counts"] is not None else [(None, None)]
            )
            for options, count in chosen:
                answer = None if options is None else "+".join(map(str, options))
                yield {**about, "answer": answer, "count": count, **told}


def _cuts(opened: Opened) -> Iterator[Row]:
    groups = {group["code"]: _about(group) for group in opened._groups}
    for cut in opened.findings["cuts"]:
        for cell in cut["cells"]:
            about = {**groups[cut["group"]], _BACKGROUND: cut["item"], "answer": "+".join(map(str, cell["options"]))}
            # A cell of which nothing is shown may have no means at all.
            for scale, mean in zip(opened.titles, cell["means"], strict=False):
                shown = {"scale": scale, "title": opened.titles[scale], "n": cell["n"], "reason": cell["reason"]}
                yield {**about, **shown, **_flat({"mean": mean})}


_TABLES: Final[Mapping[str, Callable[[Opened], Iterator[Row]]]] = {
    "levels": _levels,
    "change": _change,
    "comparisons": _comparisons,
    "alpha": _alpha,
    "answers": _answers,
    "cuts": _cuts,
}
