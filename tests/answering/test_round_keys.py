"""Round keys: two copies until the counts match, a tombstone for ever, and none of it for a web process."""

from __future__ import annotations

import inspect
import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nacl.bindings import crypto_scalarmult_base

from survey.answering.key_files import KeyFiles
from survey.answering.round_keys import NoRoundKeys, RoundKeyFolder, RoundKeys, fingerprint_of
from survey.cli.context import CommandContext
from survey.config import settings_from
from survey.errors import Refusal

ROUND = 7


@pytest.fixture
def keys(tmp_path: Path) -> RoundKeyFolder:
    return RoundKeyFolder(tmp_path / "keys" / "rounds", lambda: datetime(2026, 3, 2, tzinfo=UTC))


def code_of(question: object, *args: object) -> str:
    with pytest.raises(Refusal) as refused:
        question(*args)  # type: ignore[operator]
    return refused.value.code


def test_folder_and_files_are_closed_to_others(keys: RoundKeyFolder) -> None:
    assert not keys.has(ROUND)
    assert not keys.path.exists(), "to ask makes nothing"
    keys.make(ROUND), keys.signing_key(), keys.keep_share(3, "ett två tre")
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in keys.path.iterdir()} == dict.fromkeys(
        ("round-7.key", "round-7.copy", "round-7.token", "signing", "study-3.share"), 0o600
    )


def test_a_round_has_one_key_pair_however_many_ask_at_once(tmp_path: Path) -> None:
    folders = [RoundKeyFolder(tmp_path / "rounds") for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda keys: keys.make(ROUND), folders))
    keys = folders[0]
    assert made == {crypto_scalarmult_base(keys.private_key(ROUND))}
    assert keys.make(ROUND + 1) not in made
    assert keys.token_key(ROUND) not in {keys.private_key(ROUND), keys.token_key(ROUND + 1)}


@pytest.mark.parametrize("spoil", ["gone", "short", "another"])
@pytest.mark.parametrize("name", ["round-7.key", "round-7.copy"])
def test_either_copy_is_enough(keys: RoundKeyFolder, name: str, spoil: str) -> None:
    public_key = keys.make(ROUND)
    path = keys.path / name
    path.unlink() if spoil == "gone" else path.write_bytes(bytes(3 if spoil == "short" else 32))
    assert crypto_scalarmult_base(keys.private_key(ROUND, fits=public_key)) == public_key
    if spoil == "gone":
        assert keys.make(ROUND) == public_key
        assert path.exists(), "the second copy is made again"


def test_when_no_copy_fits_the_refusal_says_so(keys: RoundKeyFolder) -> None:
    keys.make(ROUND)
    assert code_of(lambda: keys.private_key(ROUND, fits=bytes(32))) == "key_wrong"
    keys.drop_copy(ROUND)
    (keys.path / "round-7.key").unlink()
    assert code_of(keys.private_key, ROUND) == "key_missing"


def test_a_destroyed_key_is_never_made_again(keys: RoundKeyFolder) -> None:
    public_key = keys.make(ROUND)
    assert keys.destroy(ROUND)
    assert not keys.destroy(ROUND)
    assert not keys.has(ROUND)
    assert keys.destroyed(ROUND)
    assert {path.name for path in keys.path.iterdir()} == {"round-7.destroyed"}
    tombstone = json.loads((keys.path / "round-7.destroyed").read_text())
    assert tombstone == {"fingerprint": fingerprint_of(public_key), "day": "2026-03-02"}
    for question in (keys.make, keys.private_key, keys.token_key):
        assert code_of(question, ROUND) == "key_destroyed"
    assert keys.make(ROUND + 1)


def test_a_key_put_back_beside_its_tombstone_opens_nothing_and_can_be_destroyed(keys: RoundKeyFolder) -> None:
    keys.make(ROUND)
    copy = (keys.path / "round-7.key").read_bytes()
    keys.destroy(ROUND)
    KeyFiles(keys.path).made("round-7.key", copy)
    assert code_of(keys.private_key, ROUND) == "key_destroyed"
    assert keys.has(ROUND)
    assert keys.destroy(ROUND)
    assert not keys.has(ROUND)


def test_a_lost_key_leaves_a_tombstone_too(keys: RoundKeyFolder) -> None:
    assert not keys.destroy(ROUND)
    assert code_of(keys.make, ROUND) == "key_destroyed"


def test_a_destroyed_key_is_overwritten_before_its_name_goes(keys: RoundKeyFolder) -> None:
    """Another name for the same file shows what is left on the disk."""
    keys.make(ROUND)
    key = keys.private_key(ROUND)
    other_name = keys.path.parent / "same-file"
    other_name.hardlink_to(keys.path / "round-7.key")
    keys.destroy(ROUND)
    assert len(other_name.read_bytes()) == len(key)
    assert other_name.read_bytes() != key


def test_a_share_is_kept_until_it_is_dropped(keys: RoundKeyFolder) -> None:
    assert keys.share(3) is None
    keys.keep_share(3, "åtta ord")
    assert keys.share(3) == "åtta ord"
    keys.drop_share(3)
    assert keys.share(3) is None


def test_keys_of_earlier_versions_are_moved_whole(keys: RoundKeyFolder) -> None:
    before = keys.path.parent
    old = KeyFiles(before)
    key = old.made("round-7.key")
    old.made("pepper")
    assert keys.take_over(before) == ["round-7.key"]
    assert keys.take_over(before) == []
    assert keys.private_key(ROUND) == key
    assert {path.name for path in before.iterdir()} == {"pepper", "rounds"}


def test_the_first_command_of_this_version_moves_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = KeyFiles(tmp_path / "keys").made("round-7.key")
    settings = settings_from({"TERMOMETERN_HOME": str(tmp_path)})
    services = CommandContext(settings).services
    services.engine.dispose()
    assert services.round_keys.private_key(ROUND) == key
    assert not (settings.keys / "round-7.key").exists()
    assert "moved round-7.key" in capsys.readouterr().err


def test_a_web_process_gets_no_answer_to_any_question() -> None:
    questions = [name for name in vars(RoundKeys) if not name.startswith("_")]
    assert len(questions) == 11
    for name in questions:
        question = getattr(NoRoundKeys(), name)
        wanted = [
            parameter
            for parameter in inspect.signature(question).parameters.values()
            if parameter.default is parameter.empty
        ]
        assert code_of(question, *[1 for _ in wanted]) == "keys_elsewhere"


@pytest.mark.parametrize("take", [RoundKeyFolder.drop_copy, RoundKeyFolder.destroy])
def test_what_a_killed_making_left_behind_goes_with_the_key(
    keys: RoundKeyFolder, take: Callable[[RoundKeyFolder, int], object]
) -> None:
    """Killed between writing aside and linking: a hidden file holds the private key, and nothing else knows of it."""
    keys.make(ROUND)
    left = keys.path / f".round-{ROUND}.copy.0123456789abcdef"
    left.write_bytes(keys.private_key(ROUND))
    other = keys.path / f".round-{ROUND}1.copy.0123456789abcdef"
    other.write_bytes(bytes(32))
    take(keys, ROUND)
    assert not left.exists()
    assert other.exists(), "another round's"
