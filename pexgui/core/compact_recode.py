"""Which data are compressed anew, and how."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from h5py import h5d, h5z

from . import files
from .bookkeeping import trajectories
from .compact_settings import DEFAULT_LEVEL, settings_of
from .model_compact import CompactRequest, Mode
from .nodes import path_of
from .progress import silent
from .verify import is_raw

if TYPE_CHECKING:
    from .compact_chunks import Pipeline

_LEAST = 64 << 10
"""Data of fewer stored bytes are left as they are."""
_PAYS = 0.97

Recode = Callable[[h5d.DatasetID], "Pipeline | None"]


def recoding(file: files.OpenFile, request: CompactRequest) -> Recode | None:
    """Says how each dataset of a file is to be compressed anew; None when nothing is."""
    if request.codec == "keep" or request.mode is Mode.FAST:
        return None
    known = {one.path: settings_of(one) for one in trajectories(file, [])}

    def recode(dataset: h5d.DatasetID) -> "Pipeline | None":
        kind = dataset.get_type()
        plist = dataset.get_create_plist()
        if plist.get_layout() != h5d.CHUNKED or dataset.get_storage_size() < _LEAST or not is_raw(kind):
            return None
        present = tuple(plist.get_filter(number)[:3] for number in range(plist.get_nfilters()))
        if kind.committed() or not all(h5z.filter_avail(code) for code, _, _ in present):
            return None
        from .compact_chunks import pipeline_of, worth

        settings = known.get(b"/" + path_of(dataset).strip(b"/").partition(b"/")[0])
        level = request.level or (settings.complevel if settings else 0) or DEFAULT_LEVEL
        fletcher32 = settings.fletcher32 if settings else False
        pipeline = pipeline_of(request.codec, level, dataset, settings.shuffle if settings else True, fletcher32)
        if pipeline is None or _same(pipeline.filters, present):
            return None
        return pipeline if worth(dataset, pipeline, silent) < _PAYS else None

    return recode


def _same(
    filters: tuple[tuple[int, int, tuple[int, ...]], ...], present: tuple[tuple[int, int, tuple[int, ...]], ...]
) -> bool:
    """Whether two pipelines are the same, whatever their filters note for themselves at the beginning."""
    return [(code, values) for code, _, values in filters] == [(code, values) for code, _, values in present]
