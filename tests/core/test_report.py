"""Reports: a page that stands for itself and harms nobody, and CSV that a spreadsheet does not calculate."""

import csv
import io
import os
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from msgspec.structs import replace

from pexgui.core import (
    Against,
    Aspect,
    Cancelled,
    CompareRequest,
    Comparison,
    Difference,
    DifferenceRequest,
    Fact,
    Magnitude,
    NamedTolerance,
    Pair,
    Part,
    PexError,
    ReportRequest,
    Side,
    SideInfo,
    State,
    Subject,
    TablePair,
    Tolerance,
    Wanted,
    compare_view,
    files,
    report_html,
    report_plots,
    report_views,
    save_report,
    writer,
)
from pexgui.core.progress import silent
from pexgui.core.writer import Head, ObjectTable
from tests import values
from tests.builders import CREATED

HOSTILE = "<img src=x onerror=alert(1)>\"'</style></title><script>alert(2)</script>\x00\x1b[2J\u202eevil"
VOID = {"meta", "img", "path", "rect", "line", "br"}


# --- what is reported ---------------------------------------------------------------------------------------------


def sides(folder: Path, name: str = "sweep") -> tuple[Path, Path]:
    """Two files with one difference of every kind."""
    made = folder / f"{name}_a.hdf5", folder / f"{name}_b.hdf5"
    for number, path in enumerate(made):
        with writer.create(os.fsencode(path)) as file:
            trajectory = file.trajectory(Head("T", CREATED), 2)
            trajectory.parameter("g_exc", 0.0, [0.4, 0.45])
            trajectory.parameter("model", ["exact", "euler <b>&amp; more"][number])
            for key, value in things(number).items():
                trajectory.result(key, {key: value}, run=0)
    return made


def things(side: int) -> dict[str, Any]:
    wave = np.sin(np.arange(900) / 20)
    moved = np.where(np.arange(900) > 300, np.sin((np.arange(900) + 4) / 20), wave)
    cube = np.add.outer(np.arange(60.0), np.arange(90.0))
    other = cube.copy()
    other[20:30, 40:70] += 30
    rates = [12.481, 11.907, 14.22, 31.044, 29.518], [12.481, 11.9072, 13.865, 31.044, 29.771]
    names = ["exc_1", "exc_2", "exc_3", "inh_1", "inh_2"]
    text = (
        "Euler step 0.1 ms.\nMembrane noise off. Seeds 42.",
        "Euler step 0.05 ms.\nMembrane noise on, 2 mV. Seeds 47.",
    )
    return {
        "notes": text[side],
        "rates": pandas.DataFrame({"rate": rates[side]}, index=names),
        "v_trace": moved if side else wave,
        "image": other if side else cube,
        "count": [31, 28][side],
        "seeds": [[1, 2, 3], [1, 5, 3]][side],
        "table": ObjectTable({"t": [1.5, 2.5 + side], "who": ["x", HOSTILE if side else "y"]}),
        "short": np.array([1.0, 2.0, 3.0 + side]),
        "shape": np.zeros(3 + side),
    }


RUN = "/T/results/runs/run_00000000"


def difference(subject: int, key: str, kind: str, **more: Any) -> Difference:
    path = f"{RUN}/{key}".encode()
    given = {"state": State.CHANGED, "aspect": Aspect.VALUE, "item": key, "a": f"a of {key}", "b": f"b of {key}"} | more
    given = {"pair": 0, "verdict": f"verdict of {key}", "path_a": path, "path_b": path} | given
    return Difference(subject=subject, kind=kind, **given)


def comparison(two: Sequence[Path], differences: Sequence[Difference] = (), wanted: Wanted | None = None) -> Comparison:
    infos = []
    for path in two:
        raw = os.fsencode(path)
        infos.append(SideInfo(Side(raw, b"/T"), "T", "", 2, CREATED, files.stamp(raw)))
    keys = list(things(0))
    subjects = [Subject(Part.RESULTS, f"results.runs.$.{key}", b"\2\1", True) for key in keys]
    subjects.append(Subject(Part.PARAMETERS, "parameters.model", b"\2"))
    if not differences:
        differences = [difference(number, key, "value") for number, key in enumerate(keys)]
        place = b"/T/parameters/model"
        differences.append(
            difference(len(keys), "value", "text", pair=-1, path_a=place, path_b=place, verdict="another text")
        )
    pairs = (
        Pair((Fact("g_exc", "0.4"),), "g_exc 0.4", "run_00000000", "run_00000000", 0, 0),
        Pair((Fact("g_exc", "0.95"),), "g_exc 0.95", "run_00000001", "", 1, -1),
    )
    request = CompareRequest(tuple(info.side for info in infos), 0, wanted or Wanted())
    return Comparison(request, tuple(infos), (Against(1, pairs, tuple(subjects), tuple(differences)),))


