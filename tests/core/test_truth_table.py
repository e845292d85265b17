"""Our equality against a table of what pypet answers, and should: where pypet is right we agree, else we are sane."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

JUDGE = ROOT / "tests" / "oracle" / "judge.py"
LEAST = 150
"""Without scipy and pypet so many cases at least can be judged."""

AS_PYPET = {"list_vs_array", "arr_0d_vs_int", "arr_0d_vs_npscalar", "csr_array_vs_matrix", "par_sparse_fmt"}
"""Where the table leaves the choice and pypet tells apart what has the same values, we tell it apart too."""


def judged(python: Path | str, table: Path, folder: Path) -> dict[str, Any]:
    answers = folder / "answers.json"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(python), str(JUDGE), str(ROOT), str(table), str(answers)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(answers.read_text(encoding="utf-8"))
    return found


def wanted(case: dict[str, Any]) -> list[Any]:
    """The answers in both orders and, of nested values, also those by type."""
    sane = case["sane"]
    if "raises" in sane:
        return ["raises", "raises"]
    if case["verdict"] == "ok":
        answers = [case["pypet"][version][order]["value"] for order in ("a_b", "b_a") for version in case["pypet"]]
        assert len(set(answers)) == 1, case["id"]
        values = [bool(answers[0])] * 2
    else:
        values = [sane["value_mode"]] * 2
    return values + [sane["strict_mode"]] * 2 * (case["function"] == "nested_equal")


def check(table: Path, answers: dict[str, Any]) -> int:
    """Hold all answers that are there against what is wanted; answers how many cases that were."""
    cases = json.loads(table.read_text(encoding="utf-8"))["cases"]
    assert [case["id"] for case in cases] == list(answers)
    there = [case for case in cases if answers[case["id"]] is not None]
    wrong = {}
    for case in there:
        want = True if case["function"] == "get_all_attributes" else wanted(case)
        if answers[case["id"]] != want:
            wrong[case["id"]] = (answers[case["id"]], want)
    assert wrong == {}
    return len(there)


def test_only_where_the_table_leaves_the_choice_is_the_answer_that_of_pypet_and_not_by_value(table: Path) -> None:
    cases = json.loads(table.read_text(encoding="utf-8"))["cases"]
    chosen = [case for case in cases if "value_mode" in case["sane"] and wanted(case)[0] != case["sane"]["value_mode"]]
    assert {case["id"] for case in chosen} == AS_PYPET
    assert all(case["policy"] and not wanted(case)[0] for case in chosen)


@pytest.fixture
def table(shared: Path) -> Path:
    return shared / "truth_table.json"


def test_every_case_beside_the_real_pypet_and_scipy(table: Path, oracle: Path, tmp_path: Path) -> None:
    cases = json.loads(table.read_text(encoding="utf-8"))["cases"]
    assert check(table, judged(oracle, table, tmp_path)) == len(cases) > 200


def test_the_same_cases_with_the_numpy_and_pandas_of_the_product(table: Path, tmp_path: Path) -> None:
    assert check(table, judged(sys.executable, table, tmp_path)) > LEAST
