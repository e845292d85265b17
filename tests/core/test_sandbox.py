"""What the engine process may not do, tried from inside of it."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
import pytest

from pexgui.core import FileRequest, PexError, landlock, sandbox
from pexgui.core.host import Engine
from tests.core.misbehaving import COMMAND, OPERATIONS, Ask, Told

linux = pytest.mark.skipif(sys.platform != "linux", reason="these limits exist on Linux")


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(COMMAND) as running:
        yield running


@pytest.fixture
def locked() -> None:
    try:
        landlock.version()
    except OSError as problem:
        pytest.skip(f"this kernel has no Landlock: {problem}")


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    folder.mkdir()
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file with a secret, in a folder that no request names."""
    path = tmp_path / "outside" / "secret"
    path.parent.mkdir()
    path.write_text("secret")
    return path


def _facts(engine: Engine) -> dict[str, str]:
    return {fact.name: fact.text for fact in engine.call(OPERATIONS["who"], Ask()).facts}


def _do(engine: Engine, name: str, path: Path, **more: Any) -> Told:
    answer: Told = engine.call(OPERATIONS[name], Ask(path=os.fsencode(path), **more))
    return answer


def _refused(problem: pytest.ExceptionInfo[PexError]) -> bool:
    return "PermissionError" in problem.value.details


# --- the environment -------------------------------------------------------------------------------------------


