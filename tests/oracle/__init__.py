"""Asking the real pypet, which lives in an interpreter of its own: jobs go in, JSON descriptions come out.

The other files of this folder run over there. They know nothing of pexgui.
"""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def ask(python: Path, jobs: Sequence[dict[str, Any]], folder: Path) -> list[Any]:
    """The answers to ``jobs``, in their order; ``folder`` takes what passes between the two interpreters.

    ``{"do": "describe", "file": …}`` describes every trajectory of a file as pypet loads it.
    ``{"do": "loads", "file": …}`` says whether it can load all of them.
    ``{"do": "extend", "file": …, "name": …, "points": {…}}`` adds points to the exploration and runs the first one.
    ``{"do": "repeat", "file": …, "name": …}`` adds two points that are there already, and runs the first one.
    ``{"do": "resume", "file": …, "name": …}`` lets an `Environment` run what is not finished.
    ``{"do": "make", "folder": …}`` lets pypet write files, and says which.
    ``{"do": "signatures"}`` gives the arguments of pypet's functions that merge.
    ``{"do": "product" or "unique" or "bars", "cases": […]}`` gives products, different points and bars, see `designs`.
    ``{"do": "script", "file": …}`` runs a script.
    ``{"do": "manual", "root": …, "folder": …, "cases": […]}`` runs trajectories with our ``manual_run``, see `manual`.
    """
    questions, answers = folder / "questions.json", folder / "answers.json"
    questions.write_text(json.dumps(list(jobs)), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HDF5_"))}
    done = subprocess.run(
        [str(python), str(FOLDER / "answer.py"), str(questions), str(answers)],
        env=environment | {"PYTHONHASHSEED": "0", "TZ": "UTC"},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    loaded: list[Any] = json.loads(answers.read_text(encoding="utf-8"))
    return loaded
