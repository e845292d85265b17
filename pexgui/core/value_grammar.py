"""The grammar in which values are written as text: numbers, texts, lists, a little arithmetic, and spaced values.

Nothing is evaluated by Python. What a text can ask for is bounded: its length, its nesting, the digits of its numbers
and how many values it makes.
"""

import cmath
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn

from .value_sequences import MOST, SEQUENCES

LONGEST = 50_000_000
"""The most characters a text may have."""

BITS = 1024
"""The most binary digits a whole number may have, about as many as the largest float."""

_DEEPEST = 50
_DIGITS = 309

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("True", "true", "TRUE", "yes"), True),
    **dict.fromkeys(("False", "false", "FALSE", "no"), False),
    **dict.fromkeys(("inf", "Inf", "infinity", "Infinity"), math.inf),
    **dict.fromkeys(("nan", "NaN", "NAN"), math.nan),
    "pi": math.pi,
    "e": math.e,
}

_TOKEN = re.compile(
    r"""(?P<space>[ \f\v\u00a0]+) | (?P<break>[\t\r\n]\s*)
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[jJ]?)
    | (?P<name>[^\W\d]\w*)
    | (?P<text>"(?:[^"\\]+|\\.)*+" | '(?:[^'\\]+|\\.)*+')
    | (?P<sign>\*\* | [-−+*/()\[\],;])
    | (?P<wrong>.)""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]+|\\.)*+"|'(?:[^'\\]+|\\.)*+')|(?P<word>[^,;\t\r\n]*))[ ]*""", re.DOTALL
)
_BETWEEN = re.compile(r"\s*[,;]|[\t\r\n]\s*")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\\": "\\", '"': '"', "'": "'"}

_END = ("end", "", 0)
_UNENDED = "{} a text begins that does not end: the second quote is missing."


class Several(list[Any]):
    """Values that stand side by side, such as those of ``linspace``; not a list that is a value itself."""


def items_of(text: str) -> list[Any]:
    """The items of a text, in order, each a plain value or a list; raises `ValueError` that says where it is wrong."""
    if len(text) > LONGEST:
        raise ValueError(f"The text is longer than {LONGEST:,} characters.")
    plain = _plain_numbers(text)
    return plain if plain is not None else _Parser(text).all()


def words_of(text: str) -> list[str]:
    """The texts of a text, which need no quotes, in order."""
    if len(text) > LONGEST:
        raise ValueError(f"The text is longer than {LONGEST:,} characters.")
    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]") and len(inner) > 1:
        within = inner[1:-1].strip()
        if within[:1] in ('"', "'") or not set("[]") & set(within):
            inner = within
    found: list[str] = []
    separators: set[str] = set()
    at = 0
    while at < len(inner):
        item = _WORD.match(inner, at)
        assert item is not None
        if item["text"] is None and item["word"].lstrip()[:1] in ('"', "'") and item["word"].strip():
            raise ValueError(_UNENDED.format(_after(inner[:at])))
        if item["text"] is None and not item["word"].strip():
            raise ValueError(_missing(inner[:at], "a text"))
        found.append(unquoted(item["text"]) if item["text"] is not None else item["word"].strip())
        at = item.end()
        between = _BETWEEN.match(inner, at)
        if between is None and at < len(inner):
            raise ValueError(f"{_after(inner[:at])} a comma is missing.")
        if between is not None:
            separators |= set(",;") & set(between.group())
            at = between.end()
        _check_count(len(found))
        if len(separators) > 1:
            raise ValueError("Values are separated by commas or by semicolons, not by both; a text may be in quotes.")
    return found


def unquoted(quoted: str) -> str:
    """The text that stands in quotes, its escapes resolved."""
    return _ESCAPE.sub(_resolved, quoted[1:-1])


def _resolved(match: "re.Match[str]") -> str:
    escape = match[1]
    if len(escape) > 1:
        code = int(escape[1:], 16)
        if code > 0x10FFFF:
            raise ValueError(f"“\\{escape}” is no character.")
        return chr(code)
    if escape not in _ESCAPED:
        raise ValueError(f"“\\{escape}” has no meaning in a text; a backslash is written “\\\\”.")
    return _ESCAPED[escape]


