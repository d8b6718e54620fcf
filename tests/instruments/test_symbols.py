"""Pictures by name: an organisation's own first, and never anything else than a picture of the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from instruments.symbols import MAX_BYTES, SHIPPED, find_symbol, symbol_names

SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "symbols"
    folder.mkdir()
    (folder / "our-house.svg").write_text(SVG, encoding="utf-8")
    (tmp_path / "secret.svg").write_text("not a symbol", encoding="utf-8")
    return folder


def test_own_symbols_are_found_besides_the_shipped_ones(own: Path) -> None:
    assert find_symbol("our-house.svg", (own,)) == own / "our-house.svg"
    assert find_symbol("our-house.svg") is None
    assert "our-house.svg" in symbol_names((own,))
    assert symbol_names((own,)) - symbol_names() == {"our-house.svg"}


def test_an_own_symbol_goes_before_a_shipped_one(own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "our-house.svg").write_text(SVG, encoding="utf-8")
    (shipped / "yes.svg").write_text(SVG, encoding="utf-8")
    monkeypatch.setattr("instruments.symbols.SHIPPED", shipped)
    assert find_symbol("our-house.svg", (own,)) == own / "our-house.svg"
    assert find_symbol("yes.svg", (own,)) == shipped / "yes.svg"
    assert symbol_names((own,)) == {"our-house.svg", "yes.svg"}


@pytest.mark.parametrize(
    "name",
    ["../secret.svg", "/etc/passwd", "..svg", ".svg", "our-house.SVG", "our-house.svg\n", "a/b.svg", "", "x.png"],
)
def test_a_name_leads_nowhere_else(own: Path, name: str) -> None:
    assert find_symbol(name, (own,)) is None


def test_what_is_no_small_file_is_no_symbol(own: Path) -> None:
    (own / "folder.svg").mkdir()
    (own / "huge.svg").write_bytes(b" " * (MAX_BYTES + 1))
    (own / "gone.svg").symlink_to(own / "nowhere.svg")
    assert not {"folder.svg", "huge.svg", "gone.svg"} & symbol_names((own,))
    assert find_symbol("huge.svg", (own,)) is None
    assert find_symbol("folder.svg", (own,)) is None


def test_a_link_leads_nowhere_else(own: Path) -> None:
    """The folder's pictures are given to anybody who asks."""
    (own / "out.svg").symlink_to(own.parent / "secret.svg")
    (own / "loop.svg").symlink_to(own / "loop.svg")
    (own / "same.svg").symlink_to(own / "our-house.svg")
    assert find_symbol("out.svg", (own,)) is None
    assert find_symbol("loop.svg", (own,)) is None
    assert find_symbol("same.svg", (own,)) == own / "same.svg"
    assert not {"out.svg", "loop.svg"} & symbol_names((own,))
    # The folder itself may be a link.
    linked = own.parent / "linked"
    linked.symlink_to(own)
    assert find_symbol("our-house.svg", (linked,)) == linked / "our-house.svg"


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert symbol_names((tmp_path / "none",)) == symbol_names()
    assert find_symbol("our-house.svg", (tmp_path / "none",)) is None


def test_every_shipped_symbol_can_be_found() -> None:
    assert symbol_names() == {path.name for path in SHIPPED.glob("*.svg")}
