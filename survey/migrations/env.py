"""Alembic's entry point. `survey.migrate` hands over a connection inside a transaction; there is no alembic.ini."""

from alembic import context

from survey.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot alter most of a table: batch mode makes a new one and copies the rows.
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
