"""D4: an adversary with an analyst's account asks for every page, filter, round and format, and adds up what they say.

`ask_everything` walks the application's own routes, so that a page or a format added later is asked for too. `tells`
reads each answer for what it tells of whom: JSON, CSV, workbook, Kolada's shape and the tables of the pages. Numbers
are not believed or compared: it is enough that one stands there. `live_counts` reads the administrator's pages.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import product
from typing import Any
from xml.etree import ElementTree

from werkzeug.routing import Map, Rule

Get = Callable[[str], tuple[int, bytes]]
"""Asks for an address, logged in; status and body."""

MOST_REQUESTS = 3_000
_LINK = re.compile(r'(?:href|src|action)="([^"#]+)')
_ROW = re.compile(r"<tr.*?</tr>", re.S)
_CELL = re.compile(r'<t[dh][^>]*data-label="([^"]*)"[^>]*>(.*?)</t[dh]>', re.S)
_TAG = re.compile(r"<[^>]+>")
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Told:
    """A number about a group of people stands in an answer of the application."""

    release: int
    quantity: tuple[str, ...]
    """("respondents",), ("scale", id) or ("item", id): it is about those who have it."""
    earlier: bool
    """About the earlier round that the release stands beside."""
    group: str
    without: str = ""
    """Of the group, all but the people of this one: a comparison with the others."""
    chosen: tuple[str, tuple[int, ...]] | None = None
    """Only those who chose these options of a background item."""


def ask_everything(url_map: Map, get: Get, known: Mapping[str, list[str]]) -> dict[str, bytes]:
    """Every address that answers with 200, with its body.

    `known`: values to try for a route's arguments, by argument. Links in the answers are followed as well, filters
    among them.
    """
    waiting = [address for rule in url_map.iter_rules() for address in _addresses(url_map, rule, known)]
    asked: set[str] = set()
    found: dict[str, bytes] = {}
    while waiting and len(asked) < MOST_REQUESTS:
        address = waiting.pop()
        if address in asked:
            continue
        asked.add(address)
        status, body = get(address)
        if status != 200:
            continue
        found[address] = body
        if body.lstrip().startswith(b"<!"):
            links = (unescape(link) for link in _LINK.findall(body.decode()))
            waiting += [link for link in links if link.startswith("/") and not link.startswith("/static")]
    return found


def _addresses(url_map: Map, rule: Rule, known: Mapping[str, list[str]]) -> Iterator[str]:
    names = sorted(rule.arguments - set(rule.defaults or ()))
    if "GET" in (rule.methods or ()) and set(names) <= set(known):
        adapter = url_map.bind("localhost")
        for values in product(*(known[name] for name in names)):
            yield adapter.build(rule.endpoint, dict(rule.defaults or {}) | dict(zip(names, values, strict=True)))


def tells(answers: Mapping[str, bytes]) -> set[Told]:
    """Everything that all answers about releases tell."""
    found: set[Told] = set()
    for address, body in answers.items():
        place = re.match(r"/analys/(\d+)/", address)
        if place is None:
            continue
        release = int(place[1])
        if address.endswith("kolada.json"):
            found |= set(_of_kolada(release, json.loads(body)))
        elif address.endswith(".json"):
            found |= set(_of_findings(release, json.loads(body)["findings"]))
        elif address.endswith(".csv"):
            found |= set(_of_lines(release, list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))))
        elif address.endswith(".xlsx"):
            found |= set(_of_lines(release, _sheet_rows(body)))
        elif body.lstrip().startswith(b"<!"):
            found |= set(_of_page(release, address, body.decode()))
    return found


def _of_findings(release: int, findings: dict[str, Any]) -> Iterator[Told]:
    for group in findings["groups"]:
        code = group["code"]
        if group["n"] is not None or group["response_rate"]["value"] is not None:
            yield Told(release, ("respondents",), False, code)
        if group["n_before"] is not None:
            yield Told(release, ("respondents",), True, code)
        for scale in group["scales"]:
            yield from _of_scale(release, code, scale)
        for item in group["items"]:
            if item["n"] is not None or item["mean"] is not None or item["counts"] is not None:
                yield Told(release, ("item", item["item"]), False, code)
    for cut in findings["cuts"]:
        for cell in cut["cells"]:
            chosen = (cut["item"], tuple(cell["options"]))
            if cell["n"] is not None:
                yield Told(release, ("respondents",), False, cut["group"], chosen=chosen)
            for column, mean in enumerate(cell["means"]):
                if mean["value"] is not None:
                    scale = findings["groups"][0]["scales"][column]["scale"]
                    yield Told(release, ("scale", scale), False, cut["group"], chosen=chosen)


def _of_scale(release: int, code: str, scale: dict[str, Any]) -> Iterator[Told]:
    quantity = ("scale", scale["scale"])
    if _stands(scale["level"]["mean"]) or _stands(scale["level"]["positive"]) or scale["level"]["sd"] is not None:
        yield Told(release, quantity, False, code)
    change, before = scale["change"], scale["before"]
    if (change and _stands(change["difference"])) or (before and _stands(before["mean"])):
        yield Told(release, quantity, True, code)
    for comparison in scale["comparisons"]:
        if comparison["mean"]["value"] is not None:
            yield Told(release, quantity, False, comparison["against"], "" if comparison["whole"] else code)


def _stands(estimate: dict[str, Any]) -> bool:
    return estimate["value"] is not None or estimate["n"] is not None


_ABOUT = {"delskala": "scale", "fråga": "item"}
_OF_THE_GROUP = {"medelvärde", "andel positiva svar", "standardavvikelse", "antal som valt svaret"}


def _of_lines(release: int, rows: list[list[str]]) -> Iterator[Told]:
    """The long table, in Swedish: a line for every group and measure."""
    head = next((row for row in rows if "Mått" in row), None)
    if head is None:
        return
    for cells in rows[rows.index(head) + 1 :]:
        row = dict(zip(head, cells, strict=False))
        if not row.get("Värde") or not row.get("Kod"):
            continue
        earlier, measure = row["När"].startswith("förra"), row["Mått"]
        crossed = re.fullmatch(r"(\w+)=([\d+]+)", row["Närmare"]) if measure == "medelvärde" else None
        if row["Gäller"] == "grupp" and measure in ("antal som svarat", "svarsfrekvens (andel)"):
            yield Told(release, ("respondents",), earlier, row["Kod"])
        elif row["Gäller"] == "bakgrundsfråga":
            yield Told(release, ("respondents",), False, row["Kod"], chosen=(row["Id"], _options(row["Närmare"])))
        elif crossed:
            chosen = (crossed[1], _options(crossed[2]))
            yield Told(release, (_ABOUT[row["Gäller"]], row["Id"]), False, row["Kod"], chosen=chosen)
        elif measure in _OF_THE_GROUP:
            yield Told(release, (_ABOUT[row["Gäller"]], row["Id"]), earlier, row["Kod"])
        elif measure == "förändring":
            yield Told(release, (_ABOUT[row["Gäller"]], row["Id"]), True, row["Kod"])


def _options(text: str) -> tuple[int, ...]:
    return tuple(int(option) for option in text.split("+"))


def _sheet_rows(body: bytes) -> list[list[str]]:
    """Every row of every sheet of a workbook, cells by their column; its texts stand in the cells themselves."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheets = [book.read(name) for name in sorted(book.namelist()) if name.startswith("xl/worksheets/sheet")]
    rows = []
    for sheet in sheets:
        for row in ElementTree.fromstring(sheet).iter(f"{_SHEET}row"):  # noqa: S314  # our own file
            cells: list[str] = []
            for cell in row:
                place = 0
                for letter in re.findall(r"[A-Z]", cell.get("r", "")):
                    place = place * 26 + ord(letter) - 64
                cells += [""] * (place - len(cells))
                cells[place - 1] = "".join(text.text or "" for text in cell.iter() if text.tag != f"{_SHEET}f")
            rows.append(cells)
    return rows


