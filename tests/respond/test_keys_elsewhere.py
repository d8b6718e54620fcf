"""No web process holds a round key: the pages work where the folder is not, and no code of theirs can come near it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from respond_site import Site, fill_in

from survey.errors import Refusal

SURVEY = Path(__file__).parents[2] / "survey"
WEB = (*(SURVEY / "web").rglob("*.py"), SURVEY / "app.py", SURVEY / "cli" / "web_process.py")
MAILING_PROCESS = (
    "survey.answering.destroying",
    "survey.answering.mixing",
    "survey.answering.round_keys",
    "survey.jobs.rounds",
    "survey.jobs.studies",
    "survey.jobs.worker",
    "survey.jobs.workflows",
    "survey.keeping.backup",
    "survey.keeping.chores",
)
_watched: list[Path] = []
_opened: list[str] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _watched and event in ("open", "os.scandir", "os.listdir", "os.mkdir", "os.link", "os.remove"):
        _opened.extend(str(one) for one in arguments[:2] if str(one).startswith(str(_watched[0])))


@pytest.fixture
def touched(site: Site) -> Iterator[list[str]]:
    """Whatever this process opens, lists or makes in the folder of round keys."""
    if not hasattr(sys, "_termometern_hears"):
        # An audit hook stays for the life of the process.
        sys.addaudithook(_hear)
        sys._termometern_hears = True  # type: ignore[attr-defined]
    _opened.clear()
    _watched[:] = [site.keys.path / "rounds"]
    yield _opened
    _watched.clear()


def test_a_whole_flow_and_the_offices_pages_touch_no_round_key(site: Site, touched: list[str]) -> None:
    client = site.client()
    for code in (site.open, site.card):
        review = fill_in(client, code)
        assert client.post(review, data={"go": "send"}).status_code == 303
    assert client.get("/logga-in").status_code == 200
    assert site.count("urn") == 2
    assert touched == []


def test_the_pages_work_where_the_folder_is_not(site: Site) -> None:
    folder = site.keys.path / "rounds"
    elsewhere = folder.rename(folder.parent.parent / "with-the-worker")
    client = site.client()
    assert client.post(fill_in(client, site.open), data={"go": "send"}).status_code == 303
    assert site.count("urn") == 1
    assert not folder.exists(), "nobody has made it anew"
    elsewhere.rename(folder)
    assert len(site.sealed()) == 1


def test_the_applications_own_services_refuse_every_question(site: Site) -> None:
    with pytest.raises(Refusal) as refused:
        site.app.extensions["termometern"].round_keys.private_key(site.round_id)
    assert refused.value.code == "keys_elsewhere"


@pytest.mark.parametrize("path", WEB, ids=lambda path: str(path.relative_to(SURVEY)))
def test_no_code_of_the_web_knows_a_way_to_round_keys(path: Path) -> None:
    """Read from the source: neither the folder's setting, nor services that hold it, nor what works with it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert node.attr != "round_keys"
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for name in (module, *names, *(f"{module}.{name}" for name in names)):
            assert name not in ("services_from", "RoundKeyFolder", "KeyFiles")
            assert not name.startswith(MAILING_PROCESS), f"{name} belongs to the mailing process"
