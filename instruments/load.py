"""A file -> Instrument with its digest, and the catalogue of all that can be used. Cached by content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from instruments.check import check_document, name_faults
from instruments.document import UnreadableError, parse_document, read_content
from instruments.faults import Fault, suggest
from instruments.model import Instrument, Kind
from instruments.names import IDENTIFIER, VERSION_NAME, version_key

CATALOGUE = Path(__file__).with_name("catalogue")


@dataclass(frozen=True)
class LoadedInstrument:
    """An instrument version that passed every check. `digest` is pinned on each round and response that uses it."""

    instrument: Instrument
    digest: str
    path: Path | None


class InvalidInstrument(ValueError):
    """A file that cannot be used; `faults` says everything that is wrong with it."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{path}: {count}; run `./run instruments check {path}` to see them. First: {faults[0]}")
        self.path = path
        self.faults = tuple(faults)


_parsed: dict[str, tuple[Instrument, str]] = {}
"""SHA-256 of a file's bytes -> what it holds. Content never lies about its age, as a file's date can."""


def load_file(path: Path) -> LoadedInstrument:
    """Read one file. Raises InvalidInstrument with every fault."""
    try:
        content = read_content(path)
    except UnreadableError as error:
        raise InvalidInstrument(path, (error.fault,)) from error
    key = hashlib.sha256(content).hexdigest()
    if key not in _parsed:
        instrument, faults = check_document(parse_document(content))
        if instrument is None:
            raise InvalidInstrument(path, faults)
        _parsed[key] = (instrument, digest_of(instrument))
    instrument, digest = _parsed[key]
    if misplaced := name_faults(path, instrument):
        raise InvalidInstrument(path, misplaced)
    return LoadedInstrument(instrument, digest, path)


def digest_of(instrument: Instrument) -> str:
    """SHA-256 (hex) of the instrument's canonical JSON: layout, comments and order of keys do not matter.

    Values that equal the model's default are left out, so that a model that learns something new leaves the digests
    of older versions as they were pinned.
    """
    content = instrument.model_dump(mode="json", exclude_defaults=True)
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def load(instrument_id: str, version: str | None = None, folders: Iterable[Path] = ()) -> LoadedInstrument:
    """One instrument version, the newest if `version` is None; `folders` are searched after the catalogue.

    Raises ValueError with the nearest right name if there is none, InvalidInstrument if its file has faults.
    """
    searched = (CATALOGUE, *folders)
    if version is not None and (placed := _placed_file(searched, instrument_id, version)):
        return load_file(placed)
    files = {key: path for folder in reversed(searched) for key, path in _files_by_key(folder).items()}
    known_ids = sorted({known_id for known_id, _ in files})
    if instrument_id not in known_ids:
        raise ValueError(f"there is no instrument {instrument_id!r}; {suggest(instrument_id, known_ids)}")
    versions = sorted((known for known_id, known in files if known_id == instrument_id), key=version_key)
    chosen = versions[-1] if version is None else version
    if chosen not in versions:
        raise ValueError(f"there is no version {chosen!r} of {instrument_id}; {suggest(chosen, versions)}")
    return load_file(files[instrument_id, chosen])


def catalogue(folders: Iterable[Path] = ()) -> list[LoadedInstrument]:
    """Every version that can be used, by id and version. Files with faults are left out: `faulty_files` names them."""
    files = [path for folder in (CATALOGUE, *folders) for path in instrument_files(folder)]
    usable = {
        (one.instrument.id, version_key(one.instrument.version)): one
        for path in reversed(files)
        if not isinstance(one := _load_or_fault(path), InvalidInstrument)
    }
    return [usable[key] for key in sorted(usable)]


def newest_of(kind: Kind, folders: Iterable[Path] = ()) -> dict[str, LoadedInstrument]:
    """The newest version of each instrument of one kind, by id."""
    return {one.instrument.id: one for one in catalogue(folders) if one.instrument.kind is kind}


def faulty_files(folders: Iterable[Path] = ()) -> list[InvalidInstrument]:
    """The files of the catalogue and `folders` that are not used, each with its faults."""
    first: dict[tuple[str, str], LoadedInstrument] = {}
    found = []
    for path in (path for folder in (CATALOGUE, *folders) for path in instrument_files(folder)):
        one = _load_or_fault(path)
        if isinstance(one, InvalidInstrument):
            found.append(one)
            continue
        used = first.setdefault((one.instrument.id, one.instrument.version), one)
        if used.digest != one.digest:
            found.append(InvalidInstrument(path, (_version_taken(used),)))
    return found


def _version_taken(used: LoadedInstrument) -> Fault:
    """Somebody has changed a copy: what they ask is not what the file says, and nothing else would tell them."""
    one = used.instrument
    message = f"{one.id} {one.version} is something else in {used.path}, and that file is used"
    return Fault("version_taken", None, "", message, "give this file the next version, or an id of its own")


def instrument_files(folder: Path) -> list[Path]:
    """The instrument files of a folder: `<id>/<version>.yaml`, or loose `*.yaml` in an organisation's own folder."""
    return sorted([*folder.glob("*.yaml"), *folder.glob("*/*.yaml")])


def _placed_file(folders: Iterable[Path], instrument_id: str, version: str) -> Path | None:
    """The file of a known version, found by name alone: every request of a respondent asks for one."""
    if not (IDENTIFIER.fullmatch(instrument_id) and VERSION_NAME.fullmatch(version)):
        return None
    paths = (folder / instrument_id / f"{version}.yaml" for folder in folders)
    return next((path for path in paths if path.is_file()), None)


def _load_or_fault(path: Path) -> LoadedInstrument | InvalidInstrument:
    try:
        return load_file(path)
    except InvalidInstrument as error:
        return error


def _files_by_key(folder: Path) -> dict[tuple[str, str], Path]:
    """(id, version) -> file. Files in `<id>/<version>.yaml` are known by name, so only loose ones need reading."""
    named = (path for path in folder.glob("*/*.yaml") if VERSION_NAME.fullmatch(path.stem))
    placed = {(path.parent.name, path.stem): path for path in named}
    loose = [one for path in folder.glob("*.yaml") if not isinstance(one := _load_or_fault(path), InvalidInstrument)]
    return {(one.instrument.id, one.instrument.version): one.path for one in loose if one.path} | placed
