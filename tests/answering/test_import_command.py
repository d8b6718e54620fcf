"""`./run responses import`: what a person sees when it goes well, and when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from answering_field import Field
from click.testing import CliRunner

from survey.cli.context import CommandContext
from survey.cli.responses import group
from survey.config import settings_from


@pytest.fixture
def run(field: Field, database_url: str, tmp_path: Path):
    """Runs a command on the field's database; its home is where the field keeps keys and instruments."""
    environment = {"TERMOMETERN_HOME": str(tmp_path), "TERMOMETERN_DATABASE": database_url}

    def command(*arguments: object):
        context = CommandContext(settings_from(environment))
        try:
            return CliRunner().invoke(group, [str(one) for one in arguments], obj=context)
        finally:
            context.services.engine.dispose()

    return command


def test_what_is_said_of_a_good_file(run, field: Field, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("plats;a;rest\n2309-a;Ja;x\n;1;x\n", encoding="utf-8")
    (tmp_path / "m.csv").write_text("column,meaning\nplats,unit\na,a\n", encoding="utf-8")
    said = run("import", "s/r", tmp_path / "f.csv", "--mapping", tmp_path / "m.csv", "--no-unit", "2309-b")
    assert said.exit_code == 0, said.output
    assert "Imported 2 responses into s/r." in said.output
    assert "'rest' is left out" in said.output
    assert field.count("urn") == 2
    assert field.count("audit_event") == 1


def test_every_fault_is_listed_up_to_a_limit(run, field: Field, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("unit,a\n" + "2309-a,7\n" * 250, encoding="utf-8")
    said = run("import", "s/r", tmp_path / "f.csv")
    assert said.exit_code == 1
    lines = said.stderr.splitlines()
    first = (
        "row 2, a [value_wrong]: '7' is no answer to it; write 1, 2, 3 or the option's words, or leave the cell empty"
    )
    assert lines[0] == first
    assert lines[199].startswith("row 201, a")
    assert lines[200] == "... and 50 more"
    assert "250 faults, nothing is stored" in str(said.exception)
    assert (field.count("urn"), field.count("audit_event")) == (0, 0)
