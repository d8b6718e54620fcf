"""Every failure as one line that says what to do."""

from __future__ import annotations

import errno

import click

WRONG_COMMAND = 2
REFUSED = 1


def in_one_line(error: Exception) -> tuple[str, int]:
    """The line for stderr and the exit code: 2 for a wrong command, 1 for anything refused or broken."""
    if isinstance(error, click.UsageError):
        return _usage(error), WRONG_COMMAND
    if isinstance(error, click.ClickException):
        return _first_line(error.format_message()), error.exit_code
    from survey.config import ConfigError
    from survey.errors import Refusal

    if isinstance(error, Refusal):
        return _first_line(error.message), REFUSED
    if isinstance(error, ConfigError):
        return _first_line(str(error)), WRONG_COMMAND
    if isinstance(error, ValueError):
        # Wings below survey/ say what is wrong and what to do in a ValueError (InvalidInstrument is one).
        return _first_line(str(error)), REFUSED
    if isinstance(error, OSError):
        return _operating_system(error), REFUSED
    if type(error).__module__.startswith("sqlalchemy") and type(error).__name__ == "OperationalError":
        # Known by name: most commands never import SQLAlchemy. Its own words quote the address, password included.
        return "the database does not answer; start it, or check TERMOMETERN_DATABASE", REFUSED
    return f"{type(error).__name__}: {_first_line(str(error))} (run again with --debug to see where)", REFUSED


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx else "./run"
    return f"{_first_line(error.format_message())} (see {path} --help)"


REMEDIES: dict[int, str] = {
    errno.ENOENT: "check the path, or choose another folder",
    errno.EACCES: "run as the user that owns it, or choose another folder",
    errno.EPERM: "run as the user that owns it, or choose another folder",
    errno.EROFS: "choose a folder that can be written to",
    errno.ENOSPC: "make room on the disk, then run it again",
    errno.ENOTDIR: "a file is in the way; choose another folder",
    errno.EISDIR: "name a file, not a folder",
}
"""What to do about an error of the operating system; settings such as TERMOMETERN_HOME name the folders."""


def _operating_system(error: OSError) -> str:
    place = f": {error.filename}" if error.filename else ""
    remedy = REMEDIES.get(error.errno or 0)
    return f"{error.strerror or error}{place}" + (f"; {remedy}" if remedy else "")


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else "unknown error"
