"""The small models whose results fill the demo: a damped oscillator, the logistic map and a spiking neuron."""

import math
from typing import TypeAlias

import numpy as np

from .model import Record

Floats: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def displacement(damping: float, frequency: float, start: float, times: Floats) -> Floats:
    """Where a mass on a spring is at ``times`` (s), let go at ``start`` (cm): the solution in closed form.

    ``damping`` is the damping ratio, ``frequency`` (Hz) that of the undamped oscillation.
    """
    pace = 2 * math.pi * frequency
    if damping == 1:
        return np.asarray(start * (1 + pace * times) * np.exp(-pace * times))
    if damping < 1:
        slower = pace * math.sqrt(1 - damping**2)
        swing = np.cos(slower * times) + damping * pace / slower * np.sin(slower * times)
        return np.asarray(start * np.exp(-damping * pace * times) * swing)
    root = math.sqrt(damping**2 - 1)
    fast, slow = pace * (damping + root), pace * (damping - root)
    return np.asarray(start * (fast * np.exp(-slow * times) - slow * np.exp(-fast * times)) / (fast - slow))


def settling_time(trace: Floats, start: float, step: float) -> float:
    """The time (s) after which the mass stays within 2 % of its start, NaN when it does not settle in time."""
    outside = np.flatnonzero(np.abs(trace) > 0.02 * start)
    last = int(outside[-1]) + 1 if outside.size else 0
    return math.nan if last >= len(trace) else round(last * step, 6)


def turning_points(trace: Floats) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """The samples at which the mass turns round."""
    pace = np.diff(trace)
    return np.asarray(np.flatnonzero(pace[:-1] * pace[1:] < 0) + 1)


class Orbits(Record, frozen=True):
    """Orbits of the logistic map: the last states (one row per orbit) and the Lyapunov exponents."""

    states: Floats
    exponents: Floats


def logistic_orbits(growth: Floats, start: Floats, skipped: int, kept: int) -> Orbits:
    """Iterate ``x → growth · x · (1 - x)`` from ``start``, one orbit per element."""
    x = start.copy()
    for _ in range(skipped):
        x = growth * x * (1 - x)
    states = np.empty((len(x), kept))
    stretched = np.zeros(len(x))
    for step in range(kept):
        x = growth * x * (1 - x)
        states[:, step] = x
        stretched += np.log(np.abs(growth * (1 - 2 * x)) + 1e-12)
    return Orbits(states, stretched / kept)


def period(states: Floats, longest: int = 32) -> int:
    """After how many steps the states come back, 0 when not within ``longest``."""
    for steps in range(1, longest + 1):
        if np.allclose(states[steps:], states[:-steps], rtol=0, atol=1e-6):
            return steps
    return 0


def bifurcation_density(growth: Floats, bins: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """How often the logistic map visits each state: rows are states from 1 down to 0, columns growth rates."""
    states = logistic_orbits(growth, np.full(len(growth), 0.3), 600, 600).states
    counts = np.stack([np.histogram(row, bins=bins, range=(0.0, 1.0))[0] for row in states], axis=1)
    return np.asarray(np.log1p(counts[::-1]) / np.log1p(counts.max()), dtype=np.float32)


class Recording(Record, frozen=True):
    """What was recorded from one neuron: spike times (s) and its membrane potential (mV)."""

    spikes: Floats
    potential: Floats


REST, THRESHOLD, PEAK = -65.0, -50.0, 20.0
RESISTANCE, TIME_CONSTANT, REFRACTORY = 10.0, 0.020, 0.002


def record_neurons(currents: Floats, noise: Floats, seeds: list[int], duration: float, step: float) -> list[Recording]:
    """Leaky integrate-and-fire neurons: ``currents`` in nA, ``noise`` (s.d. of the potential) in mV, times in s."""
    steps = round(duration / step)
    kicks = np.stack([np.random.default_rng(seed).standard_normal(steps) for seed in seeds], axis=1)
    kicks *= noise * math.sqrt(2 * step / TIME_CONSTANT)
    potential = np.empty((steps, len(seeds)))
    fired = np.zeros((steps, len(seeds)), dtype=bool)
    now = np.full(len(seeds), REST)
    silent = np.zeros(len(seeds))
    for number in range(steps):
        now = now + (REST - now + RESISTANCE * currents) * (step / TIME_CONSTANT) + kicks[number]
        now = np.where(silent > 0, REST, now)
        silent -= step
        fired[number] = now >= THRESHOLD
        potential[number] = np.where(fired[number], PEAK, now)
        now = np.where(fired[number], REST, now)
        silent = np.where(fired[number], REFRACTORY, silent)
    return [
        Recording(np.asarray(np.flatnonzero(fired[:, neuron]) * step), np.ascontiguousarray(potential[:, neuron]))
        for neuron in range(len(seeds))
    ]


def moving_spots(size: int, frames: int, seed: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    """Bright spots that drift over a sheet of ``size × size`` points: rows, columns, frames; about 0 to 1."""
    rng = np.random.default_rng(seed)
    rows, columns, time = np.meshgrid(np.arange(size), np.arange(size), np.arange(frames), indexing="ij")
    stack = rng.normal(0.06, 0.015, (size, size, frames))
    for row, column, towards_row, towards_column, width, strength in (
        (20, 18, 0.7, 0.5, 5.0, 0.95),
        (44, 40, -0.5, -0.9, 6.5, 0.75),
        (14, 48, 0.9, -0.4, 4.0, 0.55),
        (50, 14, -0.3, 0.8, 4.5, 0.6),
    ):
        distance = (rows - row - towards_row * time) ** 2 + (columns - column - towards_column * time) ** 2
        fading = 0.7 + 0.3 * np.sin(2 * np.pi * time / frames + column)
        stack += strength * fading * np.exp(-distance / (2 * width**2))
    return np.round(stack, 3).astype(np.float32)
