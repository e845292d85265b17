"""What pypet's examples 1, 2, 3, 8, 14 and 20 do, done by scripts of ours with a trajectory of ours."""

import multiprocessing
import random
from pathlib import Path
from typing import Any

import pytest

from pexgui import (
    MultiprocContext,
    NotUniqueNodeError,
    Parameter,
    Trajectory,
    cartesian_product,
    manual_run,
    pypetconstants,
)


@manual_run
def multiply(trajectory: Any) -> None:
    trajectory.f_add_result("z", trajectory.x * trajectory.y, comment="The product")
    trajectory.f_store()


def explored(name: str, file: Path, xs: list[Any], ys: list[Any], **settings: Any) -> Trajectory:
    """A trajectory with the product of two ranges, all of whose runs were run."""
    trajectory = Trajectory(name, filename=str(file), comment="A small sweep", **settings)
    trajectory.f_add_parameter("x", type(xs[0])(1), comment="The first factor")
    trajectory.f_add_parameter("y", type(ys[0])(1), comment="The second factor")
    trajectory.f_explore(cartesian_product({"x": xs, "y": ys}))
    trajectory.f_store()
    for _ in trajectory.f_iter_runs():
        multiply(trajectory)
    return trajectory


def test_example_1_first_steps(tmp_path: Path) -> None:
    file = tmp_path / "hdf5" / "first.hdf5"
    explored("Multiplication", file, [1, 2, 3, 4], [6, 7, 8], overwrite_file=True, file_title="First steps")
    trajectory = Trajectory(filename=str(file))
    trajectory.f_load(index=-1, load_parameters=2, load_results=2)
    assert trajectory.v_name == "Multiplication"
    assert len(trajectory) == 12
    assert trajectory.run_00000001.z == 7
    assert trajectory.results.runs.r_11.z == 32


def test_example_2_access_and_storage(tmp_path: Path) -> None:
    file = str(tmp_path / "hdf5" / "access.hdf5")
    trajectory = Trajectory("Example", filename=file, overwrite_file=True, comment="Access and storage")
    trajectory.f_add_parameter("zoo.animals.lion", "Leo")
    animals = trajectory.parameters.zoo.animals
    assert trajectory.animals is trajectory.f_get("animals") is trajectory["animals"] is animals
    animals.f_add_parameter("bear", "Ursa", comment="She sleeps in winter")
    assert trajectory.f_get("bear").v_full_name == "parameters.zoo.animals.bear"
    trajectory.f_add_parameter_group("farm.animals")
    with pytest.raises(NotUniqueNodeError, match=r"“parameters\.zoo\.animals”, “parameters\.farm\.animals”"):
        _ = trajectory.animals
    assert trajectory.zoo.animals is animals
    assert trajectory.bear == "Ursa"
    trajectory.v_fast_access = False
    assert isinstance(trajectory.bear, Parameter)
    trajectory.f_store()
    trajectory.f_add_result("zoo.income", amount=10.1**6, currency="€", comment="In a year")
    trajectory.f_store_item("income")
    trajectory.income.f_empty()
    assert trajectory.income.f_is_empty()
    trajectory.func.add_result("zoo.visitors", morning=12, evening=30, comment="On a day")
    assert trajectory.results.zoo.visitors.vars.comment == "On a day"
    again = Trajectory(filename=file)
    again.f_load(index=-1, load_parameters=2, load_results=1)
    assert again.income.f_is_empty()
    again.f_load_item("income")
    assert not again.income.f_is_empty()
    assert (again.income.amount, again.income.currency) == (10.1**6, "€")
    assert "visitors" not in again.results.zoo.f_get_children()


def test_example_3_merging_within_one_file(tmp_path: Path) -> None:
    file = tmp_path / "hdf5" / "merging.hdf5"
    first = explored("Traj1", file, [1.0, 2.0, 3.0, 4.0], [6.0, 7.0, 8.0], add_time=True)
    second = explored("Traj2", file, [3.0, 4.0, 5.0, 6.0], [7.0, 8.0, 9.0], add_time=True)
    first.f_merge(second, remove_duplicates=True, backup_filename=True, move_data=True, delete_other_trajectory=True)
    first.f_load(load_parameters=2, load_results=2)
    found = []
    for name in first.f_get_run_names():
        first.f_set_crun(name)
        assert first.crun.z == first.x * first.y
        found.append((first.x, first.y))
    first.f_restore_default()
    wanted = [(x, y) for x in (1.0, 2.0, 3.0, 4.0) for y in (6.0, 7.0, 8.0)]
    wanted += [(x, y) for x in (3.0, 4.0, 5.0, 6.0) for y in (7.0, 8.0, 9.0) if (x, y) not in wanted]
    assert found == wanted
    assert first.v_idx == -1


