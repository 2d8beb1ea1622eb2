"""Balance: a matrix of who lives where and works where, scaled until it meets new margins.

    T[h,w] = u[h] seed[h,w] v[w],   sum_w T[h,w] = home[h],   sum_h T[h,w] = work[w]

Of all matrices with these margins T stays nearest to the seed (least relative entropy), and every
odds ratio T[a,c] T[b,d] / (T[a,d] T[b,c]) is the seed's. Only the vectors u and v are iterated
(iterative proportional fitting), never the matrix; where the turns creep, Newton steps on the same
problem finish them. A zero stays zero: what is unknown must not be written as zero.

Start reading at `balance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.commuting.two_way import column_effects, over, product
from brygga.core.errors import BryggaError, TableError, listed, raise_all
from brygga.core.grids import Floats

TOLERANCE = 1e-11
"""How far a margin may be missed, relative to it."""

ENOUGH = 1e-10
"""The same where rounding lets no step come nearer."""

TURNS = 64
"""Turns of scaling before Newton takes over."""

CHECK_EVERY = 8
NEWTON_STEPS = 60
FEW = 0.08
"""Below this share of cells above zero, only they are multiplied."""

AGREE = 1e-9
"""How far the two sums of margins may lie apart, relative to them."""


def balance(seed: Floats, home: Floats, work: Floats, *, zones: Sequence[str] = ()) -> Floats:
    """The matrix nearest to `seed` with the margins `home` and `work`, met to 1e-9 of each.

    Parameters
    ----------
    seed : persons by home and workplace, zero or more
    home, work : new sums of rows and of columns, persons; the two sums agree to 1e-9
    zones : labels for error messages

    Returns
    -------
    persons by home and workplace.

    Raises
    ------
    TableError (or all faults at once) when the sums of margins differ, a zone has a margin but no flow in
    the seed, a number is negative or unknown, or the seed's zeros cannot carry the margins.

    Examples
    --------
    >>> balance(np.array([[3.0, 1.0], [1.0, 3.0]]), np.array([6.0, 2.0]), np.array([5.0, 3.0])).round(6)
    array([[4.5, 1.5],
           [0.5, 1.5]])
    """
    u, v = scaling(seed, home[None], work[None], zones=zones)
    return np.asarray(u[0][:, None] * seed * v[0])


def scaling(seed: Floats, home: Floats, work: Floats, *, zones: Sequence[str] = ()) -> tuple[Floats, Floats]:
    """The vectors u and v for many pairs of margins of one seed: draws or occupations.

    Parameters
    ----------
    seed : home x work, persons
    home, work : batch x home and batch x work, persons
    zones : labels for error messages

    Returns
    -------
    u (batch x home) and v (batch x work). A batch's numbers do not depend on what else is computed with it.

    Raises
    ------
    As `balance`.

    Examples
    --------
    >>> seed = np.array([[3.0, 1.0], [1.0, 3.0]])
    >>> u, v = scaling(seed, np.array([[8.0, 8.0], [6.0, 2.0]]), np.array([[8.0, 8.0], [5.0, 3.0]]))
    >>> (u[0][:, None] * seed * v[0]).round(6)
    array([[6., 2.],
           [2., 6.]])
    """
    raise_all("margins", margin_faults(seed, home, work, zones))
    with np.errstate(all="ignore"):  # a seed that cannot carry its margins ends in an error, not in warnings
        return _scaled(_Product.of(seed), home, work, zones)


def _scaled(product: _Product, home: Floats, work: Floats, zones: Sequence[str]) -> tuple[Floats, Floats]:
    """Turns for all batches, each frozen when it is done, then Newton steps for those that creep."""
    u, v = np.ones_like(home), np.ones_like(work)
    left = np.arange(len(home))
    for _ in range(TURNS // CHECK_EVERY):
        a = u[left]
        for _ in range(CHECK_EVERY):
            b = over(work[left], product.columns(a))
            a = over(home[left], product.rows(b))
        u[left], v[left] = a, b
        done = _missed(b * product.columns(a), work[left]) <= TOLERANCE
        left = left[~done]
        if not len(left):
            return u, v
    for one in left:
        solved = _newton(product, home[one], work[one], v[one])
        if solved is None:
            raise _cannot_carry(np.abs(v[one] * product.columns(u[one][None])[0] - work[one]), zones)
        u[one], v[one] = solved
    return u, v


def margin_faults(seed: Floats, home: Floats, work: Floats, zones: Sequence[str] = ()) -> list[BryggaError]:
    """Everything that keeps a seed from meeting its margins, as far as sums show it; home and work are batch x zone."""
    names = list(zones) or [str(i) for i in range(max(seed.shape))]
    faults: list[BryggaError] = []
    given = {"seed": seed, "margin home": home, "margin work": work}
    for name, numbers in given.items():
        wrong = ~(np.isfinite(numbers) & (numbers >= 0))
        if wrong.any():
            faults.append(_no_count(name, int(wrong.sum())))
    if faults:
        return faults
    apart = np.abs(home.sum(1) - work.sum(1)) > AGREE * np.maximum(home.sum(1), work.sum(1))
    if apart.any():
        first = int(np.argmax(apart))
        faults.append(margins_disagree(float(home[first].sum()), float(work[first].sum())))
    for name, margin, flows in (("home", home, seed.sum(1)), ("work", work, seed.sum(0))):
        lost = np.flatnonzero((margin > 0).any(0) & (flows <= 0))
        if len(lost):
            faults.append(no_flow(name, [names[i] for i in lost]))
    return faults


def scaled_margins(home: Floats, work: Floats, side: str) -> tuple[Floats, Floats]:
    """Both margins with the sum of the side that wins: home, work, or their mean (the last axis is zones).

    Examples
    --------
    >>> home, work = scaled_margins(np.array([6.0, 2.0]), np.array([5.0, 5.0]), "home")
    >>> home.tolist(), work.tolist()
    ([6.0, 2.0], [4.0, 4.0])
    """
    sums = {"home": home.sum(-1, keepdims=True), "work": work.sum(-1, keepdims=True)}
    wanted = sums[side] if side in sums else (sums["home"] + sums["work"]) / 2
    return home * (wanted / sums["home"]), work * (wanted / sums["work"])


@dataclass(frozen=True)
class _Product:
    """A seed times vectors, from either side: all of its cells, or only those above zero where they are few."""

    dense: Floats
    turned: Floats
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    by_column: NDArray[np.int64]
    few: bool

    @classmethod
    def of(cls, seed: Floats) -> _Product:
        row, column = np.nonzero(seed)
        few = len(row) < FEW * seed.size
        return cls(
            np.ascontiguousarray(seed),
            np.ascontiguousarray(seed.T),
            row,
            column,
            np.argsort(column, kind="stable"),
            few,
        )

    def rows(self, v: Floats) -> Floats:
        """sum_w seed[h,w] v[w], batch x home; each batch on its own, so that its last digit is its own."""
        if not self.few:
            return product(self.dense, v)
        cells = self.dense[self.row, self.column] * v[:, self.column]
        return _sums(cells, self.row, self.dense.shape[0])

    def columns(self, u: Floats) -> Floats:
        """sum_h seed[h,w] u[h], batch x work."""
        if not self.few:
            return product(self.turned, u)
        order = self.by_column
        cells = (self.dense[self.row, self.column] * u[:, self.row])[:, order]
        return _sums(cells, self.column[order], self.dense.shape[1])


def _sums(cells: Floats, at: NDArray[np.int64], size: int) -> Floats:
    """Sums of batch x cell by zone; `at` is sorted and may leave out zones."""
    found = np.zeros((len(cells), size))
    there, first = np.unique(at, return_index=True)
    found[:, there] = np.add.reduceat(cells, first, axis=1)
    return found


def _newton(product: _Product, home: Floats, work: Floats, v: Floats) -> tuple[Floats, Floats] | None:
    """Newton steps on the logarithm of v, with u always such that the homes are met; nothing where none is found."""
    busy = work > 0
    log_v = np.log(np.where(busy, np.maximum(v, 1e-300), 1.0))
    for _ in range(NEWTON_STEPS):
        v = np.where(busy, np.exp(log_v), 0.0)
        u = over(home[None], product.rows(v[None]))[0]
        flows = u[:, None] * product.dense * v
        reached = flows.sum(0)
        if not np.isfinite(reached).all():
            return None
        missed = _missed(reached[None], work[None])[0]
        if missed <= TOLERANCE:
            return u, v
        turned = np.ascontiguousarray(flows.T)
        step = column_effects(flows, turned, flows.sum(1), reached, (work - reached)[None])[0]
        step *= min(1.0, 4.0 / np.abs(step).max())
        log_v = log_v + _shortened(product, home, work, log_v, step)
    return (u, v) if missed <= ENOUGH else None


def _shortened(product: _Product, home: Floats, work: Floats, log_v: Floats, step: Floats) -> Floats:
    """The step, or a half, a quarter ... of it: the first that lowers the dual, sum home log(seed v) - work log(v)."""
    busy, there = work > 0, home > 0

    def dual(at: Floats) -> float:
        rows = product.rows(np.where(busy, np.exp(at), 0.0)[None])[0]
        return float(home[there] @ np.log(rows[there]) - work @ at)

    now = dual(log_v)
    while np.abs(step).max() > 1e-9 and not dual(log_v + step) <= now + 1e-12 * abs(now):
        step = step / 2
    return step


def _missed(reached: Floats, margin: Floats) -> Floats:
    """How far the worst zone of each batch is from its margin, relative to it."""
    busy = margin > 0
    return np.asarray(np.where(busy, np.abs(reached / np.where(busy, margin, 1.0) - 1), 0.0).max(1))


def margins_disagree(home: float, work: float) -> TableError:
    """Both sums, and how to say which side wins."""
    return TableError(
        f"the margins do not agree: home sums to {home:,.6g} persons and work to {work:,.6g}".replace(",", " "),
        why="everybody who lives somewhere works somewhere, so a matrix has one sum",
        todo="correct them, add the zone outside, or say with --scale home, work or mean which sum counts",
    )


def no_flow(margin: str, zones: Sequence[str]) -> TableError:
    """Zones with persons in a margin and none in the seed."""
    side = {"home": "home", "work": "workplace"}[margin]
    return TableError(
        f"{listed(zones)}: persons in the margin {margin}, but no flow with it as {side} in the seed",
        why="scaling nothing gives nothing",
        todo="add flows for it to the seed, or use --fill gravity to model them from distance",
    )


def _no_count(name: str, cells: int) -> TableError:
    return TableError(
        f"{name}: {cells} number(s) negative or unknown",
        why="a count of persons is zero or more, and an unknown one is not zero",
        todo="correct them; a hidden cell is left empty with status suppressed",
    )


def _cannot_carry(missed: Floats, zones: Sequence[str]) -> TableError:
    names = list(zones) or [str(i) for i in range(len(missed))]
    worst = [names[i] for i in np.argsort(-missed)[:3] if missed[i] > 0]
    return TableError(
        f"the seed cannot be balanced to the margins; workplaces farthest off: {listed(worst)}",
        why="its zeros leave too few cells to carry the persons of the margins",
        todo="leave hidden cells empty instead of zero, or model all flows with `brygga commuting predict`",
    )
