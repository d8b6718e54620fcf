"""What instruments cost: the whole catalogue cold, one by its digest, and a page of a form from memory.

Each beside a floor measured in the same run: the YAML library's bare events for the same files, the bytes of one file
read and digested, and a page of the same size compressed as it is sent.
"""

from __future__ import annotations

import gzip
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from instruments.load import CATALOGUE, LoadedInstrument, catalogue, instrument_files, load
from instruments.model import CHOICE_TYPES, Answer, Item, Pace
from survey.answering.pinned import pinned_instrument
from survey.app import create_app
from survey.config import settings_from
from survey.web.languages import speak
from survey.web.respond.drawing import Reading, draw_part, part_key
from survey.web.respond.fields import answered_slots
from survey.web.respond.forms import Forms, field_name
from survey.web.respond.parts import split
from survey.web.respond.pieces import Drawings

ROUNDS = 5
TIMES = 500

_COLD = """
import time
{imports}
begun = time.process_time()
{work}
print(time.process_time() - begun)
"""
_EVENTS = """
for path in instrument_files(CATALOGUE):
    for _event in YAML(typ="safe", pure=True).parse(path.read_text(encoding="utf-8")):
        pass
"""
_WHOLE = """
for path in instrument_files(CATALOGUE):
    for fault in check_file(path):
        raise SystemExit(f"{path}: {fault}")
"""


@dataclass(frozen=True)
class Cost:
    """One row of the table: the median over the rounds, and the slowest round minus the fastest, in CPU-ms."""

    name: str
    cpu_ms: float
    spread_ms: float
    floor_ms: float


def run() -> list[Cost]:
    """Measures all three; the files are counted in the first one's name."""
    files = instrument_files(CATALOGUE)
    loaded = max(catalogue(), key=lambda one: len(one.instrument.items))
    imports = "from instruments.check import check_file\nfrom instruments.load import CATALOGUE, instrument_files"
    events = _cold(f"{imports}\nfrom ruamel.yaml import YAML", _EVENTS)
    found = [_cost(f"parse and check {len(files)} files cold (3000)", _cold(imports, _WHOLE), events)]
    found += _one(loaded)
    with tempfile.TemporaryDirectory() as home:
        app = create_app(settings_from({"TERMOMETERN_HOME": home}))
        with app.test_request_context(headers={"Accept-Encoding": "gzip", "Accept-Language": "sv"}):
            speak("sv")
            found += _pages(loaded)
    return found


def table(costs: list[Cost]) -> str:
    lines = [f"{'(budget)':<52}{'CPU-ms':>10}{'spread':>9}{'floor':>10}{'x floor':>9}"]
    lines += [
        f"{one.name:<52}{one.cpu_ms:>10.3f}{one.spread_ms:>9.3f}{one.floor_ms:>10.3f}{one.cpu_ms / one.floor_ms:>9.1f}"
        for one in costs
    ]
    return "\n".join(lines)


def _one(loaded: LoadedInstrument) -> list[Cost]:
    """From memory, as every request of a respondent does, and with its file read again, as the office does."""
    one, path = loaded.instrument, loaded.path
    if path is None:
        raise ValueError("an instrument of the catalogue has a file")
    read = _taken(lambda: hashlib.sha256(path.read_bytes()).hexdigest())
    return [
        _cost("one by its digest (1)", _taken(lambda: pinned_instrument(one.id, one.version, loaded.digest)), read),
        _cost("one by id and version, its file read again (1)", _taken(lambda: load(one.id, one.version)), read),
    ]


def _pages(loaded: LoadedInstrument) -> list[Cost]:
    """The longest instrument on one page, half of it answered: filled in, packed, and the form that comes back."""
    instrument, drawings, forms = loaded.instrument, Drawings(), Forms()
    reading = Reading("sv", instrument.variants[0], False)
    answers = {item.id: answer for item in instrument.items[::2] if (answer := _answer(loaded, item)) is not None}
    posted = MultiDict((field_name(item), str(answer)) for item, answer in answers.items())

    def show() -> bytes:
        (part,) = split(instrument, answers, Pace.ALL)
        key = part_key(loaded.digest, part.drawn, reading)
        pieces = drawings.get(key, lambda: draw_part(instrument, part.drawn, reading, lambda _name: None))
        return pieces.response(answered_slots(part, answers)).get_data()

    def take() -> dict[str, Answer]:
        (part,) = split(instrument, answers, Pace.ALL)
        return forms.bind(instrument, loaded.digest, part.items, posted).given()

    page = gzip.decompress(show())
    packed = _taken(lambda: gzip.compress(page, 1, mtime=0))
    size = f"{len(instrument.items)} items"
    return [
        _cost(f"a page of {size} from memory, half answered (1)", _taken(show), packed),
        _cost(f"the form of {size} from memory, taken in", _taken(take), packed),
    ]


def _answer(loaded: LoadedInstrument, item: Item) -> int | None:
    return loaded.instrument.options(item)[0].value if item.type in CHOICE_TYPES else None


def _cold(imports: str, work: str) -> list[float]:
    """CPU-ms of the work in processes that begin with nothing; the imports themselves are not counted."""
    program = _COLD.format(imports=imports, work=work)
    command = [sys.executable, "-c", program]
    return [float(subprocess.run(command, check=True, capture_output=True).stdout) * 1000 for _ in range(ROUNDS)]  # noqa: S603 - our own words


def _taken(work: Callable[[], object]) -> list[float]:
    """CPU-ms of one piece of work, once warm."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(TIMES):
            work()
        taken.append((time.process_time() - begun) * 1000 / TIMES)
    return taken


def _cost(name: str, taken: list[float], floor: list[float]) -> Cost:
    return Cost(name, statistics.median(taken), max(taken) - min(taken), statistics.median(floor))
