"""Ports of this machine for servers that are started, killed and started again."""

from __future__ import annotations

import secrets

from survey.cli.serve import check_port
from survey.errors import Refusal


def is_free(port: int) -> bool:
    try:
        check_port(port)
    except Refusal:
        return False
    return True


def free_port() -> int:
    """Below those that a system hands out by itself: no browser's connection takes it while its server is down."""
    while not is_free(port := secrets.choice(range(20_000, 32_000))):
        pass
    return port
