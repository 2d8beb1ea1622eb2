"""Market: vacancies, the people who search, and who can reach which vacancy.

Where `w` is a workplace, `h` a home, `o` an occupation and `d` a draw, a seeker in home h and occupation o sees a
vacancy at w in occupation q with intensity kappa[d] T[h,w] K[o,q] a month, times how well the seeker searches.
The seekers that a vacancy meets in a month are on average

    A[d,w,q] = kappa[d] (T' N K)[w,q]

and the chance that at least one of them is there fills it: V (1 - exp(-A)) vacancies are filled a month. `calibrate`
finds the kappa at which the vacancies that stand open today are filled as fast as they are said to be, and
`standing` lets as many vacancies and people come as go, so that nothing moves until somebody is given notice.

Start reading at `market`.

Source: the urn model of matching (balls and urns), as the field knows it; no textbook was opened for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import BryggaError, TableError, listed, raise_all

Array = NDArray[np.float64]

MOST_FILLED = 0.95
"""A vacancy is filled within a month at most this often; a faster flow than that needs more of them (`calibrate`)."""

HALVINGS = 80
"""Steps of bisection for kappa on its logarithm: more than a float can tell apart."""


@dataclass(frozen=True)
class Market:
    """What is there before anybody is given notice; arrays in the order of the labels, one draw may stand for all.

    Parameters
    ----------
    homes, works, occupations, classes : labels; homes and works are municipalities or "outside", classes are
        "layer:age" (`seekers`)
    travel : (homes, works), from 0 up: how much a vacancy in works draws a seeker in homes (1 at its best)
    related : (occupations, occupations) from, to, 0-1: how well one who comes from the first can take the second
    vacancies : (draws, works, occupations) posts that stand open and that those without work may get
    inflow : (draws, works, occupations) posts a month that come to stand open
    others : (draws, homes, occupations) persons without work already, who compete
    kappa : (draws,) intensity a month per seeker and vacancy at travel 1 and related 1 (`calibrate`)
    others_inflow : persons a month who join the others; None: as many as find work, so that the others stand still
    elsewhere : (draws, homes, occupations) chance a month that one of the others finds work in what was left out
        (`reach`); None: nothing was left out
    """

    homes: tuple[str, ...]
    works: tuple[str, ...]
    occupations: tuple[str, ...]
    classes: tuple[str, ...]
    travel: Array
    related: Array
    vacancies: Array
    inflow: Array
    others: Array
    kappa: Array
    others_inflow: Array | None = None
    elsewhere: Array | None = None

    @property
    def draws(self) -> int:
        """Draws that the market itself has; 1 stands for any number."""
        return max(len(self.vacancies), len(self.inflow), len(self.others), len(self.kappa))


def market(
    homes: Sequence[str],
    works: Sequence[str],
    occupations: Sequence[str],
    classes: Sequence[str],
    *,
    travel: Array,
    related: Array,
    vacancies: Array,
    filled: Array,
    others: Array,
) -> Market:
    """The market that stands still today: kappa found, and as many coming as going.

    Parameters
    ----------
    travel, related, vacancies, others : as in `Market`
    filled : (draws, works, occupations) or (draws,) posts a month that people without work fill today

    Raises
    ------
    TableError for every array of the wrong form or with values that cannot be, in one report.

    Examples
    --------
    Ten vacancies, of which four a month are filled by the hundred who search.

    >>> made = market(["1060"], ["1060"], ["7223"], ["direct:16-34"], travel=np.ones((1, 1)), related=np.ones((1, 1)),
    ...     vacancies=np.full((1, 1, 1), 10.0), filled=np.array([4.0]), others=np.full((1, 1, 1), 100.0))
    >>> made.inflow.round(9).tolist()
    [[[4.0]]]
    """
    filled = np.asarray(filled, dtype=np.float64)
    by_cell = filled if filled.ndim == vacancies.ndim else filled.reshape(-1, 1, 1) * np.ones_like(vacancies[:1])
    made = Market(
        tuple(homes),
        tuple(works),
        tuple(occupations),
        tuple(classes),
        travel,
        related,
        vacancies,
        inflow=by_cell,
        others=others,
        kappa=np.ones(1),
    )
    check_market(made)
    kappa, stock = calibrate(vacancies, filled, others, travel, related)
    return standing(replace(made, vacancies=stock, kappa=kappa))


def calibrate(vacancies: Array, filled: Array, others: Array, travel: Array, related: Array) -> tuple[Array, Array]:
    """Kappa per draw at which the vacancies standing open are filled as fast as they are; and the vacancies.

    Where more are filled a month than `MOST_FILLED` of those that somebody can reach, vacancies come and go between
    two counts; the stock is then raised in proportion in that draw (the flow is the better known of the two). A
    draw without vacancies or without anything filled has kappa 0.

    Returns
    -------
    kappa (draws,), vacancies (draws, works, occupations)
    """
    draws = max(len(vacancies), len(filled), len(others))
    wanted = np.broadcast_to(filled.reshape(len(filled), -1).sum(axis=1), (draws,)).astype(np.float64)
    met = np.broadcast_to(meeting(others, travel, related), (draws, *vacancies.shape[1:]))
    stock = np.array(np.broadcast_to(vacancies, met.shape), dtype=np.float64)
    within = np.where(met > 0, stock, 0.0).sum(axis=(1, 2))
    short = wanted > MOST_FILLED * within
    raised = np.where(short & (within > 0), wanted / np.where(within > 0, MOST_FILLED * within, 1.0), 1.0)
    stock *= raised[:, None, None]
    low, high = np.full(draws, -60.0), np.full(draws, 60.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        flow = (stock * -np.expm1(-np.exp(middle)[:, None, None] * met)).sum(axis=(1, 2))
        low, high = np.where(flow < wanted, middle, low), np.where(flow < wanted, high, middle)
    return np.where((wanted > 0) & (within > 0), np.exp((low + high) / 2), 0.0), stock


def meeting(searching: Array, travel: Array, related: Array) -> Array:
    """T' N K: for each vacancy the people who search, weighted by how well they can reach and take it.

    `searching` is (draws, homes, occupations); the answer (draws, works, occupations).
    """
    return np.asarray(np.matmul(np.matmul(travel.T, searching), related), dtype=np.float64)


def chance_of_work(per_seeker: Array, travel: Array, related: Array) -> Array:
    """T X K': what a seeker of effectiveness 1 gets of `per_seeker` (draws, works, occupations), by home and origin."""
    return np.asarray(np.matmul(np.matmul(travel, per_seeker), related.T), dtype=np.float64)


