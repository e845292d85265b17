"""Every trajectory of a file as the real pypet loads it."""

from digest import digest, plain
from pypet import HDF5StorageService, Trajectory
from pypet.pypetconstants import LOAD_DATA
from tables import open_file

RUN = ("idx", "name", "completed", "timestamp", "finish_timestamp", "runtime", "parameter_summary")


def load(file, name):
    """A trajectory with all its data. The service is made without it, so that the file's own settings count."""
    trajectory = Trajectory("loader", storage_service=HDF5StorageService(filename=file))
    trajectory.f_load(name=name, load_all=LOAD_DATA, force=True)
    return trajectory


def describe(file):
    """The JSON description of all trajectories of ``file`` by name."""
    with open_file(file) as opened:
        names = [group._v_name for group in opened.root._f_iter_nodes("Group") if "overview" in group]
    return {name: _trajectory(load(file, name)) for name in names}


def loads(file):
    """Whether pypet can load all trajectories of ``file``."""
    try:
        describe(file)
    except Exception:
        return False
    return True


def _trajectory(trajectory):
    runs = [trajectory.f_get_run_information(index) for index in range(len(trajectory))]
    made = {
        "comment": trajectory.v_comment,
        "timestamp": trajectory.v_timestamp,
        "version": trajectory.v_version,
        "python": trajectory.v_python,
        "annotations": _annotations(trajectory),
        "runs": [[plain(run[column]) for column in RUN] for run in runs],
        "explored": sorted(trajectory._explored_parameters),
        "groups": {},
        "leaves": {},
        "links": {},
    }
    for node in [trajectory, *trajectory.f_iter_nodes(recursive=True, with_links=False)]:
        if node.v_is_leaf:
            made["leaves"][node.v_full_name] = _leaf(node)
            continue
        if node is not trajectory:
            made["groups"][node.v_full_name] = {"comment": node.v_comment, "annotations": _annotations(node)}
        for name, target in node._links.items():
            made["links"][f"{node.v_full_name}.{name}".strip(".")] = target.v_full_name
    return made


def _annotations(node):
    return {name: digest(value) for name, value in sorted(node.v_annotations.f_to_dict().items())}


def _leaf(leaf):
    made = {
        "class": leaf.f_get_class_name(),
        "comment": leaf.v_comment,
        "annotations": _annotations(leaf),
    }
    if not leaf.v_is_parameter:
        return made | {"items": {name: digest(value) for name, value in sorted(leaf.f_to_dict().items())}}
    if leaf.f_is_empty():
        return made | {"value": digest(None)}
    made["value"] = digest(leaf.f_get_default())
    if leaf.f_has_range():
        made["range"] = [digest(value) for value in leaf.f_get_range()]
    return made
