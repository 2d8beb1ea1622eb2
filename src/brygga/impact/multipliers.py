"""Multipliers: what one more unit sold by each industry sets going, in output, jobs, value added and income.

With `A` the technical coefficients and `v` a quantity per unit of output:

    type I     m_j = sum_i v_i l_ij,  L = (I - A)^-1        what j and its suppliers do, all the way back
    type II    the same with households closed into A       and what the wages buy
    ratio      m_j / v_j                                    per unit (per job) in j itself, so 1 is j alone

All industries and quantities come from one solve of the transpose (`leontief.effects`). In type II the household row
is not counted: its own "output" is wages, which are not production.

Start reading at `multipliers`.

Source: the published output, value added and employment multipliers of the Eurostat manual's six-sector table, which
the tests reproduce; the equations are the field's common ones, no textbook was opened for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from brygga.impact.leontief import Matrix, Vector, effects


@dataclass(frozen=True)
class Multipliers:
    """Multipliers by industry.

    Attributes
    ----------
    industries : names, in order
    kind : 1 or 2
    total : by quantity ("output", "jobs", ...), what one more unit sold sets going, (n,)
    ratio : by quantity, the same per unit of it in the industry itself; NaN where the industry has none, (n,)
    """

    industries: tuple[str, ...]
    kind: int
    total: Mapping[str, Vector]
    ratio: Mapping[str, Vector]


def multipliers(
    industries: tuple[str, ...], coefficients: Matrix, per_output: Mapping[str, Vector], *, closed: bool = False
) -> Multipliers:
    """Multipliers of every industry for output and each quantity of `per_output`.

    Parameters
    ----------
    industries : n names
    coefficients : (n, n), or (n + 1, n + 1) with households last when `closed`
    per_output : quantity -> (n,) per unit of output
    closed : whether households stand in the last row and column (type II)

    Examples
    --------
    A factory buys 0.2 of services per unit; half a job per unit in both.

    >>> found = multipliers(("factory", "services"), np.array([[0.0, 0.0], [0.2, 0.0]]), {"jobs": np.array([0.5, 0.5])})
    >>> found.total["output"].tolist(), found.total["jobs"].tolist(), found.ratio["jobs"].tolist()
    ([1.2, 1.0], [0.6, 0.5], [1.2, 1.0])
    """
    size = len(industries)
    quantities = {"output": np.ones(size)} | dict(per_output)
    stacked = np.zeros((len(coefficients), len(quantities)))
    for place, vector in enumerate(quantities.values()):
        stacked[:size, place] = vector
    solved = effects(coefficients, stacked)[:size]
    total = {name: solved[:, place].copy() for place, name in enumerate(quantities)}
    ratio = {name: _over(total[name], vector) for name, vector in quantities.items() if name != "output"}
    return Multipliers(industries, 2 if closed else 1, total, ratio)


def _over(total: Vector, direct: Vector) -> Vector:
    ratio = np.full(len(total), np.nan)
    np.divide(total, direct, out=ratio, where=direct != 0)
    return ratio
