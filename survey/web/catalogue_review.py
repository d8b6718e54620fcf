"""The file that a translator or a reviewer works in: every text there is now, with what has been translated."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog

from survey.web.catalogue_faults import forms
from survey.web.catalogues import REVIEWED_BY, REVIEWED_ON, SHIPPED, folder, paths, read, template


def to_review(home: Path, code: str) -> Catalog:
    """A catalogue for a translator: every text there is now with the Swedish above it, and what is translated already.

    The installation's own words come first. What it lacks and the program has is marked fuzzy, and nobody has reviewed
    the whole. Raises ValueError for a file that cannot be read.
    """
    known = paths(home)
    own, shipped = folder(home) / f"{code}.po", SHIPPED / code / "LC_MESSAGES" / "messages.po"
    sources = [read(path, code) for path in (known.get(code), shipped) if path and path.exists()]
    made = Catalog(
        locale=code,
        project="Termometern",
        version="-",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        fuzzy=False,
    )
    made.mime_headers = [pair for pair in sources[0].mime_headers if pair[0] == "Plural-Forms"] if sources else []
    made.header_comment = sources[0].header_comment if sources else _NEW.format(code=code)
    for message in template():
        if not message.id:
            continue
        said = [catalog.get(message.id) for catalog in sources]
        found = next((one for one in said if one and one.string and all(forms(one.string))), None)
        from_elsewhere = found is not None and known.get(code) == own and found is not said[0]
        made.add(
            message.id,
            found.string if found else "",
            flags={*message.flags, *(found.flags if found else ()), *(("fuzzy",) if from_elsewhere else ())},
            auto_comments=[f"sv: {' | '.join(forms(message.string))}"],
            user_comments=found.user_comments if found else (),
        )
    return made


_NEW = f"""\
# {{code}} for the respondent's pages.
# {REVIEWED_BY}:
# {REVIEWED_ON}:"""
