"""The messages, and the engine process by itself, as seen through its pipe."""

import enum
import os
import subprocess
import sys
import time
import types
import typing
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from pexgui.core import OPERATIONS, model, model_compare, model_merge, protocol
from pexgui.core.engine import INTERVAL
from pexgui.core.host import COMMAND as PRODUCT
from pexgui.core.host import Engine
from pexgui.core.protocol import Call, Cancel, Confine, Confined, Event, Failed, Garbage, Progressed, Ready, Succeeded
from pexgui.core.sandbox import environment
from tests.core import misbehaving
from tests.core.misbehaving import Ask, Told

RECORDS = [
    kind
    for kind in {**vars(model), **vars(model_compare), **vars(model_merge)}.values()
    if isinstance(kind, type)
    and issubclass(kind, model.Record | model.Variant)
    and kind not in (model.Record, model.Variant)
]
LEAF = model.Nothing("nothing")


def sample(kind: Any) -> Any:
    """A value of the type, with every field filled in, and with what is hard to send in it."""
    simple = {str: "é \N{GREEK SMALL LETTER MU}\n", bytes: b"/\xff\x00", int: 2**62, float: 0.1, bool: True}
    if kind in simple:
        return simple[kind]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return list(kind)[-1]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind(**{name: sample(field) for name, field in typing.get_type_hints(kind).items()})
    if isinstance(kind, typing.ForwardRef) or kind == model.Content:
        return LEAF
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return tuple(sample(argument) for argument in arguments if argument is not Ellipsis)
    if origin in (typing.Union, types.UnionType):
        return sample(next(argument for argument in arguments if argument is not type(None)))
    raise AssertionError(f"no sample of {kind}")


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_record_travels_and_arrives_as_it_was(kind: type) -> None:
    record = sample(kind)
    assert protocol.unpack(protocol.pack(record), kind) == record


@pytest.mark.parametrize("content", typing.get_args(model.Content), ids=lambda kind: kind.__name__)
def test_every_form_of_a_value_arrives_in_its_own_form_however_deep(content: type) -> None:
    nested = model.Sequence("list", (model.Mapping((model.Entry("key", sample(content)),), 1),), 1)
    assert protocol.unpack(protocol.pack(nested), model.Content) == nested


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_the_requests_and_results_of_every_operation_can_be_sent(operation: Any) -> None:
    for kind in (operation.request, operation.result):
        assert protocol.unpack(protocol.pack(sample(kind)), kind) == sample(kind)


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x05", protocol.pack(Told()), protocol.pack({"message": "Exec"})])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(Garbage):
        protocol.unpack(data, Event)


@pytest.mark.parametrize(
    "wrong",
    [Succeeded(1, "text"), Progressed(1, 2, 3, 4), Failed(1, "t", "h", None, "PexError")],  # type: ignore[arg-type]
)
def test_a_message_with_a_field_of_the_wrong_type_is_refused(wrong: protocol.Message) -> None:
    with pytest.raises(Garbage):
        protocol.unpack(protocol.pack(wrong), Event)


def test_a_problem_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Garbage, match="unknown kind"):
        protocol.raised(Failed(1, "title", "", "", "SystemExit"))


def test_a_message_nested_without_end_is_refused_on_both_sides() -> None:
    content: Any = LEAF
    for _ in range(5000):
        content = model.Sequence("list", (content,), 1)
    with pytest.raises(protocol.TooLarge):
        protocol.pack(content)
    bottomless = b"\x84\xa7variant\xa8Sequence\xa4type\xa4list\xa6length\x01\xa5items\x91" * 10**5
    with pytest.raises(Garbage):
        protocol.unpack(bottomless, model.Content)


def test_a_message_above_the_limit_is_neither_sent_nor_read() -> None:
    with pytest.raises(protocol.TooLarge):
        protocol.frame(Succeeded(1, bytes(protocol.LIMIT)))
    announced = (protocol.LIMIT + 1).to_bytes(protocol.HEAD, "big")
    with pytest.raises(Garbage, match="at most"):
        protocol.receive(_source(announced), Event)


def test_a_message_that_comes_in_pieces_is_put_together_and_a_cut_one_is_refused() -> None:
    framed = protocol.frame(Succeeded(7, bytes(range(256))))
    assert protocol.receive(_source(framed, 3), Event) == Succeeded(7, bytes(range(256)))
    assert protocol.receive(_source(b""), Event) is None
    for length in (1, 3, 4, 5, len(framed) - 1):
        with pytest.raises(Garbage):
            protocol.receive(_source(framed[:length]), Event)


def _source(data: bytes, at_most: int = 2**30) -> Any:
    rest = bytearray(data)

    def read(count: int) -> bytes:
        taken = bytes(rest[: min(count, at_most)])
        del rest[: len(taken)]
        return taken

    return read


# --- the process -----------------------------------------------------------------------------------------------


