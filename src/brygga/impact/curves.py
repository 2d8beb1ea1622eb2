"""Curves: where the people hit are, month by month, by any grouping of them.

Every person is in one of five states; a curve counts the persons of a group in a state at the beginning of each
month, from the notice (0) on. They sum to the group in every draw and month.

A draw tells what is expected of a group. Of three persons, though, one or two find work and not 1.6: `with_chance`
gives each person a fate of his or her own, so that intervals of few persons are as wide as they should be.

Start reading at `Curves`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import TableError, listed
from brygga.impact.market import Array, Market

Labels = NDArray[np.int64]

STATES = ("at_work", "without_work", "in_course", "re_employed", "left")
FATES = ("re_employed", "left", "in_course", "without_work", "at_work")
"""The states in the order in which a person's luck picks one: the luckiest have work again first."""


@dataclass(frozen=True)
class Curves:
    """What became of the people hit; rows and columns as in the market and the groupings asked for.

    Parameters
    ----------
    state : state -> grouping -> (draws, months + 1, groups) persons
    size : grouping -> (draws, groups) persons
    names : grouping -> labels of its groups, where they are known
    same : (draws, months + 1) persons so far who found work in the occupation they came from
    related : (draws, months + 1) persons so far who found it in another
    moves : (occupations from, occupations to) persons over all months, mean of draws
    hires_to : (works, occupations) persons hit who were hired there over all months, mean of draws
    moves_at : (occupations from, works) the same by where they came from
    others : (draws, months + 1) others without work, beyond (or below) month 0
    after : grouping -> (draws, groups) share re-employed `after_months` after they lost their post; NaN where nobody
        lost it early enough to tell. Only when asked for
    chance : (draws, months, works, occupations) intensity a month with which a seeker at travel 1 and related 1 gets
        a vacancy, at the beginning of each month (float32). Only when asked for
    conserved : the largest difference between persons hit and persons in all states
    unmatched : the largest difference between vacancies filled and persons hired in a step
    steps : the most steps that a month was cut into in any draw
    """

    state: Mapping[str, Mapping[str, Array]]
    size: Mapping[str, Array]
    names: Mapping[str, tuple[str, ...]]
    same: Array
    related: Array
    moves: Array
    hires_to: Array
    moves_at: Array
    others: Array
    after: Mapping[str, Array]
    chance: NDArray[np.float32] | None
    conserved: float
    unmatched: float
    steps: int

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.same.shape[0])

    @property
    def months(self) -> int:
        """Number of months followed."""
        return int(self.same.shape[1]) - 1


def groupings(market: Market) -> tuple[dict[str, Labels], dict[str, tuple[str, ...]]]:
    """The usual groupings, each a label (homes, occupations, classes) of every person, and the groups' names."""
    h, o, c = len(market.homes), len(market.occupations), len(market.classes)
    home, occupation, kind = np.indices((h, o, c))
    both = tuple(f"{name}, {other}" for name in market.occupations for other in market.classes)
    labels = {
        "all": np.zeros((h, o, c), dtype=np.int64),
        "class": kind,
        "home": home,
        "occupation": occupation,
        "occupation_class": occupation * c + kind,
    }
    names = {"all": ("all",), "class": market.classes, "home": market.homes, "occupation": market.occupations}
    return labels, names | {"occupation_class": both}


def check_groupings(groups: Mapping[str, Labels], form: tuple[int, ...]) -> None:
    """Nothing, or the groupings whose labels are not one whole number a home, occupation and class."""
    wrong = [
        name
        for name, labels in groups.items()
        if labels.shape != form or not np.issubdtype(labels.dtype, np.integer) or labels.min(initial=0) < -1
    ]
    if wrong:
        raise TableError(
            f"grouping {listed(wrong)} is no whole number from -1 up for each of {' x '.join(map(str, form))} cells",
            why="each home, occupation and class belongs to one group, or to none (-1)",
            todo="hand in labels of the form (homes, occupations, classes)",
        )


