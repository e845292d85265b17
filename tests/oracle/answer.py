"""Run by the interpreter that has the real pypet: reads jobs, writes answers. See the package's own description."""

import json
import logging
import runpy
import sys
import warnings

warnings.simplefilter("ignore")
logging.getLogger().addHandler(logging.NullHandler())
logging.lastResort = None

from describe import describe, loads  # noqa: E402
from designs import bars, product, unique  # noqa: E402
from extend import extend, repeat, resume  # noqa: E402
from make_files import make_files  # noqa: E402
from manual import manual  # noqa: E402
from signatures import signatures  # noqa: E402


def script(file):
    """Run a script."""
    runpy.run_path(file, run_name="__main__")


DO = {
    "describe": describe,
    "loads": loads,
    "extend": extend,
    "repeat": repeat,
    "resume": resume,
    "make": make_files,
    "signatures": signatures,
    "product": product,
    "unique": unique,
    "bars": bars,
    "manual": manual,
    "script": script,
}

if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as questions:
        jobs = json.load(questions)
    answers = [DO[job.pop("do")](**job) for job in jobs]
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        json.dump(answers, out)
