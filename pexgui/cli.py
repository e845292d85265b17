"""``pexgui-cli``: the files of pypet as text or JSON, without a window.

Exit status 0; 1 for a problem, which is told on standard error; 2 for wrong usage. That of ``compare`` is as that of
``diff``: 0 for the same, 1 for different, 2 for trouble.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from . import (
    cli_ask,
    cli_compact,
    cli_compare,
    cli_explore,
    cli_json,
    cli_merge,
    cli_recover,
    cli_text,
    cli_value,
    core,
)
from .core import (
    ColumnRequest,
    FileSummary,
    Kind,
    Node,
    NotReadable,
    PexError,
    Selection,
    TrajectoryRequest,
    Unreadable,
    ValueRequest,
    sandbox,
)

PROBLEM = 1
INTERRUPTED = 130
BROKEN_PIPE = 141
DEPTH = 3
CHILDREN = 20

JSON_NOTE = """In JSON, null is a value that is missing; numbers that JSON does not know are text
("NaN", "Infinity", "-Infinity", "(1+2j)"); times are seconds since the epoch, sizes bytes."""
PATH_NOTE = """PATH is written with dots or slashes, with or without the trajectory's name in front:
results.runs.run_00000000.z or /my_trajectory/results/runs/run_00000000/z."""
VALUE_NOTE = f"""{PATH_NOTE}
Floats in an array are rounded to 8 digits; JSON has them all."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer the arguments of a command line; return the exit status."""
    options = _options(arguments)
    sandbox.prepare()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status: int = options.answer(options)
        sys.stdout.flush()
    except PexError as problem:
        _complain(problem, options.details)
        return int(options.trouble)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read this has seen enough; Python must not stumble over the rest when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as problem:
        _complain(_mistake(problem), options.details)
        return int(options.trouble)
    return status


def _info(options: argparse.Namespace) -> int:
    summary = cli_ask.look(options.file)
    chosen = cli_ask.choose(summary, options.trajectory) if summary.trajectories or options.trajectory else None
    shown: dict[str, Any] = {**cli_json.file(summary), "shown": None}
    lines = [*cli_text.about_file(summary, chosen)]
    if chosen is not None:
        request = TrajectoryRequest(options.file, chosen.path)
        info, storage = core.open_trajectory(request), core.measure_storage(request)
        shown["shown"] = cli_json.overview(info, storage)
        lines += cli_text.about_trajectory(info, storage)
    _print(options, shown, lines)
    return 0


def _tree(options: argparse.Namespace) -> int:
    summary = cli_ask.look(options.file)
    if options.raw:
        trajectory, path = None, cli_ask.raw_path(options.path)
    else:
        chosen, path = cli_ask.locate(summary, options.path, options.trajectory)
        trajectory = chosen.name
    top = path.rpartition(b"/")[2] or b"/"
    kind = Kind.RAW_GROUP if options.raw else Kind.TRAJECTORY if path.count(b"/") == 1 else Kind.GROUP
    root = Node(path, core.text.printable(top), kind, expandable=True)
    branch = cli_ask.grow(options.file, root, options.raw, options.depth, options.limit)
    if not branch.opened:
        raise NotReadable(branch.warning, "Show the group above it with tree.")
    shown = {**_place(summary, trajectory), "tree": cli_json.branch(branch)}
    _print(options, shown, cli_text.tree(branch))
    return 0


def _runs(options: argparse.Namespace) -> int:
    summary = cli_ask.look(options.file)
    chosen = cli_ask.choose(summary, options.trajectory)
    choices = cli_ask.choose_columns(options.file, chosen, options.columns)
    table = core.read_runs(TrajectoryRequest(options.file, chosen.path))
    results = [core.read_column(ColumnRequest(options.file, chosen.path, choice.key)) for choice in choices]
    several = len(summary.trajectories) > 1
    shown = {**_place(summary, chosen.name), **cli_json.runs(table, results)}
    _print(options, shown, cli_text.runs(options.file, chosen.name, several, table, results))
    return 0


def _show(options: argparse.Namespace) -> int:
    summary = cli_ask.look(options.file)
    selection = Selection(start=_given(options.start), count=_given(options.count))
    if options.raw:
        trajectory, group, path = None, b"", cli_ask.raw_path(options.path)
    else:
        chosen, path = cli_ask.locate(summary, options.path, options.trajectory)
        trajectory, group = chosen.name, chosen.path
    value = core.read_value(ValueRequest(options.file, path, group, options.item, selection))
    cli_ask.check_item(value, options.item)
    shown = {**_place(summary, trajectory), **cli_json.value(value)}
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    unreadable = isinstance(value.content, Unreadable)
    lines = [] if unreadable else cli_value.lines(value.content, room)
    _print(options, shown, [*cli_value.about(value), "", *lines])
    if isinstance(value.content, Unreadable):
        raise NotReadable(value.content.reason, "The rest of the file can still be read.")
    return 0


def _compare(options: argparse.Namespace) -> int:
    status, shown, lines = cli_compare.compare(options)
    _print(options, shown, lines)
    return status


def _merge(options: argparse.Namespace) -> int:
    shown, lines = cli_merge.merge(options)
    _print(options, shown, lines)
    return 0


def _compact(options: argparse.Namespace) -> int:
    done, shown, lines = cli_compact.compact(options)
    _print(options, shown, lines)
    return 0 if done else PROBLEM