class Raw:
    """The engine process without the host."""

    def __init__(self, command: tuple[str, ...], parent: int) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [*command, str(parent)], stdin=pipe, stdout=pipe, stderr=pipe, env=environment(), bufsize=0
        )

    def send(self, message: protocol.Message) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(protocol.frame(message))

    def hear(self) -> Any:
        assert self.process.stdout is not None
        return protocol.receive(self.process.stdout.read, Event)

    def confined(self) -> "Raw":
        assert self.hear() == Ready()
        self.send(Confine((), ()))
        assert isinstance(self.hear(), Confined)
        return self

    def ends(self) -> int:
        assert self.process.stdout is not None
        while self.process.stdout.read(100):
            pass
        return self.process.wait()


@pytest.fixture
def start() -> Iterator[Any]:
    started = []

    def begin(command: tuple[str, ...] = misbehaving.COMMAND, parent: int | None = None) -> Raw:
        started.append(Raw(command, os.getpid() if parent is None else parent))
        return started[-1]

    yield begin
    for raw in started:
        with raw.process:
            raw.process.kill()


def _call(raw: Raw, operation: str, request: Any, number: int = 1) -> None:
    raw.send(Call(number, operation, protocol.pack(request)))


def test_the_engine_answers_a_call_under_its_number(start: Any) -> None:
    raw = start().confined()
    _call(raw, "echo", Ask("hello", 5), 42)
    answer = raw.hear()
    assert answer.number == 42
    assert protocol.unpack(answer.result, Told) == Told("hello", 5)


def test_the_engine_ends_when_its_input_closes(start: Any) -> None:
    raw = start().confined()
    raw.process.stdin.close()
    assert raw.ends() == 0


def test_the_engine_ends_when_its_input_closes_in_the_middle_of_an_operation(start: Any) -> None:
    raw = start().confined()
    _call(raw, "count_until_stopped", Ask())
    assert isinstance(raw.hear(), Progressed)
    raw.process.stdin.close()
    assert raw.ends() == 0


def test_the_engine_takes_no_call_before_it_is_confined(start: Any) -> None:
    raw = start()
    assert raw.hear() == Ready()
    _call(raw, "echo", Ask())
    assert raw.ends() == 0


def test_the_engine_cannot_be_confined_twice(start: Any) -> None:
    raw = start().confined()
    raw.send(Confine((b"/",), (b"/",)))
    assert raw.ends() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_the_engine_does_not_start_for_a_parent_that_is_gone(start: Any) -> None:
    assert start(parent=os.getppid()).ends() == 0


def test_a_cancel_stops_the_operation_at_its_next_report_of_progress(start: Any) -> None:
    raw = start().confined()
    _call(raw, "count_until_stopped", Ask(), 3)
    assert isinstance(raw.hear(), Progressed)
    raw.send(Cancel(3))
    while isinstance(event := raw.hear(), Progressed):
        pass
    assert event == protocol.Cancelled(3)
    _call(raw, "echo", Ask("next"), 4)
    assert raw.hear().number == 4


def test_the_product_serves_the_operations_of_the_face_and_nothing_else(start: Any) -> None:
    raw = start(PRODUCT).confined()
    for name in ("echo", "crash", "os.system", "__class__", ""):
        _call(raw, name, Ask())
        answer = raw.hear()
        assert isinstance(answer, Failed)
        assert "does not know" in answer.title
    assert set(OPERATIONS).isdisjoint(misbehaving.OPERATIONS)


def test_a_request_of_the_wrong_type_is_answered_with_a_sentence(start: Any) -> None:
    raw = start(PRODUCT).confined()
    raw.send(Call(1, "list_folder", protocol.pack({"folder": 7})))
    assert isinstance(raw.hear(), Failed)


# --- through the host ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(misbehaving.COMMAND) as running:
        yield running


def test_what_libraries_print_does_not_come_between_the_messages(engine: Engine) -> None:
    assert engine.call(misbehaving.OPERATIONS["print_loudly"], Ask()) == Told("still here")


def test_an_operation_that_reads_the_standard_input_finds_it_empty_and_takes_no_message(engine: Engine) -> None:
    assert engine.call(misbehaving.OPERATIONS["read_input"], Ask()) == Told("")


def test_progress_is_passed_on_about_ten_times_a_second(engine: Engine) -> None:
    reports: list[tuple[str, int, int]] = []
    begun = time.monotonic()
    engine.call(misbehaving.OPERATIONS["count"], Ask(number=500_000), lambda *report: reports.append(report))
    assert reports[0] == ("Counting", 0, 500_000)
    assert len(reports) <= (time.monotonic() - begun) / INTERVAL + 1


def test_an_answer_of_16_mib_arrives_whole(engine: Engine) -> None:
    answer = engine.call(misbehaving.OPERATIONS["huge"], Ask(number=2**24))
    assert answer == model.Numbers("|u1", bytes(2**24))
