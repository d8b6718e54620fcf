"""Files made to hurt are refused within 2 seconds of processor time and 256 MB, each in a process that has no more."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from instruments.check import check_document, check_file
from instruments.document import MAX_BYTES, MAX_PARTS, document_of, parse_document
from instruments.faults import MOST_FAULTS

SECONDS = 2
MEGABYTES = 256

_CHECK = """
import sys
from pathlib import Path
from instruments.check import check_file
import resource
start = resource.getrusage(resource.RUSAGE_SELF)
faults = check_file(Path(sys.argv[1]))
end = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: a child has its parent's there from the start.
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime, int(most.split()[1]) // 1024)
print(*sorted({fault.code for fault in faults}))
print(max((len(str(fault)) for fault in faults), default=0))
"""

TEXT = {"sv": "a"}
OPTIONS = [{"value": value, "text": TEXT} for value in (1, 2)]
HEAD: dict[str, Any] = {
    "id": "tiny",
    "version": "2026.1",
    "languages": ["sv"],
    "title": TEXT,
    "introduction": TEXT,
    "minutes": 1,
    "provenance": {"wording": "own", "sources": ["A test."], "licence": "None.", "notice": TEXT},
    "answer_sets": [{"id": "s", "options": OPTIONS}],
}


def items(count: int, more: Callable[[int], dict[str, Any]] = lambda _number: {}) -> list[dict[str, Any]]:
    return [{"id": f"Q{number}", "text": TEXT, "answer_set": "s", **more(number)} for number in range(count)]


def shown_if(number: int, value: object = 1, op: str = "is") -> dict[str, Any]:
    return {"visible_if": {"op": op, "item": f"Q{number}", "value": value}}


def file(sections: list[list[dict[str, Any]]], **more: Any) -> bytes:
    listed = [{"id": f"part{number}", "title": TEXT, "items": one} for number, one in enumerate(sections)]
    return json.dumps({**HEAD, "sections": listed, **more}).encode()


def scale(entries: int) -> dict[str, Any]:
    scored = [{"item": f"R{number}", "reversed": False} for number in range(entries)]
    return {"id": "x", "title": TEXT, "description": TEXT, "minimum": 1, "maximum": 2, "items": scored}


def tangle() -> bytes:
    """Clauses of three over sixty items: what makes all true at once is as hard to find as anything."""
    clause = [
        [{"op": "is", "item": f"Q{(i * 7 + k * 13) % 60}", "value": (i * k + i) % 2 + 1} for k in range(3)]
        for i in range(180)
    ]
    rule = {"op": "all", "rules": [{"op": "any", "rules": one} for one in clause]}
    return file([items(60), [{"id": f"Z{n}", "text": TEXT, "answer_set": "s", "visible_if": rule} for n in range(4)]])


def bomb() -> bytes:
    """Nine levels of nine aliases each: 3.9e8 members where aliases are followed."""
    lines = ['a0: &a0 ["lol"]', *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))]
    return "\n".join(lines).encode()


ALIKE = "a" * 34
BIG_SET = [{"id": "s", "options": [{"value": value, "text": TEXT} for value in range(1000)]}]
LANGUAGES = [f"{first}{second}" for first in "abcdefghij" for second in "abcdefghijklmnopqrstuvwxyz"]

HURTFUL: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (bomb, "alias"),
    "anchors": (lambda: b"[" + b"&a b, " * 9000 + b"]", "too_many_faults"),
    "deep": (lambda: b"[" * 500_000, "too_deep"),
    "deep block": (lambda: b"".join(b" " * depth + b"a:\n" for depth in range(1200)), "too_deep"),
    "one label of 10 MB": (lambda: b'a: "' + b"x" * 10_000_000 + b'"', "too_large"),
    "one label of 1 MB": (lambda: file([items(1)], subject={"sv": "ord " * 240_000}), "long_text"),
    "words without quotes": (lambda: b"a: " + b"x y " * 240_000, "unknown_key"),
    "lines": (lambda: b"a: 1" + b"\n" * 990_000, "unknown_key"),
    "a long tag": (lambda: b"a: !" + b"x" * 900_000 + b" 1", "tag"),
    "a long version": (lambda: b"%YAML 1." + b"1" * 900_000 + b"\n---\na: 1", "syntax"),
    "100,000 keys": (lambda: json.dumps({f"k{n}": 1 for n in range(100_000)}).encode()[:MAX_BYTES], "too_many_parts"),
    "9,000 keys": (lambda: file([items(1)], **{f"k{n}": 1 for n in range(9000)}), "unknown_key"),
    "3,000 items in a circle": (lambda: file([items(3000, lambda n: shown_if((n + 1) % 3000))]), "too_many_parts"),
    "items in a circle": (lambda: file([items(1100, lambda n: shown_if((n + 1) % 1100))]), "rule_forward"),
    "items in a chain": (lambda: file([items(1100, lambda n: shown_if(n - 1) if n else {})]), "too_many"),
    "rules that look far ahead": (lambda: file([items(1100, lambda _n: shown_if(1099))]), "rule_forward"),
    "items that are not there": (lambda: file([items(1100, lambda n: shown_if(n + 5000))]), "unknown_item"),
    "a scale of strangers": (lambda: file([items(1000)], scales=[scale(900)]), "unknown_item"),
    "near misses of long ids": (
        lambda: file(
            [items(250, lambda n: {"id": f"Q{ALIKE}{n}"})],
            scales=[scale(0) | {"items": [{"item": f"R{ALIKE}{n}", "reversed": False} for n in range(250)]}],
        ),
        "unknown_item",
    ),
    "equivalences of strangers": (
        lambda: file(
            [items(1000)], equivalences=[{"version": "2025.1", "items": {f"R{n}": "same" for n in range(2500)}}]
        ),
        "unknown_item",
    ),
    "an answer set of 1,000": (
        lambda: file(
            [items(600, lambda _n: {"type": "multiple_choice", **shown_if(0, [1, 7], "any_of")})], answer_sets=BIG_SET
        ),
        "too_many",
    ),
    "260 languages": (lambda: file([items(700)], languages=LANGUAGES), "missing_translation"),
    "a tangle of rules": (tangle, ""),
    "ids of 50 kB": (
        lambda: file(
            [items(2, lambda _n: {"answer_set": "b" * 50_000, **shown_if(0, 1, "c" * 50_000), "id": "d" * 50_000})]
        ),
        "bad_form",
    ),
    "easy points": (
        lambda: file(
            [items(1, lambda _n: {"easy": {"sv": "." * 450_000 + "x" + ".)" * 200_000 + "x"}})], variants=["easy"]
        ),
        "long_text",
    ),
    "easy words": (
        lambda: file([items(3, lambda _n: {"easy": {"sv": "ab cd. " * 40_000}})], variants=["easy"]),
        "long_text",
    ),
    "numbers without end": (lambda: b"a: " + b"1" * 900_000, "unknown_key"),
}


@pytest.mark.parametrize("name", HURTFUL)
def test_hurtful_file_is_refused_in_time(name: str, tmp_path: Path) -> None:
    write, code = HURTFUL[name]
    path = tmp_path / "hurtful.yaml"
    path.write_bytes(write())
    seconds, megabytes, codes, longest = checked(path)
    assert seconds <= SECONDS
    assert megabytes <= MEGABYTES
    assert code in codes or not code
    assert longest <= 2000


def checked(path: Path) -> tuple[float, int, list[str], int]:
    """Processor seconds, megabytes at most, codes and the longest fault, of a process with limits."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))

    command = [sys.executable, "-c", _CHECK, str(path)]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=True)
    used, codes, longest = done.stdout.splitlines()
    seconds, megabytes = used.split()
    return float(seconds), int(megabytes), codes.split(), int(longest)


def test_parts_are_counted_up_to_the_cap() -> None:
    members = MAX_PARTS - 1
    assert parse_document(b"[" + b"a," * members + b"]").faults == ()
    assert [fault.code for fault in parse_document(b"[" + b"a," * (members + 1) + b"]").faults] == ["too_many_parts"]


def test_more_faults_than_can_be_read_are_cut_and_said_to_be() -> None:
    _, faults = check_document(document_of({f"k{number}": 1 for number in range(MOST_FAULTS + 100)}))
    assert [fault.code for fault in faults].count("too_many_faults") == 1
    assert [fault.code for fault in faults if fault.code == "unknown_key"] != []
    assert len(faults) <= MOST_FAULTS + 1


def test_a_sound_file_takes_little(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    sections = [[{"id": f"Q{n * 100 + m}", "text": TEXT, "answer_set": "s"} for m in range(100)] for n in range(10)]
    path.write_bytes(file(sections))
    assert check_file(path) == ()
