"""What a person made of the run table, kept for the next time and for other trajectories of the same experiment."""

import json
from hashlib import sha256
from typing import Any

from PySide6.QtCore import QSettings

from pexgui.core import ColumnChoice, RunTable

from .run_columns import of_choice, result_path
from .runs_layout import ColumnLayout
from .runs_model import RunsModel


def shape(table: RunTable) -> str:
    """What trajectories of the same experiment share: the parameters they explore."""
    names = sorted(column.name for column in table.parameters)
    return sha256("\n".join(names).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def keep(settings: QSettings, shape: str, model: RunsModel, layout: ColumnLayout) -> None:
    """Keep which results are columns, which have bars, and how all columns are laid out."""
    state = layout.state()
    state["bars"] = [column.key for column in model.columns if column.bar]
    state["results"] = [[c.key, c.title, c.type] for c in model.columns if c.group == "Results"]
    settings.setValue(f"runs/{shape}", json.dumps(state))


def recall(settings: QSettings, shape: str, model: RunsModel, layout: ColumnLayout) -> None:
    """Make the columns as they were kept; the values of results are not there yet."""
    state = _stored(settings.value(f"runs/{shape}"))
    for key, name, kind in _triples(state.get("results")):
        path = result_path(key)
        if path is not None and model.place(key) is None:
            model.add(of_choice(ColumnChoice(path, name, kind, ""), model.runs()))
    bars = state.get("bars")
    for column in model.columns:
        column.bar = isinstance(bars, list) and column.key in bars
    layout.set_state(state)


def _stored(value: object) -> dict[str, Any]:
    try:
        state = json.loads(value) if isinstance(value, str) else {}
    except ValueError:
        return {}
    return state if isinstance(state, dict) else {}


def _triples(value: object) -> list[tuple[str, str, str]]:
    entries = value if isinstance(value, list) else []
    return [
        (entry[0], entry[1], entry[2])
        for entry in entries
        if isinstance(entry, list) and len(entry) == 3 and all(isinstance(part, str) for part in entry)
    ]
