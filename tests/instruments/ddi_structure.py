"""The parts of DDI-Codebook 2.5 that we write, as a table, and a checker over it.

Facts from the schema codebook.xsd, version 2.5 of 2012-01-17, and its field-level documentation (DDI Alliance,
https://ddialliance.org/Specification/DDI-Codebook/2.5/): order and number of children, attributes, their types. The
schema itself imports eleven others (XHTML, Dublin Core) and ships in no package that could be had, so it is not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from instruments.exchange.xml_tree import LANGUAGE, Element

NAMESPACE = "ddi:codebook:2_5"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Part:
    """`children`: in the order of the schema's sequence, each with least and greatest number (None: any number)."""

    children: tuple[tuple[str, int, int | None], ...] = ()
    attributes: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    text: bool = False
    ordered: bool = True


def _part(
    children: str = "", attributes: str = "", required: str = "", *, text: bool = False, ordered: bool = True
) -> Part:
    """`children` as "citation? notes*": ? at most one, * any number, + at least one, nothing exactly one."""
    bounds = {"?": (0, 1), "*": (0, None), "+": (1, None)}
    read = [(name.rstrip("?*+"), *bounds.get(name[-1], (1, 1))) for name in children.split()]
    named = frozenset(attributes.split()) | frozenset(required.split())
    return Part(tuple(read), named, frozenset(required.split()), text, ordered)


_TEXT = _part(text=True)
STRUCTURE: dict[str, Part] = {
    "codeBook": _part("docDscr* stdyDscr+ fileDscr* dataDscr* otherMat*", "version codeBookAgency"),
    "docDscr": _part("citation? guide? docStatus? docSrc* notes*"),
    "stdyDscr": _part(
        "citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes*", "access"
    ),
    "citation": _part("titlStmt rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit? holdings* notes*", "MARCURI"),
    "titlStmt": _part("titl subTitl* altTitl* parTitl* IDNo*"),
    "titl": _TEXT,
    "parTitl": _TEXT,
    "IDNo": _part("", "agency level", text=True),
    "prodStmt": _part("producer* copyright? prodDate* prodPlac* software* fundAg* grantNo*"),
    "copyright": _TEXT,
    "software": _part("", "date version", text=True),
    "verStmt": _part("version? verResp? notes*"),
    "version": _part("", "date type", text=True),
    "stdyInfo": _part("studyBudget* subject* abstract* sumDscr* qualityStatement? notes* exPostEvaluation*"),
    "abstract": _part("", "date contentType", text=True),
    "othrStdyMat": _part("relMat* relStdy* relPubl* othRefs*"),
    "relMat": _part("", "callno label media type", text=True),
    "notes": _part("", "type subject level resp sdatrefs parent sameNote", text=True),
    "dataDscr": _part("varGrp* nCubeGrp* var* nCube* notes*"),
    "varGrp": _part(
        "labl* txt* concept* defntn? universe? notes*",
        "type otherType var varGrp name sdatrefs methrefs pubrefs access nCube",
    ),
    "var": _part(
        "location* labl* imputation? security? embargo? respUnit? anlysUnit? qstn* valrng* invalrng* undocCod* "
        "universe* TotlResp? sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept* derivation? "
        "varFormat? geoMap* catLevel* notes*",
        "wgt wgt-var weight qstn files vendor dcml intrvl rectype sdatrefs methrefs pubrefs access aggrMeth measUnit "
        "scale origin nature additivity temporal geog geoVocab catQnty representationType",
        "name",
    ),
    "qstn": _part(
        "preQTxt* qstnLit* postQTxt* forward* backward* ivuInstr*",
        "qstn var seqNo sdatrefs responseDomainType otherResponseDomainType",
        text=True,
        ordered=False,
    ),
    "qstnLit": _part("", "sdatrefs", text=True),
    "ivuInstr": _TEXT,
    "labl": _part("", "level vendor country sdatrefs", text=True),
    "txt": _part("", "level sdatrefs", text=True),
    "universe": _part("", "level clusion", text=True),
    "valrng": _part("item* range* key? notes*"),
    "invalrng": _part("item* range* key? notes*"),
    "item": _part("", "UNITS", "VALUE"),
    "range": _part("", "UNITS min minExclusive max maxExclusive"),
    "catgry": _part(
        "catValu? labl* txt* catStat* mrow?", "missing missType country sdatrefs excls catgry level access"
    ),
    "catValu": _TEXT,
    "derivation": _part("drvdesc? drvcmd?", "var"),
    "drvdesc": _TEXT,
    "varFormat": _part("", "type formatname schema otherSchema category otherCategory URI", text=True),
}
_EVERYWHERE = frozenset({"ID", LANGUAGE, "source", "elementVersion", "elementVersionDate", "ddiCodebookUrn"})
_GROUP_TYPES = (
    "section multipleResp grid display repetition subject version iteration analysis "
    "pragmatic record file randomized other"
)
_WORDS: dict[tuple[str, str], str] = {
    ("varGrp", "type"): _GROUP_TYPES,
    ("var", "intrvl"): "contin discrete",
    ("qstn", "responseDomainType"): "text numeric code category datetime geographic multiple other",
    ("catgry", "missing"): "Y N",
    ("varFormat", "type"): "character numeric",
    ("item", "UNITS"): "INT REAL",
    ("range", "UNITS"): "INT REAL",
    ("universe", "clusion"): "I E",
    ("codeBook", "version"): "2.5",
}
_REFERENCES = {("varGrp", "var"), ("varGrp", "varGrp"), ("derivation", "var")}


