"""One target under hypothesis: sound files with pieces cut out, doubled, exchanged and written over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_WORDS = [
    b"&a",
    b"*a",
    b"<!DOCTYPE",
    b"&x;",
    b"${",
    b"[",
    b"{",
    b"|",
    b"\n",
    b'"',
    b"=",
    b"-",
    b"9" * 400,
    b"\xff",
    b"\x00",
]


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A seed with one to six changes."""
    content = bytearray(draw(st.sampled_from(list(seeds))))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 60)))
        piece = draw(st.one_of(st.binary(max_size=12), st.sampled_from(_WORDS), st.just(bytes(content[start:end]) * 3)))
        content[start:end] = piece
    return bytes(content)


def run(target: Callable[[bytes], None], seeds: Sequence[bytes], examples: int) -> int:
    """How many inputs were run. Raises what the target raised, with the smallest input that does it."""
    executions = 0

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(mutated(seeds))
    def one(content: bytes) -> None:
        nonlocal executions
        executions += 1
        target(content)

    one()
    return executions