def _explore(answer: Callable[[argparse.Namespace], cli_explore.Answered]) -> Callable[[argparse.Namespace], int]:
    def answered(options: argparse.Namespace) -> int:
        _print(options, *answer(options))
        return 0

    return answered


def _recover(options: argparse.Namespace) -> int:
    settled, shown, lines = cli_recover.recover(options)
    _print(options, shown, lines)
    return 0 if settled else PROBLEM


def _place(summary: FileSummary, trajectory: str | None) -> dict[str, Any]:
    return {"file": cli_json.path(summary.file), "trajectory": trajectory}


def _given(number: int | None) -> tuple[int, ...]:
    return () if number is None else (number,)


def _print(options: argparse.Namespace, shown: dict[str, Any], lines: Iterable[str]) -> None:
    if options.json:
        print(json.dumps(shown, indent=1, allow_nan=False))
    else:
        print("\n".join(lines).rstrip())


def _complain(problem: PexError, details: bool) -> None:
    said = [problem.title, problem.hint, problem.details if details else ""]
    print("\n".join(core.text.paragraphs(part) for part in said if part), file=sys.stderr)


def _mistake(problem: Exception) -> PexError:
    import traceback

    title = "pexgui made a mistake and has no answer."
    hint = "Nothing was changed. Run it again with --details to see where it happened, and please report that."
    return PexError(title, hint, "".join(traceback.format_exception(problem)))


# --- the command line ------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """Wrong usage is told with what from the command line is repeated made safe to show."""

    def error(self, message: str) -> NoReturn:
        super().error(core.text.printable(message, 1000))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(
        prog="pexgui-cli", description="Show what is in the HDF5 files that pypet writes.", allow_abbrev=False
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _command(commands, "info", _info, "what the file and a trajectory in it are")
    tree = _command(commands, "tree", _tree, "the tree of a trajectory, or a part of it", PATH_NOTE)
    tree.add_argument("path", nargs="?", default="", metavar="PATH", help="show only what is below PATH")
    tree.add_argument("--depth", type=_number(1), default=DEPTH, metavar="N", help="levels to show (%(default)s)")
    limit = "children to show of each group (%(default)s); 0 for all"
    tree.add_argument("--limit", type=_number(0), default=CHILDREN, metavar="N", help=limit)
    _raw(tree)
    runs = _command(commands, "runs", _runs, "the runs with their explored parameters, and results as columns")
    columns = "results to show of each run, such as rate or results.runs.$.rate"
    runs.add_argument("--columns", nargs="+", action="extend", default=[], metavar="NAME", help=columns)
    show = _command(commands, "show", _show, "a value", VALUE_NOTE)
    show.add_argument("path", metavar="PATH", help="a parameter or result, or an item of it")
    show.add_argument("--item", default="", metavar="NAME", help="which item of a result with several")
    show.add_argument("--start", type=_number(0), metavar="N", help="the first row to show of a long value")
    show.add_argument("--count", type=_number(1), metavar="N", help="how many rows to show of a long value")
    _raw(show)
    compare = _bare_command(commands, "compare", _compare, "what is different between trajectories", cli_compare.NOTE)
    cli_compare.add_arguments(compare)
    compare.set_defaults(trouble=cli_compare.TROUBLE)
    merge = _bare_command(commands, "merge", _merge, "what merging trajectories would do, and do it", cli_merge.NOTE)
    cli_merge.add_arguments(merge)
    what = "what compacting files would save, and do it"
    cli_compact.add_arguments(_bare_command(commands, "compact", _compact, what, cli_compact.NOTE))
    explore = commands.add_parser("explore", help="design sweeps, extend them, and what is to do", allow_abbrev=False)
    actions = explore.add_subparsers(metavar="WHAT", required=True)
    cli_explore.add_commands(
        lambda name, answer, what: _bare_command(actions, name, _explore(answer), what, cli_explore.NOTE)
    )
    recover = _bare_command(commands, "recover", _recover, "what was cut off, and finish or undo it", cli_recover.NOTE)
    cli_recover.add_arguments(recover)
    return parser.parse_args(arguments)


def _command(
    commands: Any, name: str, answer: Callable[[argparse.Namespace], int], what: str, note: str = ""
) -> argparse.ArgumentParser:
    """A command about one file."""
    parser = _bare_command(commands, name, answer, what, note)
    parser.add_argument("file", type=_path, metavar="FILE", help="an HDF5 file")
    which = "which trajectory, if the file has several (the last by name)"
    parser.add_argument("--trajectory", metavar="NAME", help=which)
    return parser


def _bare_command(
    commands: Any, name: str, answer: Callable[[argparse.Namespace], int], what: str, note: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=what,
        description=f"Show {what}.",
        epilog=f"{note}\n\n{JSON_NOTE}".strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--details", action="store_true", help="tell the technical details of a problem")
    parser.set_defaults(answer=answer, trouble=PROBLEM)
    return parser


def _raw(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--raw", action="store_true", help="plain HDF5; PATH is then from the root, with slashes")


def _path(argument: str) -> bytes:
    """Any name that the file system has, also one that is no text."""
    return os.path.abspath(os.fsencode(argument))


def _number(least: int) -> Callable[[str], int]:
    def number(argument: str) -> int:
        if (found := int(argument)) < least:
            raise argparse.ArgumentTypeError(f"{found} is less than {least}")
        return found

    return number


if __name__ == "__main__":
    sys.exit(main())
