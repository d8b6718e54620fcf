"""The migrated tables are the models' tables on both databases, and a database of another version is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, Engine, inspect, text

from survey import migrate
from survey.database import open_engine
from survey.errors import Refusal
from survey.models import Base


def test_the_migrated_tables_are_the_models_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_check_constraint_of_the_models_is_in_the_database(engine: Engine) -> None:
    """Alembic does not compare CHECK constraints, so their names are compared here."""
    inspector = inspect(engine)
    for table in Base.metadata.sorted_tables:
        expected = {check.name for check in table.constraints if isinstance(check, CheckConstraint)}
        assert {check["name"] for check in inspector.get_check_constraints(table.name)} == expected


def test_head_is_the_newest_of_numbered_revisions() -> None:
    config = Config()
    config.set_main_option("script_location", "survey:migrations")
    script = ScriptDirectory.from_config(config)
    revisions = [revision.revision for revision in script.walk_revisions()]
    assert script.get_current_head() == migrate.HEAD
    assert revisions == [f"{number:04d}" for number in range(len(revisions), 0, -1)]


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    migrate.check_version(engine)


@pytest.mark.parametrize("act", [migrate.check_version, migrate.upgrade])
def test_a_database_from_a_newer_version_is_refused(engine: Engine, act: Callable[[Engine], None]) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refusal, match=r"9999.*install the newer program") as refused:
        act(engine)
    assert refused.value.code == "database_newer"
    assert refused.value.facts == {"found": "9999", "needed": migrate.HEAD}


def test_an_empty_database_is_older(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"any \./run command") as refused:
        migrate.check_version(open_engine(f"sqlite:///{tmp_path / 'new.sqlite'}"))
    assert refused.value.code == "database_older"


def test_a_start_does_not_import_alembic(engine: Engine) -> None:
    """Importing alembic takes longer than everything else a second start does."""
    url = engine.url.render_as_string(hide_password=False)
    program = (
        "import sys; from survey import migrate, database;"
        f"engine = database.open_engine({url!r}); migrate.upgrade(engine); migrate.check_version(engine);"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_remaking_a_sqlite_table_does_not_delete_the_rows_that_refer_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dropping a table with foreign keys on deletes its rows first, and ON DELETE CASCADE takes the children."""
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO account (id, email, name, active, session_number) VALUES (1, 'a@b.se', 'A', 1, 0)")
        )
        connection.execute(
            text("INSERT INTO login_code (code_hash, account_id, expires_at) VALUES (x'00', 1, '2024-01-01')")
        )
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    def remake(connection: Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("account", recreate="always"):
            pass

    monkeypatch.setattr(migrate, "_run_migrations", remake)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM login_code")).scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