def saved(found: Comparison, target: Path, **more: Any) -> str:
    report = save_report(ReportRequest(found, os.fsencode(target), **more))
    assert (report.target, report.size) == (os.fsencode(target), target.stat().st_size)
    return target.read_bytes().decode("utf-8-sig" if target.suffix == ".csv" else "utf-8")


class Page(HTMLParser):
    """Every tag with its attributes, the text outside of the style, and whether tags are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def check_page(page: str) -> Page:
    """A page that runs nothing and asks for nothing from elsewhere."""
    found = Page(page)
    assert {"script", "iframe", "object", "embed", "link", "base", "form"} & {tag for tag, _ in found.tags} == set()
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcset", "srcdoc")]
        assert (attributes.get("src") or "data:image/png;base64,").startswith("data:image/png;base64,")
        link = attributes.get("href")
        assert link is None or (link.startswith("#") and link[1:] in ids)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style
    policy = next(each["content"] or "" for each in found.named("meta") if each.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    return found


# --- the page -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return sides(tmp_path_factory.mktemp("sides"))


def test_a_page_tells_what_was_compared_and_how(two: tuple[Path, Path], tmp_path: Path) -> None:
    named = (NamedTolerance("rate", Tolerance(absolute=0.5)),)
    wanted = Wanted(
        parts=tuple(part for part in Part if part is not Part.CONFIG),
        ignore=("secret.*",),
        tolerance=Tolerance(relative=1e-9, absolute=1e-12, ulp=4),
        tolerances=named,
    )
    page = check_page(saved(comparison(two, wanted=wanted), tmp_path / "report.html"))
    for said in (
        "sweep_a.hdf5 :: T",
        "sweep_b.hdf5 :: T",
        "2 runs · ",
        "created 14 Nov 2023",
        "Runs paired by parameter point. Numbers equal within 1e-9 relative or 1e-12 absolute or 4 ULP; NaN equals",
        "Other tolerances: rate: within 0.5 absolute.",
        "Not compared: config. Ignored: secret.*.",
        "10 differences",
        "9 equal (folded)",
        "1 pair of runs",
        "1 run only in A",
        "0 runs only in B",
        "Run 0 in A, run 0 in B · 9 differences",
        "Report written ",
    ):
        assert said in page.text, said


def test_a_page_lists_what_is_in_it(two: tuple[Path, Path], tmp_path: Path) -> None:
    page = check_page(saved(comparison(two), tmp_path / "report.htm"))
    links = [attributes["href"] for attributes in page.named("a")]
    assert links == ["#parameters", "#results", "#d0", "#only-a"]
    assert "Runs only in A 1" in page.text


def test_the_contents_name_only_the_first_pairs(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_html, "LINKS", 1)
    found = [difference(0, "notes", "text", pair=pair) for pair in (0, 1, 1)]
    page = check_page(saved(comparison(two, found), tmp_path / "report.html"))
    assert [attributes["href"] for attributes in page.named("a")] == ["#results", "#d0", "#only-a"]
    assert "… and 1 more" in page.text


def test_every_difference_is_shown_in_its_natural_form(two: tuple[Path, Path], tmp_path: Path) -> None:
    raw = saved(comparison(two), tmp_path / "report.html")
    page = check_page(raw)
    assert "<del>off</del>" in raw
    assert "<ins>on, 2 mV</ins>" in raw
    assert "−0.355" in page.text
    assert "−2.4965 %" in page.text
    assert raw.count('class="line-a"') == 2  # the plot and its legend
    assert "first difference at 301" in page.text
    images = [attributes["src"] for attributes in page.named("img")]
    assert len(images) == 3
    assert "−9.6774 %" in page.text  # 31 and 28
    assert "[1]" in page.text
    assert len(page.named("article")) == 10
    assert page.text.count("≠") == 10


def test_states_are_told_by_signs_and_words(two: tuple[Path, Path], tmp_path: Path) -> None:
    found = [
        difference(0, "notes", "text", state=State.ONLY_A, path_b=b"", verdict=""),
        difference(1, "rates", "table", state=State.ONLY_B, path_a=b"", verdict=""),
        difference(2, "gone", "array", state=State.UNREADABLE, verdict=""),
    ]
    page = check_page(saved(comparison(two, found), tmp_path / "report.html"))
    for sign, word in (("−", "only in A"), ("+", "only in B"), ("!", "cannot be read")):
        assert f"{sign} " in page.text
        assert word in page.text
    assert "There is no item “gone” any more." in page.text or "holds no object" in page.text or "gone" in page.text


def test_what_comes_from_files_is_only_text(two: tuple[Path, Path], tmp_path: Path) -> None:
    base = comparison(two)
    against = base.against[0]
    bad = replace(
        base,
        sides=tuple(replace(side, name=HOSTILE, what=HOSTILE, warnings=(HOSTILE,)) for side in base.sides),
        changed=(HOSTILE,),
        against=(
            replace(
                against,
                note=HOSTILE,
                pairs=tuple(replace(pair, title=HOSTILE, point=(Fact(HOSTILE, HOSTILE),)) for pair in against.pairs),
                subjects=tuple(replace(subject, name=HOSTILE) for subject in against.subjects),
                differences=tuple(
                    replace(each, item=HOSTILE, kind=HOSTILE, a=HOSTILE, b=HOSTILE, verdict=HOSTILE)
                    for each in against.differences
                ),
            ),
        ),
    )
    raw = saved(bad, tmp_path / "report.html")
    page = check_page(raw)
    assert [tag for tag, _ in page.tags].count("img") == 0  # no item has this name, and no picture came in
    assert not set(raw) & {chr(code) for code in (*range(9), 11, 12, *range(14, 32), 127, 0x202E)}
    assert "\\x00\\x1b[2J\\u202eevil" in page.text
    assert raw.count("</style>") == 1


def test_hostile_cells_and_file_names_are_only_text(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    pair = sides(folder, "<b onclick=alert(1)>")
    raw = saved(comparison(pair), tmp_path / "report.html")
    page = check_page(raw)
    assert "<b onclick" not in raw
    assert "onerror=alert(1)>" in page.text
    assert "euler <b>&amp; more" in page.text


def test_a_file_name_that_is_no_text_is_told_and_written(two: tuple[Path, Path], tmp_path: Path) -> None:
    strange = os.fsencode(tmp_path) + b"/\xff\xfe.hdf5"
    Path(os.fsdecode(strange)).write_bytes(two[0].read_bytes())
    found = comparison((Path(os.fsdecode(strange)), two[1]))
    target = os.fsencode(tmp_path) + b"/\xff.html"
    report = save_report(ReportRequest(found, target))
    with open(report.target, "rb") as file:
        assert "\\xff\\xfe.hdf5" in check_page(file.read().decode()).text


def test_only_what_is_shown_is_reported(two: tuple[Path, Path], tmp_path: Path) -> None:
    page = check_page(saved(comparison(two), tmp_path / "report.html", shown=(0, 4)))
    assert [attributes["id"] for attributes in page.named("article")] == ["d0", "d4"]
    assert "Of 10 differences 2 are in this report." in page.text


def test_beyond_so_many_differences_there_are_lines(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_html, "DETAILS", 3)
    page = check_page(saved(comparison(two), tmp_path / "report.html"))
    assert len(page.named("article")) == 3
    assert len(page.named("table")) >= 1
    assert "a of seeds" in page.text
    assert len([each for each in page.named("tr") if each.get("id")]) == 7
    monkeypatch.setattr(report_html, "LINES", 2)
    page = check_page(saved(comparison(two), tmp_path / "report.html"))
    assert len([each for each in page.named("tr") if each.get("id")]) == 2
    assert "5 more differences not listed here." in page.text
    monkeypatch.setattr(report_html, "DETAILS", 500)
    monkeypatch.setattr(report_html, "SIZE", 1)
    page = check_page(saved(comparison(two), tmp_path / "report.html"))
    assert len(page.named("article")) == 1


def test_a_side_that_can_no_longer_be_read_says_so_in_its_place(tmp_path: Path) -> None:
    pair = sides(tmp_path)
    found = comparison(pair)
    pair[1].unlink()
    page = check_page(saved(found, tmp_path / "report.html"))
    assert page.text.count("“sweep_b.hdf5” is not there any more.") == 10
    assert "a of notes → b of notes" in page.text


def test_damage_that_nobody_thought_of_does_not_end_the_report(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(request: DifferenceRequest, progress: Any) -> Any:
        raise ValueError("<strange>")

    monkeypatch.setattr(report_html, "read_difference", fails)
    page = check_page(saved(comparison(two), tmp_path / "report.html"))
    assert page.text.count("This can no longer be read (<strange>).") == 10


def test_a_pair_is_asked_for_by_its_runs_and_the_tolerance_of_its_name(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[DifferenceRequest] = []

    def noted(request: DifferenceRequest, progress: Any) -> Any:
        asked.append(request)
        return compare_view.read_difference(request, progress)

    monkeypatch.setattr(report_html, "read_difference", noted)
    named = (NamedTolerance("runs.*.rates", Tolerance(absolute=0.5)), NamedTolerance("results", Tolerance(ulp=3)))
    saved(comparison(two, wanted=Wanted(tolerances=named)), tmp_path / "report.html")
    found = {request.difference.item: request for request in asked}
    assert (found["rates"].tolerance, found["notes"].tolerance) == (Tolerance(absolute=0.5), Tolerance(ulp=3))
    assert (found["value"].tolerance, found["value"].a.run) == (Tolerance(), b"")
    assert (found["rates"].a.run, found["rates"].b.run) == (b"run_00000000", b"run_00000000")


def test_nothing_found_is_said(two: tuple[Path, Path], tmp_path: Path) -> None:
    base = comparison(two)
    empty = replace(base, against=(Against(1, (), (), ()),))
    page = check_page(saved(empty, tmp_path / "report.html"))
    assert "No difference was found." in page.text


def test_a_wide_spread_of_numbers_is_drawn(tmp_path: Path) -> None:
    for a, b in (
        (np.zeros(1), np.ones(1)),
        (np.full(2000, np.nan), np.zeros(2000)),
        (np.array([-1e308, 1e308]), np.array([1e308, -1e308])),
        (np.array([np.inf, 1, 2]), np.array([1, -np.inf, 5e-324])),
        (np.zeros(5), np.full(5, 5e-324)),
    ):
        drawn = report_plots.line_plot(a, b, 0, 1, 0)
        Page(drawn)
        assert "nan" not in drawn
        assert "inf" not in drawn


# --- CSV ----------------------------------------------------------------------------------------------------------


def rows(raw: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw, newline="")))


def test_csv_has_a_line_per_difference(two: tuple[Path, Path], tmp_path: Path) -> None:
    sized = difference(
        1, "rates", "table", magnitude=Magnitude(3, 5, (1,), 0.355, float("inf"), None), verdict="3 of 5 cells differ"
    )
    found = rows(saved(comparison(two, [sized]), tmp_path / "report.csv"))
    assert found[0] == {
        "part": "results",
        "name": "results.runs.$.rates",
        "point g_exc": "0.4",
        "run in A": "run_00000000",
        "run in B": "run_00000000",
        "state": "changed",
        "aspect": "value",
        "item": "rates",
        "kind": "table",
        "a": "a of rates",
        "b": "b of rates",
        "verdict": "3 of 5 cells differ",
        "max absolute": "0.355",
        "max relative": "inf",
        "ulp": "",
        "differing": "3",
        "compared": "5",
    }
    assert [(row["part"], row["state"], row["point g_exc"]) for row in found[1:]] == [("runs", "only in A", "0.95")]
    assert (tmp_path / "report.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_csv_reads_no_file(two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "reading", None)
    assert len(rows(saved(comparison(two), tmp_path / "report.csv"))) == 11
    assert len(rows(saved(comparison(two), tmp_path / "other", shown=(3,)).removeprefix("\ufeff"))) == 1


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "\\x0d=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("-1.5e-3", "-1.5e-3"),
        ("+7", "+7"),
        ("−7", "−7"),
        ('a "quoted", text\nof two lines', 'a "quoted", text\nof two lines'),
        ("\x00\x1b", "\\x00\\x1b"),
        ("ä☃", "ä☃"),
    ],
)
def test_a_cell_is_never_a_formula(two: tuple[Path, Path], tmp_path: Path, cell: str, written: str) -> None:
    found = comparison(two, [difference(0, cell, cell, a=cell, b=cell, verdict=cell)])
    (row, _) = rows(saved(found, tmp_path / "report.csv"))
    assert {row[name] for name in ("item", "kind", "a", "b", "verdict")} == {written}


def test_the_point_of_many_parameters_is_one_column(two: tuple[Path, Path], tmp_path: Path) -> None:
    base = comparison(two)
    point = tuple(Fact(f"p{number}", "1") for number in range(30))
    pairs = tuple(replace(pair, point=point) for pair in base.against[0].pairs)
    found = replace(base, against=(replace(base.against[0], pairs=pairs),))
    assert {row["point"] for row in rows(saved(found, tmp_path / "report.csv"))} == {"g_exc 0.4", "", "g_exc 0.95"}


# --- writing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["report.html", "report.csv"])
def test_leaving_it_leaves_nothing_behind(two: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    for before in (None, b"kept"):
        if before is not None:
            target.write_bytes(before)
        for stop in (0, 1, 2):
            calls = iter(range(100))

            def progress(what: str, done: int, total: int, calls: Any = calls, stop: int = stop) -> None:
                if next(calls) == stop:
                    raise Cancelled

            if name.endswith("csv") and stop > 1:
                continue
            with pytest.raises(Cancelled):
                save_report(ReportRequest(comparison(two), os.fsencode(target)), progress)
        assert [path.name for path in tmp_path.iterdir()] == ([] if before is None else [name])
        assert before is None or target.read_bytes() == before


def test_inside_of_a_long_difference_one_can_leave_too(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def long(request: DifferenceRequest, progress: Any) -> Any:
        progress("Looking for the differences", 1, 2)
        raise AssertionError("went on")

    def progress(what: str, done: int, total: int) -> None:
        if done == 1:
            heard.append(what)
            if len(heard) == 2:
                raise Cancelled

    heard: list[str] = []
    monkeypatch.setattr(report_html, "read_difference", long)
    with pytest.raises((Cancelled, AssertionError)):
        save_report(ReportRequest(comparison(two), os.fsencode(tmp_path / "report.html")), progress)
    assert list(tmp_path.iterdir()) == []


def test_a_compared_file_is_never_replaced(tmp_path: Path) -> None:
    pair = sides(tmp_path)
    found = comparison(pair)
    linked, hard = tmp_path / "link.html", tmp_path / "hard.html"
    linked.symlink_to(pair[0])
    hard.hardlink_to(pair[1])
    before = [path.read_bytes() for path in pair]
    for target in (*pair, linked, hard, tmp_path / "." / "sweep_a.hdf5"):
        with pytest.raises(PexError, match="is one of the compared files"):
            save_report(ReportRequest(found, os.fsencode(target)))
    assert [path.read_bytes() for path in pair] == before


def test_a_target_that_cannot_be_is_a_sentence(two: tuple[Path, Path], tmp_path: Path) -> None:
    found = comparison(two)
    for target in (os.fsencode(tmp_path), os.fsencode(tmp_path) + b"/", b"/x\0y.html", b""):
        with pytest.raises(PexError):
            save_report(ReportRequest(found, target))
    with pytest.raises(PexError, match="was not written"):
        save_report(ReportRequest(found, os.fsencode(tmp_path / "nowhere" / "report.html")))
    with pytest.raises(PexError, match="no such comparison"):
        save_report(ReportRequest(found, os.fsencode(tmp_path / "report.html"), of=3))


def test_comparing_files_changes_none_of_them(tmp_path: Path) -> None:
    pair = sides(tmp_path)
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in pair]
    save_report(ReportRequest(comparison(pair), os.fsencode(tmp_path / "report.html")), silent)
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in pair] == before


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return values.every_value(tmp_path_factory.mktemp("every") / "values.hdf5")


def test_every_kind_of_value_beside_every_other_is_told(every: Path) -> None:
    places = [f"/values/results/v/{key}".encode() for key in values.VALUES]
    side = Side(os.fsencode(every), b"/values")
    for shift in (0, 1, 7):
        for a, b in zip(places, places[shift:] + places[:shift], strict=True):
            found = difference(0, "v", "value", pair=-1, path_a=a, path_b=b)
            shown = compare_view.read_difference(DifferenceRequest(side, side, found)).view
            Page(report_views.view(shown))


@pytest.mark.parametrize("name", list(values.PARAMETERS))
def test_every_kind_of_parameter_and_range_is_told(every: Path, name: str) -> None:
    place = f"/values/parameters/p/{name}".encode()
    for run, aspect in ((b"", Aspect.VALUE), (b"run_00000001", Aspect.VALUE), (b"", Aspect.RANGE)):
        side = Side(os.fsencode(every), b"/values", run)
        found = difference(0, "value", "value", aspect=aspect, pair=-1, path_a=place, path_b=place)
        shown = compare_view.read_difference(DifferenceRequest(side, side, found)).view
        Page(report_views.view(shown))
        if aspect is Aspect.RANGE and values.PARAMETERS[name][1] is not None:
            assert isinstance(shown, TablePair)
            assert shown.rows == 3