def _plain_numbers(text: str) -> list[Any] | None:
    """The numbers of a text that has nothing else, fast; None for all that needs the grammar."""
    inner = text.strip()
    if (inner.startswith("[") and inner.endswith("]")) or len(inner) < 1000:
        return None
    if re.fullmatch(r"[0-9+\-.eE, ]*|[0-9+\-.eE\r\n ]*", inner) is None:
        return None
    parts = inner.split(",") if "," in inner else inner.splitlines()
    _check_count(len(parts))
    try:
        return list(map(int, parts))
    except ValueError:
        pass
    try:
        numbers: list[Any] = [float(part) if set(part) & set(".eE") else int(part) for part in parts]
    except ValueError:
        return None
    sane = all(math.isfinite(number) if type(number) is float else number.bit_length() <= BITS for number in numbers)
    return numbers if sane else None


class _Parser:
    """One pass over the tokens of a text, by recursive descent."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0
        self._count = 0
        self._breaks = True  # whether a line break or tab separates values, which it does not inside parentheses

    def all(self) -> list[Any]:
        values = self._items("")
        if self._kind() != "end":
            self._fail("a comma or the end was expected")
        return values

    # --- tokens

    def _token(self) -> tuple[str, str, int]:
        if not self._breaks:
            self._skip_breaks()
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _kind(self) -> str:
        return self._token()[0]

    def _sign(self) -> str:
        """The sign that comes next; empty if it is something else."""
        kind, text, _ = self._token()
        return text.replace("−", "-") if kind == "sign" else ""

    def _skip_breaks(self) -> bool:
        begin = self._at
        while self._at < len(self._tokens) and self._tokens[self._at][0] == "break":
            self._at += 1
        return self._at > begin

    def _before(self) -> str:
        """What was read until now."""
        token = self._tokens[self._at - 1] if self._at else _END
        return self._text[: token[2] + len(token[1])]

    def _fail(self, expected: str) -> NoReturn:
        kind, text, _ = self._token()
        before = _after(self._before())
        if kind == "wrong" and text in "\"'":
            raise ValueError(_UNENDED.format(before))
        raise ValueError(f"{before} {expected}" + (f", not “{_short(text)}”." if kind != "end" else "."))

    # --- values

    def _items(self, closing: str) -> list[Any]:
        """Values up to ``closing`` or the end, which is not taken."""
        values: list[Any] = []
        separators: set[str] = set()
        while True:
            self._skip_breaks()
            if self._kind() == "end" or (closing and self._sign() == closing):
                return values
            value = self._sum()
            if isinstance(value, Several):
                values.extend(value)
            else:
                values.append(value)
                self._counted(1)
            broken = self._skip_breaks()
            if self._sign() in (",", ";"):
                separators.add(self._sign())
                self._at += 1
                if len(separators) > 1:
                    raise ValueError(
                        "Values are separated by commas or by semicolons, not by both; numbers have a decimal point."
                    )
            elif not (broken or self._kind() == "end" or (closing and self._sign() == closing)):
                self._fail("a comma is expected")

    def _counted(self, number: int) -> None:
        self._count += number
        _check_count(self._count)

    def _sum(self) -> Any:
        value = self._product()
        while self._sign() in ("+", "-"):
            sign = self._next()
            value = _computed(sign, value, self._product())
        return value

    def _product(self) -> Any:
        value = self._signed()
        while self._sign() in ("*", "/"):
            sign = self._next()
            value = _computed(sign, value, self._signed())
        return value

    def _signed(self) -> Any:
        self._skip_breaks()
        negative = signed = False
        while self._sign() in ("+", "-"):
            signed = True
            negative ^= self._next() == "-"
        value = self._power()
        if signed and type(value) not in (int, float, complex):
            raise ValueError(f"{_after(self._before())} a sign makes no sense: only a single number can have one.")
        return -value if negative else value

    def _power(self) -> Any:
        base = self._single()
        if self._sign() != "**":
            return base
        self._at += 1
        return _computed("**", base, self._deeper(self._signed))

    def _next(self) -> str:
        sign = self._sign()
        self._at += 1
        return sign

    def _single(self) -> Any:
        self._skip_breaks()
        kind, text, _ = self._token()
        if kind == "number":
            self._at += 1
            return _number(text)
        if kind == "text":
            self._at += 1
            return unquoted(text)
        if kind == "name":
            self._at += 1
            return self._called(text) if self._sign() == "(" else _word(text)
        if self._sign() == "(":
            return self._enclosed(")", False, self._sum)
        if self._sign() == "[":
            return list(self._enclosed("]", True, lambda: self._items("]")))
        if kind == "end" or text in (",", ";", ")", "]", "*", "/", "**"):
            raise ValueError(_missing(self._before(), "a number" if self._at else "a value"))
        return self._fail("a value is expected")

    def _called(self, name: str) -> Any:
        if name not in SEQUENCES and name != "complex":
            raise ValueError(f"“{_short(name)}” is not known. There are {', '.join(SEQUENCES)}.")
        given = self._enclosed(")", False, lambda: self._items(")"))
        if name == "complex":
            if len(given) != 2 or not all(type(part) in (int, float) for part in given):
                raise ValueError("“complex” needs two numbers: complex(real, imaginary).")
            return complex(*given)
        return self._spaced(name, given)

    def _spaced(self, name: str, given: list[Any]) -> Several:
        self._count -= len(given)
        values = Several(SEQUENCES[name](given))
        self._counted(len(values))
        return values

    def _enclosed(self, closing: str, breaks: bool, inner: Callable[[], Any]) -> Any:
        """What ``inner`` reads between the bracket that comes next and ``closing``."""
        outer, self._breaks = self._breaks, breaks
        self._at += 1
        value = self._deeper(inner)
        self._skip_breaks()
        if self._sign() != closing:
            self._fail(f"“{closing}” is missing" if self._kind() == "end" else f"“{closing}” is expected")
        self._at += 1
        self._breaks = outer
        return value

    def _deeper(self, inner: Callable[[], Any]) -> Any:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError(f"{_after(self._before())} it is nested too deep.")
        value = inner()
        self._depth -= 1
        return value


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """What a text is made of, as kind, text and position, up to the first that the grammar does not know."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "space":
            found.append((kind, match.group(), match.start()))
        if kind == "wrong":
            break
    return found