def test_the_process_has_our_environment_and_nothing_inherited(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bait = (
        "LD_LIBRARY_PATH",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "HDF5_PLUGIN_PATH",
        "BLOSC2_PLUGIN",
        "HOME",
        "XDG_RUNTIME_DIR",
    )
    for name in bait:
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("HDF5_USE_FILE_LOCKING", "TRUE")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    seen = {name[1:]: value for name, value in _facts(engine).items() if name.startswith("$")}
    assert seen == sandbox.environment()
    assert seen["HDF5_USE_FILE_LOCKING"] == "FALSE"
    assert seen["HDF5_PLUGIN_PRELOAD"] == "::"
    assert seen["PYTHONSAFEPATH"] == "1"
    assert seen["TZ"] == "Asia/Tokyo"
    assert not os.path.exists(seen["PATH"])
    assert not any(name.startswith("LD_") for name in seen)
    assert [name for name in seen if name.startswith("PYTHON")] == ["PYTHONSAFEPATH"]


def test_the_process_is_in_an_empty_folder_of_its_own(engine: Engine) -> None:
    answer = engine.call(OPERATIONS["who"], Ask())
    (folder,) = answer.paths
    assert os.listdir(folder) == []
    assert {fact.name: fact.text for fact in answer.facts}["mode"] == "0o700"


def test_prepare_gives_this_process_the_same_hdf5(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in sandbox.HDF5:
        monkeypatch.delenv(name, raising=False)
    sandbox.prepare()
    assert {name: os.environ[name] for name in sandbox.HDF5} == sandbox.HDF5


# --- limits ----------------------------------------------------------------------------------------------------


@linux
def test_memory_core_dumps_growing_files_and_new_rights_are_limited(engine: Engine) -> None:
    facts = _facts(engine)
    assert facts["memory"] == str(sandbox.MEMORY)
    assert facts["core"] == "0"
    assert facts["file"] == "0"
    assert facts["NoNewPrivs"] == "1"


@linux
def test_the_memory_limit_stops_an_allocation_of_four_gigabytes(engine: Engine) -> None:
    with pytest.raises(PexError) as caught:
        engine.call(OPERATIONS["devour"], FileRequest(b"/x.hdf5"))
    assert "MemoryError" in caught.value.details


@linux
def test_a_limit_that_is_already_tighter_stays(tmp_path: Path) -> None:
    program = (
        "import resource\n"
        "from pexgui.core import sandbox\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\n"
        "sandbox.limit(writing=True)\n"
        "print(resource.getrlimit(resource.RLIMIT_AS))\n"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=tmp_path).stdout
    assert shown.decode().strip() == str((2**30, 2**30))


# --- Landlock --------------------------------------------------------------------------------------------------


def test_what_holds_around_the_engine_can_be_asked(engine: Engine, locked: None) -> None:
    assert engine.confinement is None
    engine.call(OPERATIONS["echo"], Ask())
    assert engine.confinement is not None
    assert engine.confinement.landlock == landlock.version()
    assert engine.confinement.note == ""


@linux
def test_a_system_without_landlock_is_no_error_but_a_fact(tmp_path: Path, locked: None) -> None:
    """The kernel refuses more than sixteen layers: a real refusal, whatever the kernel."""
    program = (
        "from pexgui.core import sandbox\n"
        "for _ in range(17):\n"
        "    confinement = sandbox.confine([])\n"
        "print(confinement.landlock, confinement.note)\n"
    )
    run = [sys.executable, "-c", program]
    shown = subprocess.run(run, capture_output=True, check=True, cwd=tmp_path).stdout.decode()
    assert shown.startswith("0 Landlock is not available: ")


def test_only_the_folders_that_a_request_names_can_be_read(
    engine: Engine, locked: None, inside: Path, outside: Path
) -> None:
    (inside / "deeper").mkdir()
    (inside / "deeper" / "file").write_text("here")
    reads = (os.fsencode(inside),)
    assert _do(engine, "read_file", inside / "deeper" / "file", readable=reads).text == "here"
    assert _do(engine, "list_files", inside, readable=reads).paths == (b"deeper",)
    for forbidden in (outside, Path("/etc/passwd"), Path("/etc/hostname"), Path("/proc/1/cmdline")):
        with pytest.raises(PexError) as caught:
            _do(engine, "read_file", forbidden, readable=reads)
        assert _refused(caught), forbidden
    for forbidden in (outside.parent, Path.home(), Path("/")):
        with pytest.raises(PexError) as caught:
            _do(engine, "list_files", forbidden, readable=reads)
        assert _refused(caught), forbidden


def test_nothing_can_be_written_by_a_request_that_only_reads(engine: Engine, locked: None, inside: Path) -> None:
    old = inside / "old"
    old.write_text("old")
    for target in (old, inside / "new"):
        with pytest.raises(PexError) as caught:
            _do(engine, "write_file", target, readable=(os.fsencode(inside),))
        assert _refused(caught)
    assert sorted(os.listdir(inside)) == ["old"]
    assert old.read_text() == "old"


def test_writing_is_possible_only_where_the_request_says_and_only_for_that_request(
    engine: Engine, locked: None, inside: Path, outside: Path
) -> None:
    writes = (os.fsencode(inside),)
    assert _do(engine, "list_files", inside, readable=writes).paths == ()
    _do(engine, "write_file", inside / "new", writable=writes)
    assert (inside / "new").read_text() == "written"
    with pytest.raises(PexError) as caught:
        _do(engine, "write_file", outside, writable=writes)
    assert _refused(caught)
    with pytest.raises(PexError) as caught:
        _do(engine, "write_file", inside / "later", readable=writes)
    assert _refused(caught)
    assert outside.read_text() == "secret"
    assert os.listdir(inside) == ["new"]


def test_a_folder_that_is_to_be_made_can_be_made(engine: Engine, inside: Path) -> None:
    target = inside / "not yet" / "there"
    with pytest.raises(PexError) as caught:
        _do(engine, "write_file", target / "file", writable=(os.fsencode(target),))
    assert "FileNotFoundError" in caught.value.details  # and not: no permission
    target.mkdir(parents=True)
    _do(engine, "write_file", target / "file", writable=(os.fsencode(target),))
    assert (target / "file").read_text() == "written"


def test_nothing_can_be_executed_not_even_what_may_be_read(engine: Engine, locked: None, inside: Path) -> None:
    program = Path(shutil.copy("/bin/true", inside))
    subprocess.run([program], check=True)
    for one in (program, Path("/bin/true"), Path(sys.executable)):
        with pytest.raises(PexError) as caught:
            _do(engine, "execute", one, readable=(os.fsencode(inside),))
        assert _refused(caught), one


def test_the_network_and_the_processes_outside_cannot_be_reached(engine: Engine, locked: None) -> None:
    if landlock.version() < 6:
        pytest.skip("the Landlock of this kernel cannot deny TCP and signals")
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(PexError) as caught:
            engine.call(OPERATIONS["connect"], Ask(number=server.getsockname()[1]))
        assert _refused(caught)
    with pytest.raises(PexError) as caught:
        engine.call(OPERATIONS["signal_process"], Ask(number=os.getpid()))
    assert _refused(caught)


def test_python_can_still_import_what_it_has_not_imported_yet(engine: Engine, inside: Path) -> None:
    expected = "1 numpy.fft pexgui.core.layout Europe/Berlin"
    assert engine.call(OPERATIONS["import_later"], Ask(readable=(os.fsencode(inside),))).text == expected


def test_codecs_still_decode_although_hdf5_may_load_no_plugins(engine: Engine, inside: Path) -> None:
    numbers = np.arange(10_000)
    filters = {
        "blosc2": hdf5plugin.Blosc2(),
        "blosc": hdf5plugin.Blosc(),
        "bzip2": hdf5plugin.BZip2(),
        "zstd": hdf5plugin.Zstd(),
        "gzip": {"compression": "gzip"},
    }
    for name, options in filters.items():
        path = inside / f"{name}.h5"
        with h5py.File(path, "w") as file:
            file.create_dataset("data", data=numbers, chunks=(1000,), **options)
        assert engine.call(OPERATIONS["sum_data"], FileRequest(os.fsencode(path))).number == numbers.sum(), name


# --- folders come, go and are links ----------------------------------------------------------------------------


def _first_bytes(engine: Engine, path: Path) -> str:
    answer: Told = engine.call(OPERATIONS["first_bytes"], FileRequest(os.fsencode(path)))
    return answer.text


def test_a_new_folder_is_added_and_the_former_ones_stay(engine: Engine, locked: None, tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        files.append(tmp_path / name / "file")
        files[-1].write_text(name)
    assert [_first_bytes(engine, file) for file in files] == ["a", "b"]
    process = engine.pid
    assert [_first_bytes(engine, file) for file in files] == ["a", "b"]
    assert engine.pid == process


def test_folders_below_one_that_was_given_need_no_new_process(engine: Engine, inside: Path) -> None:
    engine.call(OPERATIONS["list_files"], Ask(path=os.fsencode(inside), readable=(os.fsencode(inside),)))
    process = engine.pid
    (inside / "below").mkdir()
    (inside / "below" / "file").write_text("below")
    assert _first_bytes(engine, inside / "below" / "file") == "below"
    assert engine.pid == process


def test_a_file_that_is_a_link_is_read_where_it_really_is(engine: Engine, inside: Path, outside: Path) -> None:
    link = inside / "link"
    link.symlink_to(outside)
    assert _first_bytes(engine, link) == "secret"


def test_a_file_in_a_folder_that_is_a_link_is_read(engine: Engine, inside: Path, outside: Path) -> None:
    (inside / "folder").symlink_to(outside.parent)
    assert _first_bytes(engine, inside / "folder" / "secret") == "secret"


def test_a_folder_that_was_deleted_and_made_again_is_read_again(engine: Engine, inside: Path) -> None:
    file = inside / "sweep"
    file.write_text("first")
    assert _first_bytes(engine, file) == "first"
    kept = inside.rename(inside.with_name("kept"))
    inside.mkdir()
    file.write_text("second")
    assert _first_bytes(engine, file) == "second"
    assert _first_bytes(engine, kept / "sweep") == "first"


def test_a_folder_that_appears_later_is_read_then(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "stick" / "sweep"
    with pytest.raises(PexError) as caught:
        _first_bytes(engine, file)
    assert "FileNotFoundError" in caught.value.details
    file.parent.mkdir()
    file.write_text("plugged in")
    assert _first_bytes(engine, file) == "plugged in"


def test_names_that_are_not_text_are_read_too(engine: Engine, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\xff folder"
    os.mkdir(folder)
    with open(folder + b"/\xfe", "w") as file:
        file.write("odd")
    assert engine.call(OPERATIONS["first_bytes"], FileRequest(folder + b"/\xfe")).text == "odd"
