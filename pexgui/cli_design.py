"""What ``pexgui-cli explore`` is told on its command line, as a design and a request."""

import argparse
import os
import re
from collections.abc import Mapping, Sequence

import msgspec

from . import cli_ask, core
from .core import Design, DesignedParameter, ExploreRequest, NotReadable, PexError, TrajectoryRequest, text
from .core.value_texts import as_text, kind_of, value_of, values_of

_PLAIN_WORDS = re.compile(r"[^\W\d][\w -]*(\s*,\s*[^\W\d][\w -]*)*")
Told = dict[str, str]


def trajectory_of(argument: str) -> TrajectoryRequest:
    """What ``FILE`` or ``FILE::TRAJECTORY`` means; of several trajectories the last by name. Raises `NotReadable`."""
    file, _, name = (argument, "", "") if os.path.exists(argument) else argument.partition("::")
    path = os.path.abspath(os.fsencode(file))
    return TrajectoryRequest(path, cli_ask.choose(cli_ask.look(path), name or None).path)


def new_request(options: argparse.Namespace) -> ExploreRequest:
    """The request for a new trajectory."""
    target = os.path.abspath(os.fsencode(options.out))
    stem = text.printable(os.path.splitext(os.path.basename(target))[0])
    if options.source is None:
        return ExploreRequest(_new_design(options, Design(())), target, options.name or stem, options.comment)
    where = trajectory_of(options.source)
    found = core.read_design(where)
    design = _new_design(options, found.design)
    return ExploreRequest(design, target, options.name or found.name, options.comment, where.file, where.path)


def extending_request(options: argparse.Namespace, shown: int = 0) -> ExploreRequest:
    """The request that adds what is missing to a trajectory."""
    where = trajectory_of(options.trajectory)
    design = core.read_design(where).design
    values = _told(options.param, "--param")
    names = {one.name: one for one in design.parameters}
    changed = {_known(name, names): own for name, own in values.items()}
    parameters = tuple(
        msgspec.structs.replace(one, values=changed.get(one.name, one.values)) for one in design.parameters
    )
    order = _order(design.order, _names(options.link, names), _names(options.order, names), parameters)
    return ExploreRequest(Design(parameters, order), source=where.file, path=where.path, extend=True, shown=shown)


def _new_design(options: argparse.Namespace, begun: Design) -> Design:
    values, defaults = _told(options.param, "--param"), _told(options.default, "--default")
    comments = _told(options.comment_of, "--comment-of")
    names = {one.name: one for one in begun.parameters}
    values, defaults = ({_known(name, names, True): said for name, said in told.items()} for told in (values, defaults))
    made = {one.name: _changed(one, values, defaults, options.only) for one in begun.parameters}
    for name in dict.fromkeys((*values, *defaults)):
        if name not in made:
            made[name] = _designed(name, values.get(name, ""), defaults.get(name, ""))
    for name, comment in comments.items():
        known = _known(name, made)
        made[known] = msgspec.structs.replace(_unkept(made[known]), comment=comment)
    order = _order(begun.order, _names(options.link, made), _names(options.order, made), tuple(made.values()))
    return Design(tuple(made.values()), order)


def _changed(one: DesignedParameter, values: Told, defaults: Told, only: bool) -> DesignedParameter:
    """A parameter of the source with what was said about it."""
    if one.name in defaults:
        return msgspec.structs.replace(
            _unkept(one), default=_written(defaults[one.name], one.type), values=values.get(one.name, "")
        )
    if one.name in values:
        return msgspec.structs.replace(one, values=values[one.name])
    return msgspec.structs.replace(one, values="") if only else one


def _unkept(one: DesignedParameter) -> DesignedParameter:
    return msgspec.structs.replace(one, kept=False)


def _written(said: str, kind: str) -> str:
    """A default value as the grammar has it: a text gets its quotes."""
    return as_text(said) if kind == "text" and said and said[:1] not in ('"', "'") else said


def _designed(name: str, values: str, default: str) -> DesignedParameter:
    """A new parameter; its type is that of its values."""
    kind = _kind(name, values or default, not values)
    return DesignedParameter(name, kind, _written(default, kind), values=values)


def _kind(name: str, said: str, single: bool) -> str:
    """The type of values; words without quotes are texts."""
    try:
        return kind_of(value_of(said) if single else values_of(said)[0])
    except ValueError as error:
        if _PLAIN_WORDS.fullmatch(said.strip()):
            return "text"
        title = f"“{text.printable(name)}”: {text.printable(str(error), 300)}"
        raise PexError(title, "Write values such as 1, 2, 3 or linspace(0, 1, 11).") from error


# --- what was said


def _told(pairs: Sequence[str], option: str) -> Told:
    """``NAME=VALUES`` by name."""
    found: Told = {}
    for pair in pairs:
        name, sign, said = pair.partition("=")
        name = name.strip().removeprefix("parameters.")
        if not sign or not name or (not said.strip() and option != "--comment-of"):
            raise PexError(f"{option} needs a name and what it is to be, not “{text.printable(pair)}”.", "Such as x=1.")
        if name in found:
            raise PexError(f"“{text.printable(name)}” is given twice with {option}.", "Leave one of them out.")
        found[name] = said
    return found


def _known(name: str, known: Mapping[str, object], may_be_new: bool = False) -> str:
    """The full name of a parameter that was named in full, or by its last part if there is only one."""
    name = name.removeprefix("parameters.")
    found = [one for one in known if one == name] or [one for one in known if one.endswith(f".{name}")]
    if len(found) == 1 or (may_be_new and not found):
        return found[0] if found else name
    shown, listed = text.printable(name), ", ".join(list(found or known)[: cli_ask.SHOWN])
    if found:
        raise NotReadable(f"“{shown}” names {len(found)} parameters.", f"Choose one: {listed}.")
    raise NotReadable(f"There is no parameter “{shown}”.", f"There are: {listed or 'none'}.")


def _names(lists: Sequence[str], known: Mapping[str, object]) -> list[list[str]]:
    """The names of ``A,B`` each."""
    return [[_known(name.strip(), known) for name in names.split(",") if name.strip()] for names in lists]


def _order(
    begun: Sequence[Sequence[str]],
    links: Sequence[Sequence[str]],
    order: Sequence[Sequence[str]],
    parameters: Sequence[DesignedParameter],
) -> tuple[tuple[str, ...], ...]:
    """Groups of linked parameters, in the order that was said, then as they were, then all others."""
    explored = {one.name for one in parameters if one.values}
    linked = {name for link in links for name in link}
    groups = [list(link) for link in links]
    groups += [left for group in begun if (left := [name for name in group if name in explored - linked])]
    named = {name for group in groups for name in group}
    groups += [[one.name] for one in parameters if one.values and one.name not in named]
    first = [name for names in order for name in names]
    usual = [*first, *(name for group in begun for name in group), *(one.name for one in parameters)]
    return tuple(tuple(group) for group in sorted(groups, key=lambda group: min(map(usual.index, group))))
