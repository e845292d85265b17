"""The words and signs of a filter, with their places in what was typed."""

import re
from collections.abc import Collection
from dataclasses import dataclass

LONGEST = 2000
"""More characters than a person types."""
DEEPEST = 40
"""More brackets inside one another than a person reads."""

WORDS = frozenset({"and", "or", "not", "in", "is", "missing", "true", "false"})
SAME = dict(
    [
        *[("=", "=="), ("<>", "!="), ("≠", "!="), ("≤", "<="), ("≥", ">=")],
        *[("&&", "and"), ("&", "and"), ("||", "or"), ("|", "or"), ("!", "not")],
    ]
)
PATTERN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<text>"[^"]*"|'[^']*'|“[^”]*”)
    |(?P<quoted>`[^`]*`)
    |(?P<name>[^\W\d][\w.]*)
    |(?P<sign>==|!=|<>|<=|>=|&&|\|\||[-+*/%()\[\],<>=&|!≠≤≥−])
    )""",
    re.VERBOSE,
)


class Mistake(ValueError):
    """What was typed cannot be understood: a sentence, and the place it is about."""

    def __init__(self, sentence: str, start: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.start = start


@dataclass(frozen=True)
class Token:
    """A word or sign: ``kind`` is number, text, name, sign or end; ``length`` as typed."""

    kind: str
    text: str
    start: int
    length: int = 0
    quoted: bool = False


def read(typed: str, names: Collection[str] = ()) -> list[Token]:
    """The tokens of ``typed``, the last one being the end. ``names`` may hold signs and blanks, such as ``x-1``.

    Raises `Mistake` at the first thing that is no token.
    """
    if len(typed) > LONGEST:
        raise Mistake(f"A filter has at most {LONGEST:,} characters.", LONGEST)
    odd = sorted((name for name in names if PATTERN.fullmatch(name) is None), key=len, reverse=True)
    tokens: list[Token] = []
    place = 0
    while place < len(typed.rstrip()):
        token = _odd_name(typed, place, odd) or _token(typed, place)
        tokens.append(token)
        place = token.start + token.length
    tokens.append(Token("end", "", len(typed)))
    return tokens


def _token(typed: str, place: int) -> Token:
    match = PATTERN.match(typed, place)
    if match is None:
        start = place + len(typed[place:]) - len(typed[place:].lstrip())
        if typed[start] in "\"'“`":
            raise Mistake(f"The closing {typed[start].replace('“', '”')} is missing.", start)
        word = typed[start:].split()[0][:30]
        raise Mistake(f"“{word}” cannot be understood here.", start)
    kind = match.lastgroup or ""
    text, start = match[kind], match.start(kind)
    length = len(text)
    if kind == "text":
        return Token("text", text[1:-1], start, length)
    if kind == "quoted":
        return Token("name", text[1:-1], start, length, quoted=True)
    if kind == "name" and text.lower() in WORDS:
        return Token("sign", text.lower(), start, length)
    if kind == "sign":
        return Token("sign", SAME.get(text, text.replace("−", "-")), start, length)
    return Token(kind, text, start, length)


def _odd_name(typed: str, place: int, odd: list[str]) -> Token | None:
    """A known name that is no word, where one stands and ends."""
    start = place + len(typed[place:]) - len(typed[place:].lstrip())
    if start and (typed[start - 1].isalnum() or typed[start - 1] in "._"):
        return None
    for name in odd:
        end = start + len(name)
        if name and typed.startswith(name, start) and (end == len(typed) or not re.match(r"[\w.]", typed[end])):
            return Token("name", name, start, len(name))
    return None