class Summer:
    """Sums of cells into groups: labels sorted once, then added in stretches."""

    def __init__(self, labels: Labels, groups: int) -> None:
        flat = labels.reshape(-1)
        kept = np.flatnonzero(flat >= 0)
        self.order = kept[np.argsort(flat[kept], kind="stable")]
        self.found, self.starts = np.unique(flat[self.order], return_index=True)
        self.groups = groups
        self.as_is = len(self.order) == len(flat) and bool((np.diff(self.order) == 1).all())

    def sum(self, cells: Array) -> Array:
        """(draws, classes, cells) -> (draws, groups)."""
        total = np.zeros((len(cells), self.groups))
        if len(self.order):
            flat = cells.reshape(len(cells), -1)
            sorted_ = flat if self.as_is else flat[:, self.order]
            total[:, self.found] = np.add.reduceat(sorted_, self.starts, axis=1)
        return total


def with_chance(curves: Curves, seed: int, *, groups: Sequence[str] | None = None) -> Curves:
    """The curves with a fate for each person, so that a draw of few persons is a draw of whole ones.

    Each person of a group has one luck, equal over 0-1, and is at every time in the state that the expected shares,
    stacked in the order of `FATES`, put there: the counts are multinomial, nobody is counted twice, and who has found
    work stays so. What a group holds beyond whole persons counts as one smaller person. Persons of a group that
    differ within it are given the same chances, which makes the interval a little wider, never narrower.

    Parameters
    ----------
    groups : groupings to do it for; None: all

    Examples
    --------
    >>> import numpy as np
    >>> half = {state: {"all": np.full((400, 1, 1), {"without_work": 2.0, "re_employed": 2.0}.get(state, 0.0))}
    ...     for state in STATES}
    >>> nothing = np.zeros((400, 1))
    >>> made = Curves(half, {"all": np.full((400, 1), 4.0)}, {}, nothing, nothing, nothing, nothing, nothing, nothing,
    ...     {}, None, 0.0, 0.0, 1)
    >>> sorted(set(with_chance(made, 1).state["re_employed"]["all"].ravel().tolist()))
    [0.0, 1.0, 2.0, 3.0, 4.0]
    """
    chosen = list(curves.size) if groups is None else list(groups)
    state: dict[str, dict[str, Array]] = {name: dict(by) for name, by in curves.state.items()}
    for grouping in chosen:
        rng = np.random.default_rng([seed, list(curves.size).index(grouping)])
        counted = _fates(np.stack([curves.state[name][grouping] for name in FATES]), curves.size[grouping], rng)
        for name, counts in zip(FATES, counted, strict=True):
            state[name][grouping] = counts
    return replace(curves, state=state)


def _fates(expected: Array, size: Array, rng: np.random.Generator) -> Array:
    """Persons (states, draws, times, groups) by luck, from those expected."""
    counts = np.zeros_like(expected)
    share = np.cumsum(expected, axis=0) / np.where(size > 0, size, 1.0)[None, :, None, :]
    share[-1] = 1.0
    draws = np.arange(len(size))
    for group in range(size.shape[1]):
        whole = np.floor(size[:, group] + 1e-9).astype(np.int64)
        rest = np.maximum(size[:, group] - whole, 0.0)
        luck = np.sort(rng.random((len(size), int(whole.max(initial=0)))), axis=1)
        luck[np.arange(luck.shape[1]) >= whole[:, None]] = 1.5
        ladder = np.sort(luck, axis=1) + 2.0 * draws[:, None]
        at = np.minimum(share[:, :, :, group], 1.0) + 2.0 * draws[None, :, None]
        below = np.searchsorted(ladder.ravel(), at.ravel(), side="right").reshape(at.shape)
        below = below - (draws * luck.shape[1])[None, :, None]
        part = (rng.random(len(size))[None, :, None] <= share[:, :, :, group]) * rest[None, :, None]
        counts[:, :, :, group] = np.diff(below + part, axis=0, prepend=0.0)
    return counts
