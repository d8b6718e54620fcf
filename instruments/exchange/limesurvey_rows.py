"""The rows of a LimeSurvey survey structure -> groups of questions, each with its texts in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from instruments.document import Value
from instruments.exchange.found import Found
from instruments.exchange.languages import language_code
from instruments.exchange.markup import unmarked
from instruments.exchange.tables import MAX_QUESTIONS, Row

_ORDERED = ("G", "Q", "SQ", "A")

Texts = dict[str, Value]


@dataclass
class Node:
    """One group, question, subquestion or answer, with its row in every language."""

    row: Row
    rows: dict[str, Row] = field(default_factory=dict)
    parts: list[Node] = field(default_factory=list)

    def texts(self, column: str) -> Texts:
        said = {language: unmarked(row.get(column)) for language, row in self.rows.items()}
        return {language: text for language, text in said.items() if text}

    def of(self, kind: str) -> list[Node]:
        return [part for part in self.parts if part.row.get("class").upper() == kind]


class SurveyRows:
    """One file. The first language gives the order; the others must follow it row by row.

    `language` is that of a file that states none. Faults go to `found`; raises NotRead for a file that is too large.
    """

    def __init__(self, rows: Sequence[Row], language: str, found: Found) -> None:
        self._default = language
        self._found = found
        self.languages = self._stated_languages(rows)
        self.survey_texts: dict[str, Texts] = {}
        """What is said of the whole survey, by setting."""
        self.groups = self._nodes(rows)

    def _fault(self, code: str, row: Row, column: str, message: str, remedy: str) -> None:
        self._found.add(code, row.number, row.place(column), message, remedy)

    def _stated_languages(self, rows: Sequence[Row]) -> list[str]:
        settings = {row.get("name"): row.get("text") for row in rows if row.get("class").upper() == "S"}
        stated = [settings.get("language", ""), *settings.get("additional_languages", "").split()]
        stated += [row.get("language") for row in rows]
        codes = [code for one in stated if one and (code := language_code(one))]
        return list(dict.fromkeys(codes)) or [self._default]

    def _language(self, row: Row) -> str:
        return language_code(row.get("language")) or self.languages[0]

    def _nodes(self, rows: Sequence[Row]) -> list[Node]:
        ordered: dict[str, list[Row]] = {language: [] for language in self.languages}
        for row in rows:
            kind = row.get("class").upper()
            if kind == "SL":
                self.survey_texts.setdefault(row.get("name"), {})[self._language(row)] = unmarked(row.get("text"))
            elif kind in _ORDERED:
                ordered[self._language(row)].append(row)
            elif kind not in ("S", "AS", "QTA", "QTALS", "QTAM", "C"):
                message = f"the class {row.get('class')!r} is not known"
                self._fault("unknown_key", row, "class", message, "use S, SL, G, Q, SQ or A")
        nodes = [Node(row, {self.languages[0]: row}) for row in ordered[self.languages[0]]]
        asked = sum(node.row.get("class").upper() in ("G", "Q", "SQ") for node in nodes)
        self._found.at_most(asked, 2 * MAX_QUESTIONS, "groups, questions and subquestions")
        self._found.at_most(len(self.languages), 30, "languages")
        for language in self.languages[1:]:
            self._follow(nodes, language, ordered[language])
        return self._tree(nodes)

    def _follow(self, nodes: Sequence[Node], language: str, rows: Sequence[Row]) -> None:
        """Another language says the same, row by row; a group is told by its place, all else also by its name."""
        for node, row in zip(nodes, rows, strict=False):
            same = node.row.get("class").upper() == row.get("class").upper()
            if not same or (row.get("class").upper() != "G" and node.row.get("name") != row.get("name")):
                first = self.languages[0]
                message = f"in {language} this row stands where {first} has {node.row.get('name')!r}"
                self._fault("order_differs", row, "name", message, f"give {language} the same rows in the same order")
                return
            node.rows[language] = row
        if len(rows) != len(nodes):
            shorter = rows[-1] if rows else nodes[-1].row if nodes else None
            if shorter:
                message = f"{language} has {len(rows)} rows, and {self.languages[0]} has {len(nodes)}"
                self._fault("order_differs", shorter, "language", message, "give each language the same rows")

    def _tree(self, nodes: Sequence[Node]) -> list[Node]:
        groups: list[Node] = []
        for node in nodes:
            kind = node.row.get("class").upper()
            if kind == "G":
                groups.append(node)
            elif not groups or (kind != "Q" and not groups[-1].parts):
                wanted = "group" if not groups else "question"
                message = f"the row stands before the first {wanted}"
                self._fault("order_differs", node.row, "class", message, f"put it below its {wanted}")
            elif kind == "Q":
                groups[-1].parts.append(node)
            else:
                groups[-1].parts[-1].parts.append(node)
        return groups
