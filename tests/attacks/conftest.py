"""Grounds to attack on, and randomness that is the same every time: chance alone is never to turn a test red."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from random import Random
from unittest.mock import patch

import pytest

from bench.attacks.ground import Ground, SqliteGround, postgresql
from survey.answering import codes, mixing
from survey.fieldwork import invitations, launching


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A server of its own: another test's write-ahead log would be read through as well."""
    if request.param == "sqlite":
        yield SqliteGround(tmp_path_factory.mktemp("ground"))
        return
    with postgresql() as ground:
        yield ground


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    """What the system takes from the operating system's randomness comes from a seed here."""
    random = Random(20_260_302)  # noqa: S311 - the same every time
    with ExitStack() as stack:
        stack.enter_context(patch.object(secrets, "token_bytes", random.randbytes))
        stack.enter_context(patch.object(codes.new_code, "__defaults__", (random.randrange,)))
        for function in (mixing.mix, invitations.invite, launching.add_link_codes):
            stack.enter_context(patch.dict(function.__kwdefaults__, shuffle=random.shuffle))
        yield
