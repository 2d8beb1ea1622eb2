"""Recruiting: a market in which those who have a job, live outside or are newly trained search beside those without.

Where N_c is how many of source c there are by home and occupation, T travel and K related occupations,

    A[w,q]  = sum_c a_c (T' N_c K)[w,q]              seekers that a vacancy meets in a month
    hired_c = a_c N_c  (T (V (1 - exp(-A)) / A) K')   persons a month, by home and the occupation they come from

The strength a_c of a source is not known; how many of today's vacancies it fills a month is. `strengths` finds the
a_c with which both agree, by scaling each in turn (the flow of a source grows with its strength and falls with the
others', so the rounds settle). What comes to stand open is then as much as is filled: the market is at rest.

Start reading at `stand`.

Source: the urn model of matching as in `brygga.impact.market`; the scaling is the project's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brygga.core.errors import BryggaError, raise_all
from brygga.impact.market import MOST_FILLED, Array, Market, chance_of_work, faults_of, meeting, per_seeker

SOURCES = ("without_work", "other_employer", "outside", "newly_trained")
WITHOUT, EMPLOYED, OUTSIDE, TRAINED = range(len(SOURCES))
ROUNDS, CLOSE = 400, 1e-10
"""Rounds in which `strengths` nears the flows, and how near is near enough (relative)."""


@dataclass(frozen=True)
class Workforce:
    """Who may take a post beside those without work, whom the market holds.

    Parameters
    ----------
    employed : (homes, works, occupations) persons at work in the region, by where they live and work
    outside : (homes, occupations) people who live outside and have no job here: only the shape counts, and their
        number is the same afterwards (the surroundings are large)
    trained : (homes, occupations) newly trained persons who search at any time
    flows : (draws, sources) vacancies a month that each of `SOURCES` fills today; 0 where nobody can
    """

    employed: Array
    outside: Array
    trained: Array
    flows: Array


@dataclass(frozen=True)
class Standing:
    """A market at rest with every source in it.

    Parameters
    ----------
    vacancies : (draws, works, occupations) posts that stand open
    searching : (draws, sources, homes, occupations) persons
    strength : (draws, sources) intensity a month per seeker and vacancy at travel 1 and related 1
    hired : as `searching`, persons a month
    filled : as `vacancies`, posts a month
    left_from : (homes, works, occupations) of those at work who live in h, the share who work in w
    """

    market: Market
    vacancies: Array
    searching: Array
    strength: Array
    hired: Array
    filled: Array
    left_from: Array


def stand(market: Market, workforce: Workforce) -> Standing:
    """The market at rest with every source in it.

    Raises
    ------
    TableError for every array of the wrong form or with values that cannot be, in one report.
    """
    _check(market, workforce)
    draws = max(market.draws, len(workforce.flows))
    searching = _searching(market, workforce, draws)
    flows = np.broadcast_to(workforce.flows, (draws, len(SOURCES)))
    met = np.stack([meeting(searching[:, c], market.travel, market.related) for c in range(len(SOURCES))], axis=1)
    vacancies = _enough(market.vacancies, met.sum(axis=1), flows.sum(axis=1))
    strength = strengths(vacancies, met, flows)
    meets = (strength[:, :, None, None] * met).sum(axis=1)
    each = chance_of_work(per_seeker(vacancies, meets), market.travel, market.related)
    at_work = workforce.employed.sum(axis=1, keepdims=True)
    return Standing(
        market=market,
        vacancies=vacancies,
        searching=searching,
        strength=strength,
        hired=strength[:, :, None, None] * searching * each[:, None],
        filled=vacancies * -np.expm1(-meets),
        left_from=np.divide(workforce.employed, at_work, out=np.zeros_like(workforce.employed), where=at_work > 0),
    )


def strengths(vacancies: Array, met: Array, flows: Array) -> Array:
    """How well each source searches (draws, sources), so that it fills as many vacancies a month as `flows` says.

    Parameters
    ----------
    vacancies : (draws, works, occupations) posts that stand open
    met : (draws, sources, works, occupations) seekers that each would meet at strength 1
    flows : (draws, sources) vacancies a month filled by each

    Examples
    --------
    Ten vacancies, of which two kinds of seekers fill three and one a month.

    >>> found = strengths(np.full((1, 1, 1), 10.0), np.ones((1, 2, 1, 1)), np.array([[3.0, 1.0]]))
    >>> filled = 10 * (1 - np.exp(-found.sum()))
    >>> round(float(filled), 6), (found / found.sum()).round(6).tolist()
    (4.0, [[0.75, 0.25]])
    """
    reached = (met * vacancies[:, None]).sum(axis=(2, 3))
    wanted = np.where(reached > 0, flows, 0.0)
    strength: Array = np.divide(wanted, reached, out=np.zeros_like(wanted), where=reached > 0)
    for _ in range(ROUNDS):
        share = per_seeker(vacancies, (strength[:, :, None, None] * met).sum(axis=1))
        flow = strength * (met * share[:, None]).sum(axis=(2, 3))
        grown = np.divide(wanted, flow, out=np.ones_like(flow), where=flow > 0)
        strength = strength * grown
        if np.abs(grown - 1.0).max(initial=0.0) < CLOSE:
            break
    return strength


def _searching(market: Market, workforce: Workforce, draws: int) -> Array:
    form = (draws, len(market.homes), len(market.occupations))
    parts = (market.others, workforce.employed.sum(axis=1), workforce.outside, workforce.trained)
    return np.stack([np.broadcast_to(part, form) for part in parts], axis=1)


def _enough(vacancies: Array, met: Array, filled: Array) -> Array:
    """The vacancies, raised in proportion where more are filled a month than `MOST_FILLED` of those in reach."""
    stock = np.array(np.broadcast_to(vacancies, met.shape), dtype=np.float64)
    within = MOST_FILLED * np.where(met > 0, stock, 0.0).sum(axis=(1, 2))
    raised = np.divide(filled, within, out=np.ones_like(within), where=within > 0)
    return np.asarray(stock * np.maximum(raised, 1.0)[:, None, None])


def _check(market: Market, workforce: Workforce) -> None:
    h, w, o = len(market.homes), len(market.works), len(market.occupations)
    forms = {"employed": (h, w, o), "outside": (h, o), "trained": (h, o), "flows": (None, len(SOURCES))}
    faults: list[BryggaError] = []
    for name, form in forms.items():
        faults.extend(faults_of(f"workforce.{name}", getattr(workforce, name), form, market.draws))
    raise_all("the workforce", faults)
