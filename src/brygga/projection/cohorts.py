"""One year of a population's life: births, deaths, moves, and everybody a year older.

    P[a+1, t+1] = P[a, t] (1 - death[a]) + moves[a+1]        100 means 100 and over
    P[0, t+1]   = sum over ages of women[a, t] birth[a]      split by sex at birth

Nobody appears or vanishes otherwise: the law P[t+1] = P[t] + births - deaths + moves
holds in every municipality, year and draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array

SEXES = ("men", "women")
AGES = tuple(range(101))


@dataclass(frozen=True)
class Rates:
    """Vital rates per sex and age (0-100), and the share of newborn boys."""

    death: Floats
    birth: Floats
    moving: Floats
    boys: float


@dataclass(frozen=True)
class Year:
    """A year's result: people per municipality, sex, age and draw, and what changed their number."""

    people: Floats
    births: Floats
    deaths: Floats
    moves: Floats


def rates_from(vital_rates: pl.DataFrame, *, share_boys: float) -> Rates:
    """The rates of table `vital_rates` as arrays.

    Raises
    ------
    TableError when a sex or an age from 0 to 100 has no row.
    """
    dims = {"sex": SEXES, "age": AGES}
    death, birth, moving = (
        to_array(vital_rates, column, dims, where=f"vital_rates.{column}")
        for column in ("death_rate", "birth_rate", "migration_share")
    )
    return Rates(death, birth, moving, share_boys)


def one_year(people: Floats, rates: Rates, moves: Floats) -> Year:
    """People a year later.

    Parameters
    ----------
    people : municipality x sex x age x draw
    rates : vital rates
    moves : net moves per municipality and draw, spread over ages by `rates.moving`;
        an age that would fall below zero loses only those it has
    """
    dying = people * rates.death[:, :, None]
    births = (people * rates.birth[:, :, None]).sum((1, 2))
    staying = people - dying
    older = np.empty_like(people)
    older[:, :, 1:] = staying[:, :, :-1]
    older[:, :, -1] += staying[:, :, -1]
    older[:, 0, 0], older[:, 1, 0] = births * rates.boys, births * (1 - rates.boys)
    moving = rates.moving[:, :, None] * moves[:, None, None, :]
    np.maximum(moving, -older, out=moving)
    np.add(older, moving, out=older)
    return Year(older, births, dying.sum((1, 2)), moving.sum((1, 2)))
