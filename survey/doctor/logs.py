"""Logs and the job queue: nothing in them may tell who answered. What is found there is never repeated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from survey.answering.codes import ALPHABET, tidy_code
from survey.doctor.signs import Patient, Sign, fault, warning, well
from survey.errors import Refusal

_SUFFIXES = frozenset({".log", ".txt", ".out", ".err", ".json", ".jsonl"})
_LARGEST = 200 * 1024 * 1024
_CODE = re.compile(rf"(?<![0-9A-Za-z])(?:[{ALPHABET}]{{4}}-?){{2,3}}[{ALPHABET}]{{4}}(?![0-9A-Za-z])".encode())
_PATTERNS = {
    "internet addresses": re.compile(
        rb"(?<![\d.])(?!127\.|0\.0\.0\.0)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"
        rb"|(?<![0-9a-fA-F:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}(?![0-9a-fA-F:])"
    ),
    "browsers": re.compile(rb"Mozilla/\d|AppleWebKit/\d"),
    "addresses of mail": re.compile(rb"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"),
}
_ADVICE = (
    "delete the file, and have the server in front write no access log for /s and no addresses (README, Running it)"
)


def examine(patient: Patient) -> Iterator[Sign]:
    files = [*_files(patient)]
    found = [*_told(files)]
    yield from found
    if not found:
        searched = f"{len(files)} files searched" if files else "no log files are kept here"
        yield well(f"No log tells who answered ({searched}).")
    if not patient.logs:
        remedy = "point at the logs of the server in front and of the service manager: --log FOLDER"
        yield warning("Logs outside the installation's folder have not been looked at.", remedy)


def _files(patient: Patient) -> Iterator[Path]:
    settings = patient.services.settings
    for folder in (settings.home, *patient.logs):
        for path in sorted([folder] if folder.is_file() else folder.rglob("*")):
            inside_keys = path.is_relative_to(settings.keys) or path.is_relative_to(settings.round_keys)
            own_logs = path.suffix in _SUFFIXES or folder != settings.home
            # What an organisation writes itself is no log: its instruments, its list of names.
            own_words = path == settings.home / "names.txt" or path.is_relative_to(settings.home / "instruments")
            if path.is_file() and own_logs and not inside_keys and not own_words:
                yield path
    if settings.jobs_url.startswith("sqlite"):
        jobs = Path(make_url(settings.jobs_url).database or "")
        yield from (path for path in (jobs, jobs.with_name(f"{jobs.name}-wal")) if path.is_file())


def _told(files: list[Path]) -> Iterator[Sign]:
    for path in files:
        try:
            if path.stat().st_size > _LARGEST:
                yield warning(f"{path} is too large to be searched.", "rotate it, and look at it with grep")
                continue
            told = what_it_tells(path.read_bytes())
        except PermissionError:
            yield warning(f"{path} cannot be read.", "run the doctor as the user that owns it")
            continue
        for what, times in told.items():
            yield fault(f"{path} holds {what} ({times}).", _ADVICE)


def what_it_tells(content: bytes) -> dict[str, int]:
    """What in the content could lead to a respondent -> how many times. Pure; nothing of it is given back."""
    told = Counter({what: len(pattern.findall(content)) for what, pattern in _PATTERNS.items()})
    told["codes of respondents' links"] = sum(1 for match in _CODE.finditer(content) if _is_code(match.group()))
    return {what: times for what, times in told.items() if times}


def _is_code(found: bytes) -> bool:
    """With its check character: one of 23 strings of the alphabet has it right."""
    bare = found.replace(b"-", b"").decode("ascii")
    try:
        tidy_code(bare, len(bare))
    except Refusal:
        return False
    # A word in capitals or a long number can look like a code; a real one mixes both.
    return any(one.isdigit() for one in bare) and any(one.isalpha() for one in bare)
