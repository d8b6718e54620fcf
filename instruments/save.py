"""Instrument -> YAML that a person can read and go on writing. Reading it back gives the same instrument and digest."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from instruments.model import Instrument

_WIDTH = 116
_ON_ONE_LINE = 100
"""Longest group of keys that is written on one line, in characters."""


def to_yaml(instrument: Instrument, heading: str = "") -> str:
    """The file's text. `heading`: one comment line above it, without the sign."""
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    yaml.dump(_laid_out(_content(instrument)), written)
    comment = f"# {heading}\n" if heading else ""
    return comment + written.getvalue()


def _content(instrument: Instrument) -> dict[str, Any]:
    """What a file must say: all that differs from the usual, and what scales may not leave unsaid."""
    content: dict[str, Any] = instrument.model_dump(mode="json", exclude_defaults=True)
    for scale, written in zip(instrument.scales, content.get("scales", ()), strict=True):
        written["missing"] = scale.missing.value
        written["items"] = [{"item": entry.item, "reversed": entry.reversed} for entry in scale.items]
    return content


def _laid_out(value: Any) -> Any:
    """Small groups on one line, large ones one key a line."""
    if isinstance(value, dict):
        group = CommentedMap((key, _laid_out(inner)) for key, inner in value.items())
        if _is_small(value):
            group.fa.set_flow_style()
        return group
    if isinstance(value, list):
        members = CommentedSeq(_laid_out(inner) for inner in value)
        if _is_small(value):
            members.fa.set_flow_style()
        return members
    return value


def _is_small(value: Any) -> bool:
    nested = value.values() if isinstance(value, dict) else value
    deep = any(isinstance(inner, dict | list) and not _is_small(inner) for inner in nested)
    return not deep and len(str(value)) <= _ON_ONE_LINE
