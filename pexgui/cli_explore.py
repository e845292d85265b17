"""``pexgui-cli explore``: designing sweeps, extending them, and what is to do of them."""

import argparse
import os
import shlex
from collections.abc import Callable, Iterator
from typing import Any

from . import cli_cells, cli_json, cli_text, core
from .cli_design import extending_request, new_request, trajectory_of
from .core import (
    ExplorePlan,
    ExploreResult,
    ExploreWork,
    PexError,
    PointState,
    RunsToDo,
    SaveScriptRequest,
    ScriptRequest,
    text,
)
from .core.brief import brief

NOTE = """Values are written as 1, 2, 3 or linspace(start, stop, number), steps(start, stop, step), range(stop),
logspace, geomspace, random(low, high, number, seed), randint, and several of these with commas between.
Texts stand in quotes, or are plain words. FILE is FILE or FILE::TRAJECTORY, the last by name if it has several."""

_MOST = 1_000_000

Answered = tuple[dict[str, Any], Iterator[str]]


def add_commands(add: Callable[[str, Callable[[argparse.Namespace], Answered], str], argparse.ArgumentParser]) -> None:
    """Declare what can be asked; ``add(name, answer, what)`` makes a command."""
    new = add("new", _new, "what a design means, and make its trajectory")
    new.add_argument("out", metavar="OUT", help="the new file")
    what = "begin with the parameters of this trajectory; what is explored in it stays so"
    new.add_argument("--from", dest="source", metavar="FILE[::T]", help=what)
    new.add_argument("--only", action="store_true", help="with --from: explore only what --param names")
    _design(new, "a parameter and the values it takes")
    what = "a parameter that is not explored, or the default value of one that is"
    new.add_argument("--default", action="append", default=[], metavar="NAME=VALUE", help=what)
    new.add_argument(
        "--comment-of", action="append", default=[], metavar="NAME=TEXT", help="the comment of a parameter"
    )
    new.add_argument("--name", default="", metavar="N", help="the name of the trajectory")
    new.add_argument("--comment", default="", metavar="C", help="its comment")
    new.add_argument("--replace", action="store_true", help="put it in the place of a file that is there")
    _work(new)
    extend = add("extend", _extend, "which points are missing, and add them to a trajectory")
    _trajectory(extend)
    _design(extend, "a parameter and the values it takes; others take those they have")
    _work(extend)
    missing = add("missing", _missing, "the points of a design that are no runs of a trajectory yet")
    _trajectory(missing)
    _design(missing, "a parameter and the values it takes; others take those they have")
    _trajectory(add("unique", _unique, "the different points of a trajectory and the runs that have them"))
    open_runs = add("open", _open, "the open runs of a trajectory, and what runs them")
    _trajectory(open_runs)
    open_runs.add_argument("--run-script", metavar="FILE", help="save the script that runs them")


def _trajectory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("trajectory", metavar="FILE[::T]", help="a trajectory")


def _design(parser: argparse.ArgumentParser, what: str) -> None:
    add = parser.add_argument
    add("--param", action="append", default=[], metavar="NAME=VALUES", help=what)
    add("--link", action="append", default=[], metavar="A,B", help="parameters that take their values in step")
    add("--order", action="append", default=[], metavar="A,B", help="the order: the first varies slowest")


