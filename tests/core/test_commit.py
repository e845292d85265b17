"""The digest by which the content of a file is told from any other."""

import random
from pathlib import Path

import pytest

from pexgui.core import Cancelled, commit
from tests.core.raw_files import raw


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of several pieces, of which the last is not full."""
    monkeypatch.setattr(commit, "_PIECE", 64)
    monkeypatch.setattr(commit, "_DIGESTED", 256)
    path = tmp_path / "file"
    path.write_bytes(random.Random(1).randbytes(5 * 256 + 100))
    return path


def digest(path: Path) -> str:
    return commit.digest_of_file(raw(path))


def test_the_digest_is_the_same_for_the_same_content(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(file.read_bytes())
    assert digest(file) == digest(other) == digest(file)


def test_any_changed_byte_any_length_and_any_order_give_another_digest(file: Path) -> None:
    content = file.read_bytes()
    changed = [content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] for place in range(len(content))]
    lengths = [content[:count] for count in (0, 1, 255, 256, 257, 512, len(content) - 1)]
    orders = [content[256:512] + content[:256] + content[512:], content + b"\0", content + content[-100:]]
    found = []
    for each in [content, *changed, *lengths, *orders]:
        file.write_bytes(each)
        found.append(digest(file))
    assert len(set(found)) == len(found)


def test_it_is_told_how_far_it_is_and_it_can_be_stopped(file: Path) -> None:
    told: list[tuple[int, int]] = []
    commit.digest_of_file(raw(file), lambda what, done, total: told.append((done, total)))
    total = file.stat().st_size
    assert told == [(min(256 * count, total), total) for count in range(1, 7)]

    def stop(what: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        commit.digest_of_file(raw(file), stop)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        digest(tmp_path / "nothing")
