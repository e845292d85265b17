"""Where the bytes of a file are: the parts of a trajectory, what lies beside it, and holes."""

from . import files, layout
from .errors import NotReadable
from .model import Storage, StoragePart, TrajectoryRequest
from .progress import Progress, silent
from .weights import Weight, head_size, heaps_size, weight_of

_REPORT_EVERY = 500
_PARTS = (
    layout.Branch.CONFIG,
    layout.Branch.PARAMETERS,
    layout.Branch.DERIVED_PARAMETERS,
    layout.Branch.RESULTS,
    layout.Branch.OVERVIEW,
    layout.Branch.OTHER,
)


def measure_storage(request: TrajectoryRequest, progress: Progress = silent) -> Storage:
    """The bytes of every part of a trajectory, weighed object by object.

    ``overhead`` of a part is what HDF5 keeps around the user's data: headers, indices and the unused rest of chunks.
    Storage.other is the file's own head, the trajectory's own header, everything outside this trajectory, and the
    heaps in which the file keeps data of variable length. ``free`` is what belongs to nothing; where a part cannot be
    read, that is not known, and counts as other. Raises `NotReadable`.
    """
    return files.steadily(request.file, lambda file: _measure(file, request.path, progress), whole=True)


def _measure(file: files.OpenFile, path: bytes, progress: Progress) -> Storage:
    files.open_path(file, path)
    weights = {branch: [0, 0, 0] for branch in layout.Branch}
    own = weight_of(file.root)
    outside, variable = own.data + own.overhead, own.variable
    inside, known = path.strip(b"/") + b"/", True
    what = f"Measuring {file.name}"
    for done, visit in enumerate(files.walk(file.root)):
        if done % _REPORT_EVERY == 0:
            progress(what, done, 0)
        weight = _weight(visit)
        if weight is None:
            known = False
            continue
        variable = variable or weight.variable
        if not visit.path.startswith(inside):
            outside += weight.data + weight.overhead
            continue
        if visit.node is None:
            continue
        part = weights[layout.branch_kind(b"/" + visit.path)]
        part[0] += weight.data
        part[1] += weight.overhead
        part[2] += 1
    if not known and file.changed():
        raise files.being_written(file.path)
    if variable:
        outside += heaps_size(file.path, progress)
    parts = tuple(StoragePart(branch.value, *weights[branch]) for branch in _PARTS if weights[branch][2])
    size = file.stamp.size
    rest = max(0, size - sum(part.data + part.overhead for part in parts))
    other = min(rest, outside + head_size(file)) if known else rest
    return Storage(size, rest - other, other, parts)


def _weight(visit: files.Visit) -> Weight | None:
    """The weight of what was visited; None when it cannot be read."""
    if visit.kind is files.VisitKind.UNREADABLE:
        return None
    if visit.node is None:
        return Weight(0, 0)
    try:
        return weight_of(visit.node)
    except NotReadable:
        return None
