"""The request's two ways into the database: reading, which never holds a respondent up, and writing, kept short."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask, g
from sqlalchemy.orm import Session

from survey.database import read_session
from survey.web import current_services


def reading() -> Session:
    """The request's reading session, closed when the request ends.

    It takes no write lock: an administrator's slow page never makes a respondent's submission wait.
    """
    if "office_reading" not in g:
        g.office_closing = ExitStack()
        g.office_reading = g.office_closing.enter_context(read_session(current_services().sessions))
    session: Session = g.office_reading
    return session


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction: committed at the end of the block, rolled back if the block fails."""
    with current_services().sessions.begin() as session:
        yield session


@contextmanager
def between_transactions() -> Iterator[None]:
    """No transaction of this request is open inside the block. What has been read stays as it was read.

    For the job engine: the first one who asks makes its tables, and on PostgreSQL some of them wait until every
    transaction in the database has ended. One of our own would be waited for without end.
    """
    reading().commit()
    yield
    reading().connection(execution_options={"read_only": True, "postgresql_readonly": True})


def close_with_request(app: Flask) -> None:
    """Have `app` close the reading session when a request ends."""

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        g.pop("office_reading", None)
        closing: ExitStack | None = g.pop("office_closing", None)
        if closing is not None:
            closing.close()
