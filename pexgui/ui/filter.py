"""What is typed to choose runs, such as ``x > 3 and status == "finished"``: read by a small parser, worked out on
whole columns. Nothing typed is ever run as a program."""

import difflib
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .filter_text import DEEPEST, Mistake, Token, read

Kind: TypeAlias = Literal["number", "text", "truth", "moment"]
Truths: TypeAlias = NDArray[np.bool_]

COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}


@dataclass(frozen=True)
class Operand:
    """A column, or something worked out from columns: one value per row, or one for all rows.

    ``values`` are numbers, truths, seconds since the epoch (``moment``) or an object array of texts; ``missing`` marks
    where there is none. ``choices`` are the only texts there can be, when they are known.
    """

    kind: Kind
    values: NDArray[Any]
    missing: Truths
    choices: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Word:
    """A name as typed, that may turn out to be a column or, beside a column of texts, a text."""

    token: Token


Columns: TypeAlias = Mapping[str, Operand]
Part: TypeAlias = Operand | Word


def keep(text: str, columns: Columns, rows: int) -> Truths:
    """Which of ``rows`` rows the filter ``text`` keeps; all of them when it is empty.

    Rows for which it cannot be told, because a value is missing, are not kept. Raises `Mistake`.
    """
    tokens = read(text, columns)
    if len(tokens) == 1:
        return np.ones(rows, np.bool_)
    parser = _Parser(tokens, columns)
    with np.errstate(all="ignore"):
        truth = parser.whole()
        return np.broadcast_to(truth.values & ~truth.missing, (rows,))


@dataclass
class _Parser:
    """Works out an expression while reading it: each method reads one level of the grammar."""

    tokens: list[Token]
    columns: Columns
    place: int = 0
    depth: int = field(default=0)

    def whole(self) -> Operand:
        result = self.either()
        if self.now.kind != "end":
            raise Mistake(f"“{self.now.text}” is not expected here.", self.now.start)
        return self.truth(result)

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> Token | None:
        token = self.now
        if token.kind == "sign" and token.text in texts:
            self.place += 1
            return token
        return None

    # --- the grammar ---

    def either(self) -> Part:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Mistake("There are too many brackets inside one another.", self.now.start)
        left = self.both()
        while self.take("or"):
            left = _or(self.truth(left), self.truth(self.both()))
        self.depth -= 1
        return left

    def both(self) -> Part:
        left = self.inverted()
        while self.take("and"):
            left = _and(self.truth(left), self.truth(self.inverted()))
        return left

    def inverted(self) -> Part:
        times = 0
        while self.take("not"):
            times += 1
        part = self.comparison()
        if not times:
            return part
        truth = self.truth(part)
        return Operand("truth", ~truth.values if times % 2 else truth.values, truth.missing)

    def comparison(self) -> Part:
        left = self.sum()
        result: Operand | None = None
        while True:
            if sign := self.take(*COMPARE):
                right = self.sum()
                step = self.compare(sign, left, right)
                left = right
            elif self.take("is"):
                inverse = self.take("not")
                self.expect("missing", "After “is” comes “missing” or “not missing”.")
                gone = self.column(left).missing
                step = Operand("truth", ~gone if inverse else gone, np.zeros_like(gone))
            elif self.now.text in ("in", "not") and self.now.kind == "sign":
                inverse = self.take("not")
                self.expect("in", "After “not” comes “in”.")
                step = self.member(left)
                if inverse:
                    step = Operand("truth", ~step.values, step.missing)
            else:
                return left if result is None else result
            result = step if result is None else _and(result, step)

    def member(self, left: Part) -> Operand:
        opening = self.take("(", "[")
        if opening is None:
            return self.within(left, self.column(self.sum(), text_for=left))
        closing = ")" if opening.text == "(" else "]"
        sign = Token("sign", "==", opening.start)
        result: Operand | None = None
        while not self.take(closing):
            step = self.compare(sign, left, self.sum())
            result = step if result is None else _or(result, step)
            if not self.take(",") and self.now.text != closing:
                raise Mistake(f"The list after “in” needs a “{closing}” at its end.", self.now.start)
        if result is None:
            raise Mistake("The list after “in” is empty.", opening.start)
        return result

    def sum(self) -> Part:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Part:
        return self.chain(("*", "/", "%"), self.signed)

    def chain(self, signs: tuple[str, ...], level: Callable[[], Part]) -> Part:
        left = level()
        while sign := self.take(*signs):
            a, b = self.number(left, sign), self.number(level(), sign)
            values = ARITHMETIC[sign.text](a.values.astype(np.float64), b.values.astype(np.float64))
            left = Operand("number", values, a.missing | b.missing | np.isnan(values))
        return left

    def signed(self) -> Part:
        minus = None
        times = 0
        while sign := self.take("-"):
            minus = sign
            times += 1
        part = self.single()
        if minus is None:
            return part
        operand = self.number(part, minus)
        return Operand("number", -operand.values if times % 2 else operand.values, operand.missing)

    def single(self) -> Part:
        token = self.now
        self.place += 1
        if token.kind == "name":
            return Word(token)
        if token.kind == "number":
            return _constant("number", _number(token))
        if token.kind == "text":
            return _constant("text", token.text)
        if token.text in ("true", "false"):
            return _constant("truth", token.text == "true")
        if token.text == "(":
            part = self.either()
            self.expect(")", "A “)” is missing.")
            return part
        self.place -= 1
        if token.kind == "end":
            raise Mistake("Something is missing at the end.", token.start)
        raise Mistake(f"Something is missing before “{token.text}”.", token.start)

    # --- what parts mean ---

    def expect(self, text: str, sentence: str) -> None:
        if not self.take(text):
            raise Mistake(sentence, self.now.start)

    def column(self, part: Part, text_for: Part | None = None) -> Operand:
        """The column of a name; beside a column of texts, ``text_for``, an unknown name is a text."""
        if isinstance(part, Operand):
            return part
        found = self.columns.get(part.token.text)
        if found is not None:
            return found
        other = self.columns.get(text_for.token.text) if isinstance(text_for, Word) else text_for
        if other is not None and other.kind == "text" and not part.token.quoted:
            return _constant("text", part.token.text)
        near = difflib.get_close_matches(part.token.text, list(self.columns), 1)
        guess = f" Did you mean “{near[0]}”?" if near else ""
        raise Mistake(f"There is no column “{part.token.text}”.{guess}", part.token.start)

    def truth(self, part: Part) -> Operand:
        operand = self.column(part)
        if operand.kind == "truth":
            return operand
        if operand.kind != "text" and operand.values.dtype == np.bool_:
            return Operand("truth", operand.values, operand.missing)
        name = operand.name or "This"
        raise Mistake(f"{name} needs a comparison, such as “{operand.name or 'x'} > 3”.", self.now.start)

    def number(self, part: Part, sign: Token) -> Operand:
        operand = self.column(part)
        if operand.kind == "text" or operand.values.dtype.kind == "c":
            what = "texts" if operand.kind == "text" else "complex numbers"
            raise Mistake(f"“{sign.text}” works with numbers, not with {what}.", sign.start)
        return operand

    def compare(self, sign: Token, left: Part, right: Part) -> Operand:
        a, b = self.column(left, right), self.column(right, left)
        if {a.kind, b.kind} == {"moment", "text"}:
            a, b = _moment(a, sign), _moment(b, sign)
        elif (a.kind == "text") != (b.kind == "text"):
            text = a if a.kind == "text" else b
            other = b if a.kind == "text" else a
            raise Mistake(f"{text.name or 'A text'} cannot be compared with {other.name or 'a number'}.", sign.start)
        for column, other in ((a, b), (b, a)):
            word = other.values.item() if other.values.ndim == 0 and column.choices else None
            if word is not None and word not in column.choices:
                listed = ", ".join(f"“{choice}”" for choice in column.choices)
                raise Mistake(f"{column.name} is one of {listed}.", sign.start)
        if sign.text not in ("==", "!=") and "c" in (a.values.dtype.kind, b.values.dtype.kind):
            raise Mistake("Complex numbers have no order; compare them with “==” or “!=”.", sign.start)
        missing = a.missing | b.missing
        if a.kind == "text":
            return Operand("truth", _compare_texts(COMPARE[sign.text], a, b, missing), missing)
        return Operand("truth", np.asarray(COMPARE[sign.text](a.values, b.values), np.bool_), missing)

    def within(self, left: Part, right: Operand) -> Operand:
        a = self.column(left, right)
        if a.kind != "text" or right.kind != "text":
            raise Mistake("“in” looks for a text in a text, or in a list such as “(1, 2)”.", self.now.start)
        missing = a.missing | right.missing
        return Operand("truth", _compare_texts(lambda part, whole: part in whole, a, right, missing), missing)


