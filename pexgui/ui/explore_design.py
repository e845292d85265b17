"""A design as it is being made: parameters in their order, the values of each, and which are taken in step.

The upper parameter varies slower. Linked parameters stand below each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby

from pexgui.core import Design, DesignedParameter

from .explore_forms import Form, Kind, read

TYPES = ("float", "int", "bool", "complex", "text", "list")
"""What a new parameter can be."""
_links = count(1)


@dataclass(eq=False)
class Line:
    """A parameter: ``link`` is a number that it has in common with those it is linked to; 0 when it is not."""

    name: str
    type: str = "float"
    default: str = ""
    comment: str = ""
    form: Form = field(default_factory=Form)
    kept: bool = False
    link: int = 0
    last: Form = field(default_factory=Form)

    def explored(self) -> bool:
        return self.form.kind is not Kind.DEFAULT

    def whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.type == "int"

    def values(self) -> str:
        """Its values as a text of the grammar; empty when it only has its default value."""
        return self.form.text(self.whole())

    def group(self) -> str:
        """The group that it is in, by its name."""
        return self.name.rpartition(".")[0]

    def short(self) -> str:
        """Its name within its group."""
        return self.name.rpartition(".")[2]

    def record(self) -> DesignedParameter:
        return DesignedParameter(
            self.name.strip(), self.type, self.default.strip(), self.comment, self.values(), self.kept
        )


class DesignState:
    """The parameters of a design in the order in which they are shown, which is the order of nesting too."""

    def __init__(self, design: Design = Design(())) -> None:  # noqa: B008  (frozen)
        self.lines: list[Line] = []
        self._take(design)

    # --- what there is

    def explored(self) -> list[Line]:
        return [line for line in self.lines if line.explored()]

    def groups(self) -> list[list[Line]]:
        """The explored parameters, linked ones together, those that vary slowest first."""
        return [list(lines) for _key, lines in groupby(self.explored(), lambda line: line.link or line)]

    def linked(self, line: Line) -> list[Line]:
        """A parameter with all that are linked to it, in their order."""
        return [other for other in self.lines if other is line or (line.link and other.link == line.link)]

    def record(self) -> Design:
        order = tuple(tuple(line.name.strip() for line in group) for group in self.groups())
        return Design(tuple(line.record() for line in self.lines), order)

    def trouble(self) -> tuple[Line | None, str]:
        """What keeps it from being a design, as a sentence, and the parameter it is about; empty when nothing."""
        seen: set[str] = set()
        for line in self.lines:
            name = line.name.strip()
            if not line.short().strip():
                return line, "Give the new parameter a name."
            if name in seen:
                return line, f"Two parameters have the name “{name}”."
            seen.add(name)
            if not line.kept and not line.default.strip() and line.type != "text":
                return line, f"Give “{line.short()}” a default value."
            missing = line.form.missing()
            if missing:
                return line, f"{line.short()}: {missing}"
        return None, ""

    # --- what is done to it

    def add(self, name: str, below: Line | None = None) -> Line:
        """Have a new parameter, the last one or ``below`` another one and those linked to it."""
        line = Line(name)
        place = self.lines.index(self.linked(below)[-1]) + 1 if below is not None else len(self.lines)
        self.lines.insert(place, line)
        return line

    def remove(self, lines: Iterable[Line]) -> None:
        gone = list(lines)
        self.lines = [line for line in self.lines if line not in gone]
        self._unlink_alone()

    def put(self, line: Line, form: Form) -> None:
        """Give a parameter other values; one that only has its default value any more is linked to nothing."""
        if line.explored():
            line.last = line.form
        line.form = form
        if not line.explored():
            self.unlink([line])

    def toggle(self, line: Line) -> None:
        """Explore a parameter with the values it had before, or its default value for a beginning; or do not."""
        if line.explored():
            self.put(line, Form())
        else:
            self.put(line, line.last if line.last.kind is not Kind.DEFAULT else Form(Kind.LIST, (line.default,)))

    def link(self, lines: Sequence[Line]) -> None:
        """Have these, and all that are linked to them, take their values in step; they come below the first one."""
        if len(lines) < 2:
            return
        first = lines[0]
        number = first.link or next(_links)
        members = self.linked(first)
        for line in lines[1:]:
            members += [other for other in self.linked(line) if other not in members]
        for line in members:
            line.link = number
            if not line.explored():
                self.toggle(line)
        place = self.lines.index(first)
        above = [line for line in self.lines[:place] if line not in members]
        self.lines = [*above, *members, *(line for line in self.lines[place:] if line not in members)]

    def unlink(self, lines: Iterable[Line]) -> None:
        """Have these vary by themselves again, each below those it was linked to."""
        for line in list(lines):
            if line.link:
                rest = [other for other in self.linked(line) if other is not line]
                line.link = 0
                self.lines.remove(line)
                self.lines.insert(self.lines.index(rest[-1]) + 1, line)
        self._unlink_alone()

    def move(self, line: Line, before: Line | None) -> bool:
        """Put a parameter before another one, or last, with all that are linked to it; within these, alone.

        Answers whether anything is another than before.
        """
        moved = self.linked(line)
        if before in moved and before is not moved[0]:
            moved = [line]
        elif before is not None and before.link:
            before = self._entry(before)
        if before in moved:
            if len(moved) == 1 or before is line:
                return False
            moved = [line]  # to the first place of those it is linked to
        old = list(self.lines)
        rest = [other for other in self.lines if other not in moved]
        place = rest.index(before) if before is not None else len(rest)
        self.lines = [*rest[:place], *moved, *rest[place:]]
        return self.lines != old

    def step(self, line: Line, by: int) -> bool:
        """Move a parameter one place up or down, past linked ones all at once."""
        moved = self.linked(line)
        if by < 0:
            place = self.lines.index(moved[0]) - 1
            return place >= 0 and self.move(line, self.linked(self.lines[place])[0])
        place = self.lines.index(moved[-1]) + 1
        if place >= len(self.lines):
            return False
        after = self.lines.index(self.linked(self.lines[place])[-1]) + 1
        return self.move(line, self.lines[after] if after < len(self.lines) else None)

    def _entry(self, line: Line) -> Line:
        """The first one of those linked to a parameter: nothing comes between them."""
        return self.linked(line)[0]

    def _unlink_alone(self) -> None:
        """Who is linked to nothing any more is not linked."""
        for line in self.lines:
            if line.link and len(self.linked(line)) == 1:
                line.link = 0

    def _take(self, design: Design) -> None:
        """Begin with a design: explored parameters in their order, the others below those of their group."""
        known = {each.name: _line(each) for each in design.parameters}
        for group in design.order:
            members = [known[name] for name in group if name in known]
            number = next(_links) if len(members) > 1 else 0
            for line in members:
                line.link = number
            self.lines += [line for line in members if line not in self.lines]
        self.lines += [line for line in known.values() if line.explored() and line not in self.lines]
        placed = {id(line) for line in self.lines}
        places = {line.group(): place for place, line in enumerate(self.lines)}
        below: dict[int, list[Line]] = {}
        more: dict[str, list[Line]] = {}
        for line in known.values():
            if id(line) in placed:
                continue
            if line.group() in places:
                below.setdefault(places[line.group()], []).append(line)
            else:
                more.setdefault(line.group(), []).append(line)
        lines: list[Line] = []
        for place, line in enumerate(self.lines):
            lines += [line, *below.get(place, ())]
        self.lines = lines + [line for group_lines in more.values() for line in group_lines]
        self._gather()

    def _gather(self) -> None:
        """Linked ones stand together also when others of a group were put below one of them."""
        for line in self.lines:
            if line.link and self._entry(line) is line:
                members = self.linked(line)
                first, last = self.lines.index(members[0]), self.lines.index(members[-1])
                between = [each for each in self.lines[first : last + 1] if each not in members]
                if between:
                    self.lines[first : last + 1] = [*members, *between]
                    self._gather()
                    return


def _line(one: DesignedParameter) -> Line:
    return Line(one.name, one.type, one.default, one.comment, read(one.values), one.kept)
