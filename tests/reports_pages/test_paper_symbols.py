"""Pictures on paper: every shipped symbol is drawn, curves run where they should, and a hostile file draws nothing."""

from __future__ import annotations

import math
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from instruments.symbols import find_symbol, symbol_names
from reports.pdf.symbol_paths import Close, Curve, Line, Move, Step, UndrawableSymbol
from reports.pdf.symbols import parse_symbol, read_symbol

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">'


def steps_of(inside: str) -> tuple[Step, ...]:
    return parse_symbol(f"{HEAD}{inside}</svg>".encode()).shapes[0].steps


@pytest.mark.parametrize("name", sorted(symbol_names()))
def test_every_shipped_symbol_is_drawn(name: str) -> None:
    path = find_symbol(name)
    assert path is not None
    symbol = read_symbol(path)
    canvas = Canvas(BytesIO())
    symbol.draw(canvas, 0, 0, 40)
    assert symbol.shapes


def test_the_commands_of_a_path() -> None:
    assert steps_of('<path d="M1 2 3 4 H5 V6 L7,8Z"/>') == (
        *(Move((1, 2)), Line((3, 4)), Line((5, 4)), Line((5, 6)), Line((7, 8))),
        Close(),
    )
    assert steps_of('<path d="M0 0C1 1 2 2 3 3"/>')[1] == Curve((1, 1), (2, 2), (3, 3))
    # A quadratic curve as a cubic one: two thirds of the way to its control point from either end.
    assert steps_of('<path d="M0 0 Q3 3 6 0"/>')[1] == Curve((2, 2), (4, 2), (6, 0))
    assert steps_of('<polygon points="0,0 1,0 1,1"/>')[-1] == Close()


@given(
    start=st.floats(0, 2 * math.pi),
    turn=st.floats(0.1, 2 * math.pi - 0.1),
    sweep=st.booleans(),
    turned=st.integers(-180, 180),
)
def test_an_arc_runs_along_its_circle(start: float, turn: float, sweep: bool, turned: int) -> None:
    """Both ends of every piece lie on the circle, and the middle of each does to a thousandth."""
    end = start + (turn if sweep else -turn)
    a, b = ((50 + 20 * math.cos(angle), 50 + 20 * math.sin(angle)) for angle in (start, end))
    large = int(turn > math.pi)
    data = f"M{a[0]:.7f} {a[1]:.7f} A20 20 {turned} {large} {int(sweep)} {b[0]:.7f} {b[1]:.7f}"
    steps = steps_of(f'<path d="{data}"/>')
    at, angles = a, 0.0
    for step in steps[1:]:
        assert isinstance(step, Curve)
        middle = tuple((at[axis] + 3 * step.first[axis] + 3 * step.second[axis] + step.to[axis]) / 8 for axis in (0, 1))
        for x, y in (middle, step.to):
            assert math.hypot(x - 50, y - 50) == pytest.approx(20, abs=0.02)
        before, after = (math.atan2(y - 50, x - 50) for x, y in (at, step.to))
        angles += (after - before if sweep else before - after) % (2 * math.pi)
        at = step.to
    assert angles == pytest.approx(turn, abs=1e-4)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg",
        b"<html/>",
        b"GIF89a",
        b"\xff\xfe\x00",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg viewBox="0 0 1 1">&a;</svg>',
        (HEAD + "<script>alert(1)</script></svg>").encode(),
        (HEAD + '<image href="file:///etc/passwd"/></svg>').encode(),
        (HEAD + '<use href="#a"/></svg>').encode(),
        (HEAD + '<g transform="scale(9)"/></svg>').encode(),
        (HEAD + '<rect width="9" height="9" style="fill:red"/></svg>').encode(),
        (HEAD + '<rect width="9" height="9" fill="url(#a)"/></svg>').encode(),
        (HEAD + '<path d="m1 1 l2 2"/></svg>').encode(),
        (HEAD + '<path d="L1 1"/></svg>').encode(),
        (HEAD + '<path d="M1"/></svg>').encode(),
        (HEAD + '<path d="M1 1 L"/></svg>').encode(),
        (HEAD + '<path d="M1 1 Z 3"/></svg>').encode(),
        (HEAD + '<path d="M1 1 A5 5 0 2 0 9 9"/></svg>').encode(),
        (HEAD + '<path d="M1 1e99"/></svg>').encode(),
        (HEAD + '<path d="M1 NaN"/></svg>').encode(),
        (HEAD + '<circle r="-5"/></svg>').encode(),
        (HEAD + "<g>" * 40 + "</g>" * 40 + "</svg>").encode(),
        (HEAD + '<path d="M0 0 ' + "L1 1 " * 10_000 + '"/></svg>').encode(),
        (HEAD + '<rect><path d="M0 0"/></rect></svg>').encode(),
        b'<svg viewBox="0 0 0 9"/>',
        b'<svg viewBox="0 0 9"/>',
        b"<svg/>",
        b" " * 100_000,
        HEAD.encode() + b"<g/>" * 1_000_000,
    ],
)
def test_what_is_no_plain_symbol_is_not_drawn(content: bytes) -> None:
    with pytest.raises(UndrawableSymbol):
        parse_symbol(content)


@given(
    st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f'{HEAD}<path d="M0 0 {text}"/></svg>'.encode())
)
def test_any_bytes_are_a_symbol_or_refused(content: bytes) -> None:
    with suppress(UndrawableSymbol):
        parse_symbol(content).draw(Canvas(BytesIO()), 0, 0, 40)
