"""A release file opened without a database: the same numbers, checked by their digest; and the notebook about it."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reports import open_release, wording
from reports.estimates import Estimate, Reason
from reports.export import document
from reports.findings import Verdict
from tests.reports.example import round_of, small_instrument, tree
from tests.reports.notebook_release import FOLDER, RELEASE

UNITS = {"2301-a": 30, "2309-a": 40, "0114-a": 6}


@pytest.fixture(scope="module")
def text() -> str:
    from reports.analysis import analyse
    from reports.disclosure import disclose

    made = analyse(
        round_of(UNITS, shift=0.3),
        round_of(UNITS, round_id=1, name="2024", seed=2),
        tree(UNITS),
        study="Liten",
        k=5,
        seed=1,
        simulated=True,
        linked=False,
    )
    return document.write(disclose(made, 5), small_instrument(), "sv").decode()


@pytest.mark.parametrize(
    ("part", "value"),
    [("findings", None), ("findings", []), ("scales", [1]), ("digest", 5), ("scores", {}), ("whole", None)],
)
def test_a_damaged_file_is_refused_in_words(text: str, part: str, value: object) -> None:
    with pytest.raises(ValueError, match="the file is damaged"):
        open_release(json.dumps(json.loads(text) | {part: value}))


@pytest.mark.parametrize(
    ("part", "value"),
    [("groups", None), ("groups", [1]), ("groups", [{"code": "a"}]), ("study", 1), ("cuts", None), ("analyst", [1])],
)
def test_damaged_findings_are_refused_in_words(text: str, part: str, value: object) -> None:
    plain = json.loads(text)
    plain["findings"][part], plain["whole"] = value, False
    with pytest.raises(ValueError, match="the file is damaged"):
        open_release(json.dumps(plain))


def test_a_table_of_other_rows_is_refused_in_words_and_the_others_are_read(text: str) -> None:
    plain = json.loads(text)
    plain["findings"]["analyst"]["flows"], plain["whole"] = [1], False
    opened = open_release(json.dumps(plain))
    with pytest.raises(ValueError, match="is damaged"):
        opened.table("flows")
    assert opened.table("levels")
    del plain["findings"]["analyst"]
    assert "flows" not in open_release(json.dumps(plain)).tables


def test_a_file_as_deep_as_a_well_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="too deep"):
        open_release('{"a":' + "[" * 200_000 + "]" * 200_000 + "}")


def test_the_tables_hold_every_number_of_the_file(text: str) -> None:
    opened, plain = open_release(text), json.loads(text)
    levels = {(row["group"], row["scale"], row["round"]): row for row in opened.table("levels")}
    changes = {(row["group"], row["scale"]): row for row in opened.table("change")}
    assert opened.checked
    assert [row["code"] for row in opened.groups] == [group["code"] for group in plain["findings"]["groups"]]
    for group in plain["findings"]["groups"]:
        for scale in group["scales"]:
            for round_, level in ((opened.round, scale["level"]), (opened.before, scale["before"])):
                row = levels[group["code"], scale["scale"], round_]
                assert (row["mean"], row["mean_low"], row["mean_n"]) == tuple(
                    level["mean"][part] for part in ("value", "low", "n")
                )
                assert (row["sd"], row["positive"]) == (level["sd"], level["positive"]["value"])
            change = changes[group["code"], scale["scale"]]
            assert change["verdict"] == scale["change"]["verdict"]
            assert change["hedges_g_high"] == scale["change"]["hedges_g"]["high"]
    chosen = [row for row in opened.table("answers") if (row["group"], row["item"]) == ("2309-a", "K1")]
    assert sum(row["count"] for row in chosen if row["answer"] != "9") == chosen[0]["n"]


@pytest.mark.parametrize("spaced", [False, True], ids=["as written", "laid out anew"])
def test_a_path_and_a_text_give_the_same(text: str, tmp_path: Path, *, spaced: bool) -> None:
    file = tmp_path / "resultat.json"
    file.write_text(json.dumps(json.loads(text), indent=2) if spaced else text)
    assert open_release(file) == open_release(str(file)) == open_release(text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda plain: plain["findings"]["groups"][0].update(n=999), "changed since"),
        (lambda plain: plain.update(digest="0" * 64), "changed since"),
        (lambda plain: plain.update(format="termometern-results/9"), "termometern-results/9"),
        (lambda plain: plain.pop("scales"), "lacks scales"),
        (lambda plain: plain.pop("format"), "no release"),
    ],
    ids=["another number", "another digest", "a later format", "a part away", "something else"],
)
def test_a_file_that_is_not_what_was_released_is_refused(text: str, change: Any, message: str) -> None:
    plain = json.loads(text)
    change(plain)
    with pytest.raises(ValueError, match=message):
        open_release(json.dumps(plain))


def test_what_is_no_file_and_no_json_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no JSON"):
        open_release('{"format": ')
    with pytest.raises(FileNotFoundError):
        open_release(tmp_path / "nothing.json")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(ValueError, match="no release"):
        open_release(tmp_path / "list.json")
    with pytest.raises(KeyError, match="use one of levels"):
        open_release(RELEASE).table("nivåer")


def test_a_file_of_some_groups_says_that_it_cannot_be_checked(text: str) -> None:
    plain = json.loads(text)
    plain["whole"] = False
    plain["findings"]["groups"] = plain["findings"]["groups"][:1]
    opened = open_release(json.dumps(plain))
    assert not opened.checked
    assert {row["group"] for row in opened.table("levels")} == {plain["findings"]["groups"][0]["code"]}


def test_opening_needs_nothing_but_the_standard_library() -> None:
    program = (
        "import sys; from reports import open_release; print(len(open_release(sys.argv[1]).table('change')));"
        "print({'numpy', 'flask', 'sqlalchemy', 'polars'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(RELEASE)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["20", "set()"]


def test_the_examples_in_the_documents_give_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER.parents[1])
    page = (FOLDER.parent / "analysis.md").read_text().split("```python")[1].split("```")[0]
    found = doctest.DocTestParser().get_doctest(page, {}, "analysis.md", None, 0)
    assert len(found.examples) >= 5
    runner = doctest.DocTestRunner()
    assert runner.run(found).failed == 0


def cells() -> list[dict[str, Any]]:
    notebook = json.loads((FOLDER / "main-table.ipynb").read_text())
    assert notebook["nbformat"] == 4
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_prints_what_it_has_kept_and_what_the_report_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER.parents[1])
    monkeypatch.setattr(sys, "path", [*sys.path])
    names: dict[str, Any] = {}
    for cell in cells():
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec("".join(cell["source"]), names)  # noqa: S102  # our own notebook
        kept = "".join(line for output in cell["outputs"] for line in output["text"])
        assert printed.getvalue() == kept
        assert str(FOLDER) not in kept
    for code in ("XA", "XB", "XC", "XD", "X"):
        assert names["main_table"](code) == list(as_the_report_has_it(code))


def as_the_report_has_it(code: str) -> Any:
    """Rows as `reports.pdf.summary` words them, from the file's own numbers."""
    opened = open_release(RELEASE)
    levels = {(row["group"], row["scale"]): row for row in opened.table("levels") if row["round"] == opened.round}
    for row in opened.table("change"):
        if row["group"] == code:
            parts = [row[f"difference{part}"] for part in ("", "_low", "_high", "_n")]
            reason = row["difference_reason"]
            difference = Estimate(*parts, Reason(reason) if reason else None)
            yield (
                row["title"],
                wording.level(levels[code, row["scale"]]["mean"], "sv", wording.POINTS),
                wording.change_estimate(difference, "sv", wording.POINTS),
                wording.verdict(Verdict(row["verdict"]), "sv"),
            )
