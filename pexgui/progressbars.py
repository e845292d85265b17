"""A bar of text that shows how far a loop is, for scripts; the one part of the library that prints.

It stands beside the core, which prints nothing.
"""

import logging
import sys
import threading
from datetime import timedelta
from time import monotonic as _clock
from types import FrameType
from typing import Any, NamedTuple

Logger = str | logging.Logger | None


class _Settings(NamedTuple):
    """How a bar looks, and where it goes to; see `progressbar`."""

    percentage_step: float
    logger: Logger
    log_level: int
    reprint: bool
    time: bool
    length: int
    fmt_string: str | None


class Progressbar:
    """The progress bar of one loop, which no other loop can disturb.

    Takes the number of rounds and the settings of `progressbar`. It is called with the number of each round, from 0
    on, and answers what it shows or, when nothing is due, None.

    >>> bar = Progressbar(4, percentage_step=50, logger=None, time=False, length=8)
    >>> [bar(round) for round in range(4)]
    ['[==      ] 25.0%', '[====    ] 50.0%', None, '[========]100.0%']

    Raises `ValueError` for a negative ``percentage_step``, and `TypeError` for a ``fmt_string`` without exactly one
    ``%s``.
    """

    def __init__(
        self,
        total: float,
        percentage_step: float = 10,
        logger: Logger = "print",
        log_level: int = logging.INFO,
        reprint: bool = True,
        time: bool = True,
        length: int = 20,
        fmt_string: str | None = None,
    ) -> None:
        self._bar = _Bar()
        self._total = total
        self._settings = _Settings(percentage_step, logger, log_level, reprint, time, length, fmt_string)

    def __call__(self, index: int, reset: bool = False) -> str | None:
        return self._bar.show(index, self._total, self._settings, reset)


def progressbar(
    index: int,
    total: float,
    percentage_step: float = 10,
    logger: Logger = "print",
    log_level: int = logging.INFO,
    reprint: bool = True,
    time: bool = True,
    length: int = 20,
    fmt_string: str | None = None,
    reset: bool = False,
) -> str | None:
    """Show how far a loop is; to be called at the end of each round.

    ``index`` is the number of the round, from 0 on, of ``total``. A bar of ``length`` signs is due with the first
    round, whenever another ``percentage_step`` per cent are done (with 0 in every round), and at the end. It is printed
    over the one before (``reprint``), with an end of line after the last, or as a line of its own; or is logged at
    ``log_level`` by the logger, or the logger of that name, that ``logger`` is; with None it is only answered.
    ``time`` adds what remains, estimated from the rounds so far. ``fmt_string`` has one ``%s`` for the bar.

    A bar starts anew with ``reset``, with an index that is not greater than the one before, or with another total;
    only then are ``percentage_step`` and ``length`` looked at. Every place in a program from which this is called, and
    every thread, has a bar of its own; where that is not enough, take a `Progressbar`.

    Answers the text that is due, without what printing adds to it, or None. Raises `ValueError` for a negative
    ``percentage_step``, and `TypeError` for a ``fmt_string`` without exactly one ``%s``.

    >>> for round in range(3):
    ...     progressbar(round, 3, logger=None, time=False)
    '[======              ] 33.3%'
    '[=============       ] 66.7%'
    '[====================]100.0%'
    """
    settings = _Settings(percentage_step, logger, log_level, reprint, time, length, fmt_string)
    return _bar_of(sys._getframe(1)).show(index, total, settings, reset)


_bars = threading.local()


def _bar_of(caller: FrameType) -> "_Bar":
    """The bar that belongs to the place in the program where the caller is."""
    code = caller.f_code
    place = (code.co_filename, code.co_qualname, code.co_firstlineno, caller.f_lasti)
    bars: dict[Any, _Bar] = _bars.__dict__
    return bars.setdefault(place, _Bar())


class _Bar:
    """How far one loop is, and what of it was shown."""

    def __init__(self) -> None:
        self._index: float | None = None
        self._total: float = 0
        self._step: float = 0
        self._length = 0
        self._start = (0, 0.0)
        self._interval = 0
        self._shown = 0

    def show(self, index: int, total: float, settings: "_Settings", reset: bool) -> str | None:
        """See `progressbar`."""
        begins = reset or self._index is None or index <= self._index or total != self._total
        if begins:
            self._begin(index, total, settings)
        before, self._interval = self._interval, self._interval_of(index)
        self._index = index
        ends = index >= total - 1
        if not (begins or ends or self._interval > before):
            return None
        statement = self._drawn(index, ends)
        if settings.time and not (begins or ends):
            statement += self._remaining(index)
        if settings.fmt_string:
            statement = settings.fmt_string % statement
        if settings.logger == "print":
            self._print(statement, settings.reprint, ends)
        elif settings.logger is not None:
            logger = settings.logger
            (logging.getLogger(logger) if isinstance(logger, str) else logger).log(settings.log_level, statement)
        return statement

    def _begin(self, index: int, total: float, settings: "_Settings") -> None:
        step = settings.percentage_step
        if step < 0:
            raise ValueError(f"percentage_step must not be negative, and is {step}.")
        self._total, self._step, self._length = total, total * step / 100.0, settings.length
        self._start = (index, _clock())
        self._interval = self._interval_of(index)

    def _interval_of(self, index: int) -> int:
        """Which of the steps the loop is in; with steps of nothing each round is one."""
        return int((index + 1.0) / self._step) if self._step else index

    def _drawn(self, index: int, ends: bool) -> str:
        if ends:
            return f"[{'=' * self._length}]100.0%"
        done = (index + 1.0) / self._total
        signs = int(done * self._length)
        return f"[{'=' * signs}{' ' * (self._length - signs)}] {done * 100.0:4.1f}%"

    def _remaining(self, index: int) -> str:
        start, began = self._start
        elapsed = _clock() - began
        seconds = int((self._total - start - 1.0) * elapsed / float(index - start) - elapsed)
        try:
            return f", remaining: {timedelta(seconds=seconds)}"
        except OverflowError:  # more than a few million years
            return ""

    def _print(self, statement: str, reprint: bool, ends: bool) -> None:
        """Print a bar; blanks hide what a longer one left of the line."""
        if sys.stdout is None:  # a program without a terminal
            return
        if reprint:
            sys.stdout.write("\r" + statement.ljust(self._shown) + ("\n" if ends else ""))
            self._shown = 0 if ends else len(statement)
        else:
            sys.stdout.write(statement + "\n")
        sys.stdout.flush()
