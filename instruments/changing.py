"""Changed copies of an instrument, its parts and the texts in them. Not validated: the caller keeps them sound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from instruments.model import Instrument, Localised, Recordings

Model = TypeVar("Model", bound=BaseModel)


def with_changes(part: Model, **changes: object) -> Model:
    """A changed copy; the part itself where nothing changes.

    pydantic's own copy would keep what was worked out from the old part.
    """
    fields: dict[str, Any] = {name: getattr(part, name) for name in type(part).model_fields}
    changed = {**fields, **changes}
    return part if changed == fields else type(part).model_construct(**changed)


def each_text(part: Model, change: Callable[[Localised], Localised]) -> Model:
    """Every localised text and set of recordings changed, found by the model's own fields, so that none is forgotten.

    Recordings of which nothing is left are gone.
    """
    changes: dict[str, object] = {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if value is not None and Localised in (field.annotation, *get_args(field.annotation)):
            changes[name] = change(value)
        elif value is not None and Recordings in get_args(field.annotation):
            changes[name] = change(value) or None
        elif isinstance(value, BaseModel):
            changes[name] = each_text(value, change)
        elif isinstance(value, tuple):
            changes[name] = tuple(each_text(one, change) if isinstance(one, BaseModel) else one for one in value)
    return with_changes(part, **changes)


def in_languages(instrument: Instrument, languages: Sequence[str]) -> Instrument:
    """The instrument with some of its languages only, in the order given."""
    texts = each_text(instrument, lambda text: {language: text[language] for language in languages if language in text})
    return with_changes(texts, languages=tuple(languages))