def _work(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--dry-run", action="store_true", help="only print what it means")
    add("--script", metavar="FILE", help="save a script that does the same with pypet")
    add("--run-script", metavar="FILE", help="save a script that runs the runs here")


# --- the commands


def _new(options: argparse.Namespace) -> Answered:
    return _carried_out(options, core.plan_explore(new_request(options)), options.replace)


def _extend(options: argparse.Namespace) -> Answered:
    return _carried_out(options, core.plan_explore(extending_request(options)), False)


def _carried_out(options: argparse.Namespace, plan: ExplorePlan, replace: bool) -> Answered:
    _check(plan)
    saved = _scripts(options, plan)
    result = None if options.dry_run else core.explore(ExploreWork(plan, replace))
    shown = {"plan": _plain(plan), "scripts": saved, "result": None if result is None else _plain_result(result)}
    lines = [*_lines(plan), *(f"Saved {name}" for name in saved.values())]
    return shown, iter(lines if result is None else [*lines, "", *_done(plan, result)])


def _check(plan: ExplorePlan) -> None:
    problem = plan.trouble or next((one.problem for one in plan.values if one.problem), "")
    if problem:
        raise PexError(problem, "Nothing was changed.")


def _scripts(options: argparse.Namespace, plan: ExplorePlan) -> dict[str, str]:
    """Save the scripts that were asked for, before anything is changed, and say where."""
    if not options.script and not options.run_script:
        return {}
    scripts = core.write_scripts(ScriptRequest(plan.request))
    saved = {}
    for key, file, script in (("pypet", options.script, scripts.pypet), ("run", options.run_script, scripts.run)):
        if file:
            saved[key] = _save(file, script)
    return saved


def _save(file: str, script: str) -> str:
    target = os.path.abspath(os.fsencode(file))
    return cli_json.path(core.save_script(SaveScriptRequest(target, script)).file)


def _missing(options: argparse.Namespace) -> Answered:
    request = extending_request(options)
    plan = core.plan_explore(request)
    if plan.runs:
        _check(plan)
        if plan.points > _MOST:
            raise PexError(f"The design has {plan.points:,} points.", f"Ask for at most {_MOST:,} at once.")
        plan = core.plan_explore(extending_request(options, plan.points))
    elif not plan.existing:
        _check(plan)
    columns = {column.name: cli_cells.values(column.cells) for column in plan.columns}
    rows = [
        point
        for point, state in zip(zip(*columns.values(), strict=True), plan.states, strict=False)
        if state is PointState.NEW
    ]
    rows = list({repr(row): row for row in rows}.values())
    points = [dict(zip(columns, map(cli_cells.plain, row), strict=True)) for row in rows]
    shown = {"points": plan.points, "existing": plan.existing, "missing": points}
    return shown, _missing_lines(plan, list(columns), rows)


def _missing_lines(plan: ExplorePlan, names: list[str], rows: list[tuple[Any, ...]]) -> Iterator[str]:
    yield f"{len(rows):,} of {text.count(plan.points - plan.repeated, 'point')} missing"
    if rows:
        yield ""
        yield from cli_text.grid([list(map(text.printable, names)), *[list(map(cli_cells.word, row)) for row in rows]])


def _unique(options: argparse.Namespace) -> Answered:
    from .core.design_source import unique_points_of

    where = trajectory_of(options.trajectory)
    found = unique_points_of(where.file, where.path)
    points = [{"values": {name: _value(own) for name, own in point.items()}, "runs": runs} for point, runs in found]
    total = sum(len(runs) for _, runs in found)
    lines = [f"{text.count(len(found), 'different point')} in {text.count(total, 'run')}", ""]
    names = list(found[0][0]) if found else []
    rows = [[*map(text.printable, names), "runs"]]
    for point, runs in found:
        shown = [text.printable(_word(own)) for own in point.values()]
        more = f" and {len(runs) - 10:,} more" if len(runs) > 10 else ""
        rows.append([*shown, ", ".join(map(str, runs[:10])) + more])
    return {"points": points, "runs": total}, iter([*lines, *cli_text.grid(rows)])


def _value(value: Any) -> Any:
    """A value of a point as JSON has it; what JSON does not know becomes text."""
    plain = cli_cells.plain(value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value)
    return plain if isinstance(plain, bool | int | float | str) else _word(value)


def _word(value: Any) -> str:
    return "…" if value is None else value if isinstance(value, str) else brief(value)


def _open(options: argparse.Namespace) -> Answered:
    found = core.find_runs_to_do(trajectory_of(options.trajectory))
    if options.run_script:
        _save(options.run_script, found.script)
    columns = {column.name: cli_cells.values(column.cells) for column in found.parameters}
    runs = [
        {
            "index": run.index,
            "name": run.name,
            "status": run.status.value,
            "failed": run.failed,
            "parameters": {name: cli_cells.plain(cells[row]) for name, cells in columns.items()},
        }
        for row, run in enumerate(found.open)
    ]
    shown = {
        "trajectory": found.name,
        "runs": found.runs,
        "open": runs,
        "script_name": found.script_name,
        "here": found.here if runs else None,
        "array": found.array if runs else None,
        "warnings": list(found.warnings),
    }
    return shown, _open_lines(found)


def _open_lines(found: RunsToDo) -> Iterator[str]:
    failed = sum(run.failed for run in found.open)
    begun = f", {failed:,} of them begun and not finished" if failed else ""
    yield f"{found.name}: {len(found.open):,} of {text.count(found.runs, 'run')} open{begun}"
    yield from (text.printable(warning, 1000) for warning in found.warnings)
    if not found.open:
        return
    rows = [["run", "", *(text.printable(column.name) for column in found.parameters)]]
    cells = [cli_cells.shown(column.cells) for column in found.parameters]
    for row, run in enumerate(found.open):
        rows.append([run.name, "failed" if run.failed else "", *(column[row] for column in cells)])
    yield ""
    yield from cli_text.grid(rows)
    yield ""
    script = os.path.join(os.path.dirname(found.request.file), os.fsencode(found.script_name))
    yield f"The script that runs them: --run-script {text.printable(shlex.quote(os.fsdecode(script)), 4096)}"
    yield f"On this computer: {text.printable(found.here, 4096)}"


# --- for the eye


def _lines(plan: ExplorePlan) -> Iterator[str]:
    parts = [f"{count:,} {' + '.join(group)}" for group, count in zip(plan.groups, plan.counts, strict=True)]
    yield f"{text.count(plan.points, 'point')}: {f' {text.TIMES} '.join(parts)}"
    if plan.request.extend:
        yield f"{plan.existing:,} are runs already, {text.count(plan.runs, 'run')} will be added."
    for one in plan.values:
        more = ", …" if one.count > len(one.shown) else ""
        yield f"  {text.printable(one.name)}: {', '.join(map(text.printable, one.shown))}{more}"
    yield from (text.printable(note, 1000) for note in plan.notes)
    if plan.seconds is not None and plan.size is not None:
        yield f"A run took {text.duration(plan.seconds)} and {text.size(round(plan.size))} until now."


def _done(plan: ExplorePlan, result: ExploreResult) -> Iterator[str]:
    where = text.printable(os.fsdecode(result.file), 4096)
    if plan.request.extend:
        yield f"Added {text.count(result.added, 'run')} to {where}, which has {text.count(result.runs, 'run')} now."
    else:
        yield f"Made {where} with {text.count(result.runs, 'run')} to be run."
    yield from result.notes


# --- as JSON


def _plain(plan: ExplorePlan) -> dict[str, Any]:
    return {
        "groups": [list(group) for group in plan.groups],
        "counts": list(plan.counts),
        "points": plan.points,
        "existing": plan.existing,
        "repeated": plan.repeated,
        "runs": plan.runs,
        "values": [{"name": one.name, "count": one.count, "shown": list(one.shown)} for one in plan.values],
        "notes": list(plan.notes),
        "seconds": cli_cells.plain(plan.seconds),
        "size": cli_cells.plain(plan.size),
        "free": plan.free,
    }


def _plain_result(result: ExploreResult) -> dict[str, Any]:
    return {
        "file": cli_json.path(result.file),
        "trajectory": cli_json.path(result.path).strip("/"),
        "runs": result.runs,
        "added": result.added,
        "notes": list(result.notes),
    }
