"""Groups are listed completely or not silently, links shown and not followed, walks have an end."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from h5py import h5g

from pexgui.core import NotReadable, files
from pexgui.core.files import LinkKind, VisitKind
from tests.core.raw_files import made, raw


def linked(file: h5py.File) -> None:
    group = file.create_group("g")
    group["x"] = np.arange(3)
    group["self"] = group
    file["hard"] = group["x"]
    file["soft"] = h5py.SoftLink("/g/x")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["external"] = h5py.ExternalLink("other.hdf5", "/secret")
    file["type"] = np.dtype("f8")


def test_names_come_in_order_and_complete(tmp_path: Path) -> None:
    path = made(tmp_path / "a.hdf5", lambda file: [file.create_group(name) for name in ("b", "ä", "a", "B")])
    with files.reading(path) as file:
        assert files.names(file.root) == [b"B", b"a", b"b", "ä".encode()]


def test_links_are_told_apart_and_only_hard_ones_are_followed(tmp_path: Path) -> None:
    path = made(tmp_path / "a.hdf5", linked)
    with files.reading(path) as file:
        found = {name: files.link(file.root, name) for name in files.names(file.root)}
        assert found[b"soft"] == files.Link(LinkKind.SOFT, b"/g/x")
        assert found[b"external"].kind is LinkKind.EXTERNAL
        assert b"other.hdf5" in found[b"external"].target
        assert found[b"hard"].address == files.address(files.open_path(file, b"/g/x"))
        for name in (b"soft", b"dangling", b"external"):
            with pytest.raises(NotReadable, match="is a link, which is shown but not followed"):
                files.open_child(file.root, name)
        with pytest.raises(NotReadable, match="cannot be found"):
            files.open_path(file, b"/g/nothing")
        with pytest.raises(NotReadable, match="is no group"):
            files.open_path(file, b"/g/x/y")
        assert files.path_of(files.open_path(file, b"//g//x/")) == b"/g/x"


def test_a_walk_visits_each_object_once_and_reports_every_link(tmp_path: Path) -> None:
    path = made(tmp_path / "a.hdf5", linked)
    with files.reading(path) as file:
        found = {visit.path: visit for visit in files.walk(file.root)}
    assert {path: visit.kind for path, visit in found.items()} == {
        b"dangling": VisitKind.SOFT,
        b"external": VisitKind.EXTERNAL,
        b"g": VisitKind.GROUP,
        b"g/self": VisitKind.AGAIN,
        b"g/x": VisitKind.DATASET,
        b"hard": VisitKind.AGAIN,
        b"soft": VisitKind.SOFT,
        b"type": VisitKind.TYPE,
    }
    assert found[b"g/self"].target == b"g"
    assert found[b"hard"].target == b"g/x"
    assert found[b"soft"].target == b"/g/x"
    assert found[b"g/x"].depth == 2


def test_a_walk_has_an_end_in_depth_and_in_number(tmp_path: Path) -> None:
    def deep(file: h5py.File) -> None:
        group = file["/"]
        for _ in range(230):
            group = group.create_group("g")

    with files.reading(made(tmp_path / "deep.hdf5", deep)) as file:
        visits = list(files.walk(file.root))
        assert visits[-1].kind is VisitKind.UNREADABLE
        assert visits[-1].depth == 200
        assert "deeper than 200" in visits[-1].reason
        with pytest.raises(NotReadable, match="more than 100 objects"):
            list(files.walk(file.root, max_nodes=100))
        assert [visit.path for visit in files.walk(file.root, lambda visit: visit.depth < 2)] == [b"g", b"g/g"]


@pytest.mark.parametrize("name", [b"a/b_", b"../x", b".\0\0\0", b"\0\0\0\0"])
def test_a_child_with_an_impossible_name_hides_no_other(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / "names.hdf5"
    made(path, lambda file: [file.create_group(each) for each in ("QZQZ", "ok", "zz")])
    content = path.read_bytes()
    assert content.count(b"QZQZ") == 1
    path.write_bytes(content.replace(b"QZQZ", name))
    with files.reading(raw(path)) as file:
        visits = list(files.walk(file.root))
        kinds = {visit.path: visit.kind for visit in visits}
        assert VisitKind.UNREADABLE in kinds.values()
        listed = kinds.get(b"ok") is kinds.get(b"zz") is VisitKind.GROUP
        assert listed or "could not be listed completely" in visits[0].reason


def test_names_that_are_no_text_stay_what_they_are(tmp_path: Path) -> None:
    path = made(tmp_path / "bytes.hdf5", lambda file: h5g.create(file.id, b"\xff\xfe"))
    with files.reading(path) as file:
        assert files.names(file.root) == [b"\xff\xfe"]
        assert files.is_group(files.open_path(file, b"/\xff\xfe"))