def _number(text: str) -> Any:
    if len(text) > _DIGITS + 30:
        raise ValueError(f"“{_short(text)}” has too many digits.")
    if text[-1] in "jJ":
        return complex(0.0, _finite(text[:-1]))
    if set(text) & set(".eE"):
        return _finite(text)
    whole = int(text)
    if whole.bit_length() > BITS:
        raise ValueError(f"“{_short(text)}” is too large.")
    return whole


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"“{_short(text)}” is too large.")
    return value


def _word(name: str) -> Any:
    if name in _WORDS:
        return _WORDS[name]
    if name in SEQUENCES:
        raise ValueError(f"After “{name}” its numbers are missing, in parentheses.")
    raise ValueError(f"“{_short(name)}” is no number. Texts stand in quotes.")


def _computed(sign: str, left: Any, right: Any) -> Any:
    """The result of an operation on two numbers; whole numbers stay whole but when they are divided."""
    for operand in (left, right):
        if type(operand) not in (int, float, complex):
            raise ValueError(f"“{sign}” needs two numbers, not {_described(operand)}.")
    try:
        result = _OPERATIONS[sign](left, right)
        finite = cmath.isfinite(result) or not (cmath.isfinite(left) and cmath.isfinite(right))
    except ZeroDivisionError:
        raise ValueError("Nothing can be divided by zero.") from None
    except OverflowError:
        finite = False
    if not finite or (type(result) is int and result.bit_length() > BITS):
        raise ValueError(f"The result of “{sign}” is too large.")
    return result


def _power_of(base: Any, exponent: Any) -> Any:
    if type(base) is int and type(exponent) is int and max(base.bit_length() - 1, 0) * exponent > BITS:
        raise OverflowError
    result = base**exponent
    if type(result) is complex and complex not in (type(base), type(exponent)):
        raise ValueError("A negative number has no such power.")
    return result


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "**": _power_of,
}


# --- what is said about a text that is wrong


def _check_count(count: int) -> None:
    if count > MOST:
        raise ValueError(f"These are more than {MOST:,} values.")


def _described(value: Any) -> str:
    if isinstance(value, list):
        return "several values" if isinstance(value, Several) else "a list"
    return f"the text “{_short(value)}”" if isinstance(value, str) else f"“{value}”"


def _missing(before: str, what: str) -> str:
    return f"{_after(before)} {what} is missing."


def _after(before: str) -> str:
    """“After “1,””, with the last characters of what stands before."""
    read = " ".join(before[-60:].split())
    return f"After “{read if len(read) <= 20 else '…' + read[-20:]}”" if read else "At the beginning"


def _short(text: str) -> str:
    shown = " ".join(text[:60].split()) or "a line break"
    return shown if len(shown) <= 30 else shown[:29] + "…"
