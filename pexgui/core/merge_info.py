"""What a merged trajectory notes of its merges, as pypet does, but with the right numbers."""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import encode, encode_parameters, files, layout, stored

_COMMENT = "Settings and information of the different merges"
_COMMENTS = {
    "merged_runs": "Number of merged runs",
    "timestamp": "Timestamp of merge",
    "hexsha": "SHA-1 identifier of the merge",
    "remove_duplicates": "Option to remove duplicate entries",
    "ignore_data": "Data to ignore during merge",
    "length_before_merge": "Length of trajectory before merge",
    "trial_parameter": "Name of trial parameter",
}
_COMMENTS_OF_OTHER = {
    "name": "Name of other trajectory merged into the current one",
    "timestamp": "Timestamp of creation of other trajectory merged into the current one",
    "length": "Length of other trajectory",
    "comment": "Comment of other trajectory",
    "version": "The version of pypet you used to manage the other trajectory. Only added if other trajectory's version "
    "differs from current trajectory version.",
}


def write_info(config: Any, found: Any, request: Any, started: float) -> None:
    """Note each source but the first in the group ``config.merge``."""
    group = files.group_at(config, b"merge")
    if group is None:
        group = stored.create_group(config, b"merge", "merge", {layout.SRVC_INIT_COMMENT: _COMMENT})
    before = sum(number >= 0 for number in found.selection.numbers[0])
    for source, side in enumerate(found.sides[1:], 1):
        taken = sum(number >= 0 for number in found.selection.numbers[source])
        digest = hexsha(found.sides[0].info, side.info)
        facts: dict[str, Any] = {
            "merged_runs": taken,
            "timestamp": started,
            "hexsha": digest,
            "remove_duplicates": bool(request.once),
            "length_before_merge": before,
        }
        if request.ignore:
            facts["ignore_data"] = tuple(request.ignore)
        if request.trial:
            facts["trial_parameter"] = found.trial
        made = stored.create_group(group, _free(group, digest, started), "")
        _write(made, facts, _COMMENTS)
        if request.keep_other_info:
            other = stored.create_group(made, b"other_trajectory", "other_trajectory")
            _write(other, _other(side, found.sides[0]), _COMMENTS_OF_OTHER)
        before += taken


def hexsha(first: Any, other: Any) -> str:
    """What pypet calls a merge by: names and moments of both trajectories, and the version."""
    words = first.name + str(first.created) + other.name + str(other.created) + first.version
    return hashlib.sha1(words.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


def _other(side: Any, first: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": side.info.name, "timestamp": side.info.created, "length": len(side.names)}
    if side.info.comment:
        facts["comment"] = side.info.comment
    if side.info.version != first.info.version:
        facts["version"] = side.info.version
    return facts


def _free(group: Any, digest: str, started: float) -> bytes:
    """``merge_1a2b3c4_2026_03_14_09h41m00s``, with a number behind it where there is such a merge already."""
    name = f"merge_{digest[:7]}_{time.strftime(layout.TIME_FORMAT, time.localtime(started))}".encode()
    known, number = set(files.names(group)), 1
    fresh = name
    while fresh in known:
        fresh = name + b"_%d" % number
        number += 1
    return fresh


def _write(group: Any, facts: Mapping[str, Any], comments: Mapping[str, str]) -> None:
    """Leaves of config, one for each fact, with pypet's comments."""
    for name, value in facts.items():
        made = encode_parameters.parameter(value, None, name)
        own = {layout.SRVC_INIT_CLASS_NAME: made.class_name, layout.SRVC_LEAF: np.bool_(True)}
        leaf = stored.create_group(group, name.encode(), name, own | encode.comment(comments[name], name))
        for child, content in made.children.items():
            stored.write(leaf, child, content, stored.Filters())
