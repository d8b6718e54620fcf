"""What a person asked for and cannot have, said so that they know what to do next."""

from __future__ import annotations


class Refusal(Exception):
    """Refuses one request. `message` is one English line with the remedy, for the command line and logs of operators.

    Pages say the same in the person's language: `survey.web.refusals` holds one sentence a code, filled with `facts`.
    """

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts = facts