def _constant(kind: Kind, value: bool | int | float | str) -> Operand:
    values = np.array(value, object if kind == "text" else None)
    return Operand(kind, values, np.zeros((), np.bool_))


def _number(token: Token) -> int | float:
    try:
        whole = int(token.text)
    except ValueError:
        return float(token.text)
    return whole if abs(whole) < 2**63 else float(whole)


def _moment(operand: Operand, sign: Token) -> Operand:
    if operand.kind == "moment":
        return operand
    if operand.values.ndim:
        raise Mistake(f"{operand.name} cannot be compared with a date.", sign.start)
    try:
        seconds = datetime.fromisoformat(operand.values.item()).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise Mistake("Write a date as “2026-03-14” or “2026-03-14 09:41”, in quotes.", sign.start) from error
    return Operand("moment", np.array(seconds), operand.missing)


def _compare_texts(compare: Callable[[Any, Any], Any], a: Operand, b: Operand, missing: Truths) -> Truths:
    left, right, lost = np.broadcast_arrays(a.values, b.values, missing)
    result = [
        not gone and bool(compare(x, y))
        for x, y, gone in zip(left.ravel().tolist(), right.ravel().tolist(), lost.ravel().tolist(), strict=True)
    ]
    return np.array(result, np.bool_).reshape(left.shape)


def _and(a: Operand, b: Operand) -> Operand:
    """Both; not known where one is not known, unless the other is false."""
    false = (~a.values & ~a.missing) | (~b.values & ~b.missing)
    return Operand("truth", a.values & b.values, (a.missing | b.missing) & ~false)


def _or(a: Operand, b: Operand) -> Operand:
    """Either; not known where one is not known, unless the other is true."""
    true = (a.values & ~a.missing) | (b.values & ~b.missing)
    return Operand("truth", true, (a.missing | b.missing) & ~true)