def per_seeker(vacancies: Array, met: Array) -> Array:
    """V (1 - exp(-A)) / A: posts a month for each seeker that a vacancy meets; V itself where it meets nobody."""
    share = np.ones_like(met)
    np.divide(-np.expm1(-met), met, out=share, where=met > 0)
    return vacancies * share


def standing(market: Market) -> Market:
    """The same market with as many vacancies coming as are filled, so that it stands still."""
    met = market.kappa[:, None, None] * meeting(market.others, market.travel, market.related)
    return replace(market, inflow=market.vacancies * -np.expm1(-met))


def check_market(market: Market) -> None:
    """Nothing, or every fault of the arrays in one report."""
    h, w, o = len(market.homes), len(market.works), len(market.occupations)
    forms = {
        "travel": (market.travel, (h, w)),
        "related": (market.related, (o, o)),
        "vacancies": (market.vacancies, (None, w, o)),
        "inflow": (market.inflow, (None, w, o)),
        "others": (market.others, (None, h, o)),
        "kappa": (market.kappa, (None,)),
        "others_inflow": (market.others_inflow, (None, h, o)),
        "elsewhere": (market.elsewhere, (None, h, o)),
    }
    faults: list[BryggaError] = []
    for name, (array, form) in forms.items():
        if array is not None:
            faults.extend(faults_of(f"market.{name}", array, form, market.draws))
    for name in ("homes", "works", "occupations", "classes"):
        labels = getattr(market, name)
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice or not labels:
            faults.append(
                TableError(
                    f"market.{name}: {listed(twice) + ' twice' if twice else 'none at all'}",
                    why="each stands for one row of the arrays",
                    todo="name each once",
                )
            )
    raise_all("the market", faults)


def faults_of(name: str, array: Array, form: tuple[int | None, ...], draws: int) -> list[TableError]:
    """What is wrong with one array: its form, a value below zero or not finite."""
    wanted = tuple(array.shape[axis] if size is None else size for axis, size in enumerate(form[: array.ndim]))
    loose = [axis for axis, size in enumerate(form) if size is None and axis < array.ndim]
    if array.ndim != len(form) or array.shape != wanted or any(array.shape[axis] not in (1, draws) for axis in loose):
        told = " x ".join(f"1 or {draws}" if size is None else str(size) for size in form)
        return [
            TableError(
                f"{name} has the form {' x '.join(map(str, array.shape))}, not {told}",
                why="its rows and columns are those of the labels",
                todo="hand in one row for each label, in their order",
            )
        ]
    if not np.isfinite(array).all() or (array < 0).any():
        return [
            TableError(
                f"{name} holds values that are negative or no numbers",
                why="persons, posts and intensities are from 0 up",
                todo="look at how it was made",
            )
        ]
    return []