def _of_kolada(release: int, document: dict[str, Any]) -> Iterator[Told]:
    for entry in document["values"]:
        for value in entry["values"]:
            if value["value"] is not None:
                # instrument.scale.measure
                yield Told(release, ("scale", entry["kpi"].split(".")[-2]), False, entry["municipality"])


def _of_page(release: int, address: str, page: str) -> Iterator[Told]:
    """The table of all groups on one scale, which the address chooses."""
    scale = re.search(r"delskala=([\w-]+)", address)
    if scale is None:
        return
    for row in _ROW.findall(page):
        group = re.search(rf'href="/analys/{release}/([^/"?]+)"', row)
        if group is None:
            continue
        cells = {unescape(label): _TAG.sub("", text).strip() for label, text in _CELL.findall(row)}
        if re.search(r"\d", cells.get("Medelvärde", "")) or re.search(r"\d", cells.get("Svar", "")):
            yield Told(release, ("scale", scale[1]), False, unescape(group[1]))


def live_counts(page: bytes) -> dict[str, int]:
    """What the administrator's page of an open round tells: unit's name -> at least so many; "" for the whole round.

    Raises ValueError for a count that is told in any other way.
    """
    text = page.decode()
    told = {}
    for row in _ROW.findall(text):
        name = re.search(r'<th scope="row">(.*?)(?:<br>.*)?</th>', row, re.S)
        if name is None:
            continue
        count = unescape(_TAG.sub("", re.findall(r'<td class="number">(.*?)</td>', row, re.S)[-1])).strip()
        known = re.fullmatch(r"(minst|färre än) (\d+)", count)
        if known is None:
            raise ValueError(f"a count is told as {count!r}")
        told[unescape(_TAG.sub("", name[1])).strip()] = int(known[2]) if known[1] == "minst" else 0
    whole = re.search(r"Minst (\d+) (?:av \d+ )?har svarat", text)
    told[""] = int(whole[1]) if whole else 0
    return told
