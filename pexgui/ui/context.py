"""What the value panel is told about where a value comes from."""

from dataclasses import dataclass

from pexgui.core import ValueRequest


@dataclass(frozen=True)
class ValueContext:
    """``title`` names the run or the place, ``subtitle`` says more; ``choices`` are other values to show instead.

    ``can_step`` says that there is a previous or next run to go to.
    """

    title: str
    subtitle: str = ""
    can_step: bool = False
    choices: tuple[tuple[str, ValueRequest], ...] = ()
