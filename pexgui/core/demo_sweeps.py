"""The sweeps of the demo, each a function that writes one trajectory into a file under construction."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from . import demo_models as models
from . import layout
from .progress import Progress, each
from .writer import FileWriter, Head, ObjectTable, SparseMatrix, TrajectoryWriter

CREATED = 1773477667.0  # a morning in March 2026
PYTHON = "3.11.9"
DURATION, STEP = 2.0, 0.0005
KEPT = 1000


def oscillator(file: FileWriter, progress: Progress) -> None:
    """A damped oscillator: 48 runs, of which the last was not run and the one before it is not marked finished."""
    ratios = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5]
    frequencies = [0.5, 0.75, 1.0, 1.5, 2.0, 3.0]
    points = [(ratio, frequency) for ratio in ratios for frequency in frequencies]
    head = Head("damped_oscillator", CREATED, "How fast a mass on a spring comes to rest, by damping and frequency")
    sweep = file.trajectory(_at(head), len(points), {"project": "Mechanics course", "seed": 7})
    _provenance(sweep, CREATED, "3f9a1c2", "oscillator.py", "Measure the settling time at 2 %", 0)
    sweep.group("parameters.oscillator", "The mass and its spring")
    sweep.parameter(
        "oscillator.damping", 0.1, [ratio for ratio, _ in points], "Damping ratio, 1 is critical", {"unit": "1"}
    )
    sweep.parameter(
        "oscillator.frequency", 1.0, [hertz for _, hertz in points], "Frequency without damping", {"unit": "Hz"}
    )
    sweep.parameter("oscillator.displacement", 5.0, comment="Where the mass is let go", annotations={"unit": "cm"})
    sweep.parameter("recording.duration", 20.0, comment="Length of a recording", annotations={"unit": "s"})
    sweep.parameter("recording.dt", 0.025, comment="Time between two samples", annotations={"unit": "s"})
    sweep.parameter("recording.noise", 0.01, comment="Noise of the sensor, s.d.", annotations={"unit": "cm"})
    sweep.parameter("solver", "closed form", comment="How the motion is computed")
    settled = np.full((len(ratios), len(frequencies)), np.nan)
    rng = np.random.default_rng(7)
    for run, (ratio, frequency) in enumerate(each(points[:-1], "Making the oscillator", progress, 8)):
        settled.flat[run] = _oscillator_run(sweep, run, ratio, frequency, rng)
        if run < len(points) - 2:
            started = CREATED + 2 * run
            sweep.run(run, started, started + round(1.2 + 0.6 * rng.random(), 3), environment="3f9a1c2")
    fastest = int(np.nanargmin(settled))
    sweep.group("results.summary", "Over all runs")
    sweep.result(
        "summary.settling_times",
        settled,
        "Settling time by damping (rows) and frequency (columns)",
        {"unit": "s", "rows": "damping", "columns": "frequency"},
    )
    sweep.result("summary.report", _oscillator_report(settled, ratios, frequencies, fastest), "What came out")
    sweep.link("results.summary.fastest", f"results.runs.run_{fastest:08d}.trace")


def _oscillator_run(
    sweep: TrajectoryWriter, run: int, ratio: float, frequency: float, rng: np.random.Generator
) -> float:
    times = np.linspace(0.0, 20.0, 801)
    motion = models.displacement(ratio, frequency, 5.0, times)
    settling = models.settling_time(motion, 5.0, 0.025)
    turns = models.turning_points(motion)[:40]
    regime = "underdamped" if ratio < 1 else "critically damped" if ratio == 1 else "overdamped"
    trace = np.round(motion + rng.normal(0, 0.01, len(motion)), 4)
    sweep.result("trace", trace, "Displacement of the mass over time", {"unit": "cm", "dt": 0.025}, run=run)
    sweep.result("settling_time", settling, "Time until the mass stays within 2 %", {"unit": "s"}, run=run)
    speed = round(float(np.abs(np.gradient(motion, 0.025)).max()), 3)
    sweep.result("peak", speed, "Largest speed", {"unit": "cm/s"}, run=run)
    sweep.result("regime", regime, "Kind of motion", run=run)
    marks = {"times": times[turns], "heights": np.round(motion[turns], 4)}
    sweep.result("turning_points", marks, "When and where the mass turns round", run=run)
    return settling


def _oscillator_report(
    settled: models.Floats, ratios: Sequence[float], frequencies: Sequence[float], fastest: int
) -> str:
    row, column = divmod(fastest, len(frequencies))
    return (
        f"{int(np.isfinite(settled).sum())} of {settled.size} recordings settled within 20 s.\n\n"
        f"The mass came to rest fastest, after {settled[row, column]:.3g} s, with a damping ratio of {ratios[row]} "
        f"at {frequencies[column]} Hz.\nBelow critical damping it swings past its rest, above it creeps back."
    )


def logistic_map(file: FileWriter, progress: Progress) -> None:
    """The logistic map: 162 runs over the growth rate from two starts, and a bifurcation diagram."""
    rates = [round(2.8 + 0.015 * number, 3) for number in range(81)]
    points = [(rate, start) for rate in rates for start in (0.2, 0.7)]
    head = Head("logistic_map", CREATED - 86_400 * 3, "From a steady population to chaos, by growth rate")
    sweep = file.trajectory(_at(head), len(points), {"project": "Population dynamics"})
    _provenance(sweep, head.created, "b04d7e1", "logistic_map.py", "Keep the last 256 states", 13.4)
    sweep.parameter("population.growth_rate", 3.2, [rate for rate, _ in points], "Growth per season")
    sweep.parameter("population.start", 0.2, [start for _, start in points], "Population in the first season")
    sweep.parameter("iteration.skipped", 1000, comment="Seasons before anything is kept")
    sweep.parameter("iteration.kept", 256, comment="Seasons that are kept")
    sweep.derived_parameter("onset_of_chaos", 3.5699456, comment="Where the doubling of the period ends")
    orbits = models.logistic_orbits(
        np.asarray([rate for rate, _ in points]), np.asarray([start for _, start in points]), 1000, 256
    )
    for run in each(range(len(points)), "Making the logistic map", progress, 20):
        states = orbits.states[run]
        sweep.result("orbit", states, "Population in the last seasons", {"dt": 1, "unit": "season"}, run=run)
        sweep.result(
            "lyapunov", round(float(orbits.exponents[run]), 5), "Lyapunov exponent, positive in chaos", run=run
        )
        sweep.result("period", models.period(states), "Seasons until the population repeats, 0 for never", run=run)
        started = CREATED - 86_400 * 3 + 0.08 * run
        sweep.run(run, started, started + 0.06 + 0.01 * (run % 3), environment="b04d7e1")
    fine = np.linspace(2.8, 4.0, 320)
    sweep.group("results.bifurcation", "The diagram and what can be read from it")
    sweep.result(
        "bifurcation.density",
        models.bifurcation_density(fine, 200),
        "How often each population occurs, by growth rate",
        {"rows": "population, 1 at the top", "columns": "growth rate, 2.8 to 4.0"},
    )
    sweep.result("bifurcation.doublings", (3.0, 3.44949, 3.54409, 3.564407), "Growth rates at which the period doubles")
    sweep.result("bifurcation.note", _MAP_NOTE, "How to read the diagram")
    sweep.link("results.bifurcation.period_three", f"results.runs.run_{points.index((3.835, 0.2)):08d}.orbit")


_MAP_NOTE = """Below a growth rate of 3 the population settles on one value.
Above, it alternates between two values, then four, then eight, ever faster.
From about 3.57 on it never repeats, except in windows such as the one near 3.83, where it has the period 3."""


def firing_rate(file: FileWriter, progress: Progress) -> None:
    """A spiking neuron: 162 runs over current, noise and trial, with tables, a frame and a stack of images."""
    currents = [0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.4]
    points = [(nano, noise, trial) for nano in currents for noise in (1.0, 3.0, 6.0) for trial in range(6)]
    head = Head("firing_rate", CREATED - 3_600, "Firing rate of a model neuron against current and noise, six trials")
    sweep = file.trajectory(_at(head), len(points), {"project": "Layer 4 models", "figure": 2})
    _provenance(sweep, head.created, "e81b5c0", "firing_rate.py", "Record the potential in every trial", 341.2)
    _neuron_parameters(sweep, points)
    rates = _neuron_runs(sweep, points, "e81b5c0", CREATED - 3_600, progress)
    progress("Making the firing rates", len(points), len(points))
    _neuron_summary(sweep, points, rates)


class Session:
    """One of the sessions that are meant to be merged: four trials at each of ``currents`` (nA)."""

    def __init__(self, name: str, currents: Sequence[float], created: float) -> None:
        self._name = name
        self._points = [(nano, 3.0, trial) for nano in currents for trial in range(4)]
        self._created = created

    def __call__(self, file: FileWriter, progress: Progress) -> None:
        head = Head(self._name, self._created, "Firing rate against current, one session of several")
        sweep = file.trajectory(_at(head), len(self._points))
        _provenance(sweep, head.created, "e81b5c0", "session.py", "Record the potential in every trial", 25.1)
        _neuron_parameters(sweep, self._points)
        _neuron_runs(sweep, self._points, "e81b5c0", self._created, progress)


def _neuron_parameters(sweep: TrajectoryWriter, points: list[tuple[float, float, int]]) -> None:
    sweep.group("parameters.neuron", "A leaky integrate-and-fire neuron")
    sweep.parameter("neuron.current", 2.0, [nano for nano, _, _ in points], "Injected current", {"unit": "nA"})
    noise = [noise for _, noise, _ in points]
    sweep.parameter(
        "neuron.noise",
        3.0,
        noise if len(set(noise)) > 1 else None,
        "Noise of the potential, s.d.",
        {"unit": "mV"},
    )
    for name, value, comment, unit in (
        ("rest", models.REST, "Potential at rest and after a spike", "mV"),
        ("threshold", models.THRESHOLD, "Potential at which it fires", "mV"),
        ("tau", 1000 * models.TIME_CONSTANT, "Membrane time constant", "ms"),
        ("resistance", models.RESISTANCE, "Membrane resistance", "MOhm"),
        ("refractory", 1000 * models.REFRACTORY, "Silence after a spike", "ms"),
    ):
        sweep.parameter(f"neuron.{name}", value, comment=comment, annotations={"unit": unit})
    sweep.parameter("trial", 0, [trial for _, _, trial in points], "Repetition with other noise")
    sweep.parameter("recording.duration", DURATION, comment="Length of a trial", annotations={"unit": "s"})
    waveform = np.round(np.minimum(1, np.arange(200) / 20), 3)
    sweep.parameter("stimulus.waveform", waveform, comment="Shape of the current", annotations={"dt": 0.01})
    sweep.derived_parameter(
        "rheobase",
        (models.THRESHOLD - models.REST) / models.RESISTANCE,
        comment="Smallest current that makes it fire without noise",
        annotations={"unit": "nA"},
    )


def _neuron_runs(
    sweep: TrajectoryWriter,
    points: list[tuple[float, float, int]],
    environment: str,
    created: float,
    progress: Progress,
) -> models.Floats:
    """Record every point. The noise depends on the point alone, so that equal points have equal results."""
    seeds = [round(nano * 10) * 10_000 + round(noise * 10) * 100 + trial for nano, noise, trial in points]
    currents, noises = np.asarray([nano for nano, _, _ in points]), np.asarray([noise for _, noise, _ in points])
    recordings = models.record_neurons(currents, noises, seeds, DURATION, STEP)
    for run, recording in enumerate(each(recordings, "Making the firing rates", progress, 20)):
        count = len(recording.spikes)
        potential = np.round(recording.potential[:KEPT], 2).astype(np.float32)
        sweep.result("rate", count / DURATION, "Mean firing rate over the trial", {"unit": "Hz"}, run=run)
        sweep.result("spikes", count, "Number of spikes", run=run)
        sweep.result("spike_times", np.round(recording.spikes, 4), "When it fired", {"unit": "s"}, run=run)
        sweep.result("potential", potential, "Membrane potential, first 0.5 s", {"unit": "mV", "dt": STEP}, run=run)
        started = created + 2 * run
        sweep.run(run, started, started + 1.6 + 0.01 * (seeds[run] % 30), environment=environment)
    return np.asarray([len(recording.spikes) / DURATION for recording in recordings])


def _neuron_summary(sweep: TrajectoryWriter, points: list[tuple[float, float, int]], rates: models.Floats) -> None:
    import pandas

    frame = pandas.DataFrame(points, columns=["current", "noise", "trial"]).assign(rate=rates)
    table = frame.groupby(["current", "noise"]).rate.agg(["mean", "std"]).round(3).reset_index()
    table["regime"] = ["silent" if mean < 0.5 else "sparse" if mean < 10 else "regular" for mean in table["mean"]]
    gain = table[table.noise == 3.0].set_index("current")["mean"].rename("rate")
    sweep.group("results.summary", "Over all runs", {"made_by": "firing_rate.py"})
    sweep.result("summary.rates", table, "Mean and s.d. of the rate over six trials", {"unit": "Hz"})
    sweep.result("summary.gain", gain, "Rate against current at a noise of 3 mV", {"unit": "Hz"})
    sweep.result("summary.cells", _CELLS, "The cells from which the parameters were taken")
    sweep.result(
        "summary.fit", {"line": _fit(gain[gain.index > 1.5])}, "Straight line through the rates above the rheobase"
    )
    sweep.result("summary.remark", "Noise lifts the rate below the rheobase and hardly changes it above.", "Remark")
    sweep.result("network.weights", _ring(80), "Connections of the network that is planned next")
    sweep.result(
        "imaging.activity",
        models.moving_spots(64, 24, 11),
        "Activity on the sheet",
        {"axes": "row, column, frame", "dt": 0.05, "unit": "relative"},
    )
    best = points.index((2.4, 1.0, 0))
    sweep.link("results.summary.example", f"results.runs.run_{best:08d}.potential")


_CELLS = ObjectTable(
    {
        "cell": ["c01", "c02", "c03", "c04", "c05", "c06"],
        "layer": ["4", "4", "4", "2/3", "4", "5"],
        "rest": [-64.2, -66.1, -65.3, -67.8, -64.9, -63.5],
        "resistance": [98.5, 104.2, 101.7, 142.0, 96.3, 71.4],
        "position": [(120, 344), (133, 351), (128, 340), (119, 212), (141, 347), (137, 498)],
        "accepted": [True, True, True, False, True, False],
    }
)


def _fit(gain: Any) -> dict[str, Any]:
    """A straight line through a gain curve: its slope (Hz/nA) and how well it fits."""
    currents, rates = gain.index.to_numpy(), gain.to_numpy()
    slope, intercept = np.polyfit(currents, rates, 1)
    unexplained = ((rates - slope * currents - intercept) ** 2).sum() / ((rates - rates.mean()) ** 2).sum()
    return {
        "method": "least squares",
        "slope": round(float(slope), 3),
        "intercept": round(float(intercept), 3),
        "r_squared": round(float(1 - unexplained), 4),
        "range": [float(currents[0]), float(currents[-1])],
    }


def _ring(size: int) -> SparseMatrix:
    """Every cell is connected to its four neighbours on a ring, the nearer the stronger."""
    columns = [[(row + shift) % size for shift in (-2, -1, 1, 2)] for row in range(size)]
    order = [sorted(zip(neighbours, (0.2, 0.5, 0.5, 0.2), strict=True)) for neighbours in columns]
    indices = np.asarray([column for row in order for column, _ in row], dtype=np.int32)
    weights = np.asarray([weight for row in order for _, weight in row])
    return SparseMatrix("csr", (size, size), weights, indices, np.arange(0, 4 * size + 1, 4, dtype=np.int32))


def _at(head: Head) -> Head:
    return Head(head.name, head.created, head.comment, python=PYTHON)


def _provenance(sweep: TrajectoryWriter, created: float, commit: str, script: str, message: str, took: float) -> None:
    """What pypet notes of an environment and of git, with invented values; ``took`` 0 for one that was interrupted."""
    environment = f"environment.environment_{commit}_{_moment(created)}"
    entries: list[tuple[str, Any, str]] = [
        ("hexsha", commit + "d42c7a90be13f5a68c2477e09b3d1f6a5", "SHA-1 identifier of the environment"),
        ("script", script, "Name of the executed main script"),
        ("start_timestamp", created, "Timestamp of starting of experiment"),
        ("multiproc", False, "Whether the runs were spread over processes"),
        ("versions.pypet", "0.6.1", "Version of pypet"),
        ("versions.python", PYTHON, "Version of Python"),
        ("versions.numpy", "1.26.4", "Version of numpy"),
        ("versions.pandas", "2.2.3", "Version of pandas"),
        ("versions.PyTables", "3.9.2", "Version of PyTables"),
    ]
    if took:
        entries.append(("finish_timestamp", created + took, "Timestamp of finishing of an experiment"))
        entries.append(("runtime", str(timedelta(seconds=took)), "Runtime of whole experiment"))
    for name, value, comment in entries:
        sweep.config(f"{environment}.{name}", value, comment)
    committed = created - 58_823
    git = f"git.commit_{commit}_{_moment(committed)}"
    for name, value, comment in (
        ("hexsha", commit + "77a1e0c95b8f24d36e9c0b1a7d52f8e64", "SHA-1 hash of commit"),
        ("name_rev", f"{commit} main", "String describing the commit"),
        ("committed_date", int(committed), "Date of commit as unix epoch seconds"),
        ("message", message, "The commit message"),
    ):
        sweep.config(f"{git}.{name}", value, comment)


def _moment(seconds: float) -> str:
    return time.strftime(layout.TIME_FORMAT, time.localtime(seconds))
