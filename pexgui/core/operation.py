"""An operation as a value: it has a name that can travel to another process, and it can simply be called."""

from importlib import import_module
from typing import Any, Generic, TypeVar, cast

from .model import Request as AnyRequest
from .progress import Progress, silent

Request = TypeVar("Request")
Result = TypeVar("Result")


class Operation(Generic[Request, Result]):
    """``operation(request, progress) -> result``, whose module is imported at the first call.

    ``request`` and ``result`` are the types that messages are checked against on their way between processes.
    """

    def __init__(self, name: str, module: str, request: type[Request], result: type[Result]) -> None:
        self.name = name
        self.module = module
        self.request = request
        self.result = result

    def __call__(self, request: Request, progress: Progress = silent) -> Result:
        """Do it in this process. It is noted where it writes, see `register`."""
        from .register import noted

        with noted(cast(AnyRequest, request).writes()):
            return self.perform(request, progress)

    def perform(self, request: Request, progress: Progress) -> Result:
        """Do it for somebody else, who has noted where it writes."""
        function: Any = getattr(import_module(self.module), self.name)
        return cast(Result, function(request, progress))

    def __repr__(self) -> str:
        return f"Operation({self.name})"
