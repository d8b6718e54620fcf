"""`./run WORDS` without a process of its own: its exit code; what it prints is in `capsys`."""

from __future__ import annotations

import pytest

from survey.cli import main


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)