def test_example_8_finding_runs_by_their_parameters(tmp_path: Path) -> None:
    trajectory = explored("Example08", tmp_path / "finding.hdf5", [1, 2, 3, 4], [6, 7, 8])
    trajectory.f_load(load_results=pypetconstants.LOAD_DATA)
    found = []
    for index in trajectory.f_find_idx(["x", "y"], lambda x, y: x == 2 or y == 8):
        trajectory.v_idx = index
        found.append((trajectory.v_crun, trajectory.x, trajectory.y, trajectory.crun.z))
    trajectory.f_restore_default()
    numbers = [2, 3, 4, 5, 8, 11]
    points = [(1, 8), (2, 6), (2, 7), (2, 8), (3, 8), (4, 8)]
    assert found == [(f"run_{n:08d}", x, y, x * y) for n, (x, y) in zip(numbers, points, strict=True)]


@manual_run()
def multiply_by_links(trajectory: Any) -> None:
    trajectory.f_add_result("runs.$.z", trajectory.mylink1 * trajectory.mylink2, comment="The product")
    trajectory.f_store()


def test_example_14_links(tmp_path: Path) -> None:
    file = tmp_path / "links.hdf5"
    trajectory = Trajectory("Links", filename=str(file), comment="How to use links")
    trajectory.par.x = Parameter("x", 1, "The first factor")
    trajectory.par.y = Parameter("y", 5, "The second factor")
    trajectory.f_explore({"x": [3, 4]})
    trajectory.f_add_link("mylink1", trajectory.f_get("x"))
    assert trajectory.mylink1 == 1
    assert trajectory.f_get("mylink1") is trajectory.f_get("parameters.x")
    trajectory.f_add_link("parameters.mynewgroup.mylink2", trajectory.f_get("y"))
    trajectory.f_store()
    for _ in trajectory.f_iter_runs():
        multiply_by_links(trajectory)
    again = Trajectory(filename=str(file))
    again.f_load()
    assert again.f_get_from_runs("z", fast_access=True, use_indices=True) == {0: 15, 1: 20}
    assert again.f_get("mynewgroup.mylink2") is again.f_get("parameters.y")
    assert again.mylink1 == 1


@manual_run(store_meta_data=True)
def ones(trajectory: Any, individual: list[int]) -> tuple[int]:
    trajectory.f_add_result("$set.$.individual", list(individual))
    trajectory.f_add_result("$set.$.fitness", sum(individual))
    trajectory.f_store()
    return (sum(individual),)


def ones_of(pair: tuple[Any, list[int]]) -> tuple[int]:
    return ones(*pair)


def test_example_20_a_sweep_that_grows_by_generations_and_runs_in_a_pool(tmp_path: Path) -> None:
    file = str(tmp_path / "experiments" / "onemax.hdf5")
    trajectory = Trajectory("onemax", filename=file, overwrite_file=True)
    for name, value in {"size": 6, "length": 8, "generations": 3, "generation": 0, "number": 0, "seed": 42}.items():
        trajectory.f_add_parameter(name, value)
    trajectory.f_store(only_init=True)
    dice = random.Random(trajectory.seed)
    population = [[dice.randint(0, 1) for _ in range(trajectory.length)] for _ in range(trajectory.size)]
    start, everything = 0, []
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        for generation in range(trajectory.generations):
            trajectory.f_expand(cartesian_product({"generation": [generation], "number": range(len(population))}))
            context = MultiprocContext(trajectory, wrap_mode="QUEUE")
            context.f_start()
            fitness = pool.map(ones_of, zip(trajectory.f_iter_runs(start, yields="copy"), population, strict=True))
            context.f_finalize()
            start += len(population)
            everything += population
            assert [one for (one,) in fitness] == [sum(one) for one in population]
            best = sorted(population, key=sum)[len(population) // 2 :]
            population = [[bit ^ (dice.random() < 0.2) for bit in one] for one in best * 2]
    trajectory.f_store()
    again = Trajectory(filename=file)
    again.f_load(index=-1)
    assert len(again) == 18
    assert again.f_is_completed()
    assert again.f_get("generation").f_get_range() == [0] * 6 + [1] * 6 + [2] * 6
    assert again.f_get_from_runs("individual", fast_access=True, use_indices=True) == dict(enumerate(everything))
    assert again.results.run_set_00000.run_00000017.fitness == sum(everything[17])
    assert again.seed == 42
