"""Run by the interpreter that has the real pypet: reads jobs, writes answers. See the package's own description."""

import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.getLogger().addHandler(logging.NullHandler())
logging.lastResort = None

from describe import describe  # noqa: E402
from extend import extend, resume  # noqa: E402
from make_files import make_files  # noqa: E402

DO = {"describe": describe, "extend": extend, "resume": resume, "make": make_files}

if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as questions:
        jobs = json.load(questions)
    answers = [DO[job.pop("do")](**job) for job in jobs]
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        json.dump(answers, out)