def structure_faults(root: Element) -> list[str]:
    """Everything in a file of ours that the published structure does not allow."""
    parts = list(_walk(root))
    ids = [one.attributes["ID"] for one in parts if "ID" in one.attributes]
    faults = [f"ID {one} stands twice" for one in {one for one in ids if ids.count(one) > 1}]
    faults += [f"ID {one!r} is no name" for one in ids if not _NAME.fullmatch(one)]
    return faults + [fault for part in parts for fault in _part_faults(part, frozenset(ids))]


def _walk(part: Element) -> Iterator[Element]:
    yield part
    for child in part.children:
        yield from _walk(child)


def _part_faults(part: Element, ids: frozenset[str]) -> Iterator[str]:
    known = STRUCTURE.get(part.name)
    if known is None:
        yield f"{part.name} is no element that we write"
        return
    if part.namespace != NAMESPACE:
        yield f"{part.name} stands in the namespace {part.namespace!r}"
    for name, value in part.attributes.items():
        if name not in known.attributes | _EVERYWHERE:
            yield f"{part.name} has no attribute {name}"
        if (part.name, name) in _WORDS and value not in _WORDS[part.name, name].split():
            yield f"{part.name} {name}={value!r} is none of the schema's words"
        if (part.name, name) in _REFERENCES and not (value.split() and ids.issuperset(value.split())):
            yield f"{part.name} {name}={value!r} leads nowhere"
    yield from (f"{part.name} lacks {name}" for name in known.required - set(part.attributes))
    if not known.text and any(isinstance(piece, str) and piece.strip() for piece in part.pieces):
        yield f"{part.name} holds text"
    yield from _children_faults(part, known)


def _children_faults(part: Element, known: Part) -> Iterator[str]:
    names = [child.name for child in part.children]
    order = [name for name, _, _ in known.children]
    yield from (f"{part.name} holds {name}" for name in names if name not in order)
    for name, least, most in known.children:
        if names.count(name) < least or (most is not None and names.count(name) > most):
            yield f"{part.name} holds {names.count(name)} {name}"
    places = [order.index(name) for name in names if name in order]
    if known.ordered and places != sorted(places):
        yield f"{part.name} holds its children in another order: {names}"
    if part.name in ("valrng", "invalrng") and not {"item", "range"} & set(names):
        yield f"{part.name} is empty"
