"""The script that makes an exploration with pypet alone."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from . import text
from .design_source import BRANCH
from .errors import PexError
from .explore_keys import firsts
from .explore_planning import Look
from .explore_source import MISSING, SourceParameter
from .model_explore import DesignedParameter
from .script_source import NoSource, listed, literal, safe_word, wrapped

_HEAD = '''"""{title}"""

{imports}

FILE = {file}
'''

_EXPLORED_TOO = """# Until now this parameter has the same value in all runs; f_expand takes only explored ones.
param = traj.f_get({name!r})
default = param.f_get_default()
param.f_unlock()
param._explore([default] * {runs})
param._explored = True
traj._explored_parameters[param.v_full_name] = param
"""


def script_of(found: Look) -> str:
    """The script for what was found of a design. Raises `PexError` for a value that pypet's script cannot have."""
    return _Script(found).written()


def name_of(path: bytes) -> str:
    """The name of a trajectory at a path of its file."""
    return path.strip(b"/").decode("utf-8", "surrogateescape")


class _Script:
    """Writes one script; ``loads`` becomes true when values are to be taken from the source."""

    def __init__(self, found: Look) -> None:
        self.found = found
        self.request = found.plan.request
        self.loads = False

    def written(self) -> str:
        body = self._extended() if self.request.extend else self._made()
        word = safe_word(name_of(self.request.path) if self.request.extend else self.request.name)
        runs = text.count(self.found.plan.runs, "run")
        title = f"Add the {runs} that are missing to {word}." if self.request.extend else f"Make {word} with {runs}."
        used = [name for name in ("ArrayParameter", "Trajectory", "cartesian_product") if name in body]
        imports = [*(["import numpy"] if "numpy." in body else []), f"from pypet import {', '.join(used)}"]
        file = self.request.source if self.request.extend else self.request.target
        named = os.fsdecode(file) or f"{word}.hdf5"
        head = _HEAD.format(title=title, imports="\n".join(imports), file=repr(named))
        return f"{head}\n{body}traj.f_store()\n"

    # --- a new trajectory

    def _made(self) -> str:
        request = self.request
        said = f", comment={request.comment!r}" if request.comment else ""
        lines = [
            f"traj = Trajectory({request.name or 'trajectory'!r}, filename=FILE, add_time=False{said})\n",
        ]
        lines += [self._parameter(one) for one in request.design.parameters]
        values = {name: self._values(name) for group in self.found.drawn.groups for name in group}
        groups = [[BRANCH + name for name in group] for group in self.found.drawn.groups]
        order = wrapped(literal([group[0] if len(group) == 1 else tuple(group) for group in groups]), 0)
        lines.append(f"values = {{\n{_ranges(values)}}}\norder = {order}\n")
        lines.append("traj.f_explore(cartesian_product(values, order))\n")
        before = ""
        if self.loads:
            before = (
                f"source = Trajectory(filename={os.fsdecode(request.source)!r})\n"
                f"source.f_load(name={name_of(request.path)!r}, load_parameters=2, load_derived_parameters=0,"
                " load_results=0)\n"
            )
        return before + "".join(lines)

    def _parameter(self, one: DesignedParameter) -> str:
        source = self._of_source(one.name) if one.kept else None
        default = source.default if source is not None else self.found.drawn.defaults[one.name]
        comment = source.comment if source is not None else one.comment
        said = f", comment={comment!r}" if comment else ""
        try:
            if source is not None and source.kind not in ("", "values"):
                raise NoSource  # It may need a class of its own, such as that for arrays.
            value = literal(default)
        except NoSource:
            self.loads = True
            begin = f"param = source.f_get({BRANCH + one.name!r})\n"
            return f"{begin}traj.f_add_parameter(type(param), {one.name!r}, param.f_get_default(){said})\n"
        kind = "ArrayParameter, " if type(default) is list else ""
        return f"traj.f_add_parameter({kind}{one.name!r}, {wrapped(value, 0)}{said})\n"

    def _values(self, name: str) -> str:
        values = self.found.drawn.values[name]
        try:
            return listed(values)
        except NoSource:
            self.loads = True
            return f"[{', '.join(self._places(name, 'source'))}]"

    def _places(self, name: str, trajectory: str) -> list[str]:
        """For every value where it is in the range of the source."""
        there = self._of_source(name)
        if len(there.values) != len(self.found.drawn.values[name]):
            raise _not_written(name)
        runs = dict.fromkeys(firsts(there.keys))
        return [f"{trajectory}.f_get({BRANCH + name!r}).f_get_range()[{run}]" for run in runs]

    def _of_source(self, name: str) -> SourceParameter:
        assert self.found.source is not None
        return self.found.source.parameters[BRANCH + name]

    # --- more runs

    def _extended(self) -> str:
        source = self.found.source
        assert source is not None
        points = list(self.found.points.missing(self.found.there))
        missing = {name: self._at(name, own) for name, own in self._places_of(points).items()}
        lines = [
            "traj = Trajectory(filename=FILE)\n",
            f"traj.f_load(name={name_of(source.path)!r}, load_parameters=2, load_derived_parameters=0,"
            " load_results=0)\n",
        ]
        explored = {one.name for one in source.parameters.values() if one.keys}
        for name in missing:
            if BRANCH + name not in explored:
                lines.append(_EXPLORED_TOO.format(name=BRANCH + name, runs=source.runs))
        ranges = [_ranges(missing)]
        for full in sorted(explored - {BRANCH + name for name in missing}):
            if not full.startswith(BRANCH):
                lines.append(f"traj.f_load_item({full!r})\n")
            ranges.append(f"    {full!r}: [traj.f_get({full!r}).f_get_default()] * {len(points)},\n")
        return f"{''.join(lines)}traj.f_expand({{\n{''.join(ranges)}}})\n"

    def _places_of(self, points: Sequence[Sequence[int]]) -> dict[str, list[int]]:
        """For every explored parameter which of its values it has in each point."""
        return {
            name: [point[position] for point in points]
            for position, group in enumerate(self.found.drawn.groups)
            for name in group
        }

    def _at(self, name: str, places: list[int]) -> str:
        values = self.found.drawn.values[name]
        try:
            if len(set(places)) == len(places):
                return listed([_plain(values[place]) for place in places])
            sources = [literal(value) for value in values]
        except NoSource:
            sources = self._places(name, "traj")
        return f"[{', '.join([sources[place] for place in places])}]"


def _plain(value: Any) -> Any:
    if value is MISSING:
        raise NoSource
    return value


def _ranges(values: Mapping[str, str]) -> str:
    """The entries of a dict with the ranges of parameters."""
    keys = {name: f"    {BRANCH + name!r}: " for name in values}
    return "".join(f"{keys[name]}{wrapped(source, len(keys[name]), 4)},\n" for name, source in values.items())


def _not_written(name: str) -> PexError:
    title = f"Values of “{text.printable(name)}” cannot be written into a script."
    return PexError(title, "Leave its values as they are in the trajectory it comes from.")
