"""Closure travel: how far those who search reach, as weights from 0 to 1.

A post in another municipality counts for as much less as people commute less there, by the project's own gravity:

    weight[h, w] = min(1, exp(beta log km[h, w]) / exp(own))      h and w apart, 1 within the own municipality

`km` is as the crow flies; where the region has a travel time of its own, the kilometres that take as long on an
average road (`commuting.road_*`). Municipalities that are on no map are reached as they are commuted to:

    weight[h, w] = min(1, (flow[h, w] / flow[h, h]) (jobs[h] / jobs[w]))

Those who live outside have a market of their own that nobody here knows. They are taken to have as many jobs within
reach as an average resident, spread over the workplaces as in-commuters are:

    weight[out, w] = min(1, c in[w] / jobs[w]),  c such that sum_w weight[out, w] jobs[w] is the residents' mean

Start reading at `travel_weights`.

The gravity is estimated in recipes/commuting.py; that of those outside is a project assumption, not checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from brygga.commuting.distance import distance_matrix
from brygga.commuting.flows import OUTSIDE, commuting_of
from brygga.commuting.gravity import kernel_of
from brygga.commuting.travel import Road
from brygga.core import codes
from brygga.core.grids import Floats, to_array
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.workflow.ground import of_base_year, without_hidden

NEAREST_KM = 1.0


def travel_weights(region: Region, homes: Sequence[str], works: Sequence[str], *, day: date) -> Floats:
    """How easily each home reaches each workplace, 0 to 1 (homes x works); the last home may be `outside`.

    Parameters
    ----------
    region : its tables `commuting` of the base year, and `travel_time` where it has one
    homes, works : codes; every workplace is a home too
    day : the day that the gravity and the road are read on
    """
    flows = flows_between(region, [*works, OUTSIDE], works, day=day)
    inside = flows[: len(works)]
    known = codes.codes("kommun")
    if all(code in known for code in works):
        weight = by_distance(_kilometres(region, works, day), day)
    else:
        weight = by_flows(inside)
    np.fill_diagonal(weight, 1.0)
    if OUTSIDE not in homes:
        return weight
    return np.vstack([weight, outside_weight(weight, inside, flows[-1])])


def by_distance(km: Floats, day: date) -> Floats:
    """The weight that the project's gravity gives kilometres, against a post in the own municipality."""
    beta, own = (value_on(f"commuting.gravity_power_{name}", day).number for name in ("cost", "own"))
    kernel = kernel_of(np.maximum(km, NEAREST_KM), beta, None, decay="power")
    return np.asarray(np.minimum(1.0, kernel / np.exp(own)))


def by_flows(flows: Floats) -> Floats:
    """The weight that observed flows (homes x works) give: chance of a job there against one at home, job by job.

    Examples
    --------
    >>> by_flows(np.array([[60.0, 10.0], [10.0, 30.0]])).round(3).tolist()
    [[1.0, 0.292], [0.19, 1.0]]
    """
    jobs, own = flows.sum(0), np.diag(flows)
    chance = flows / np.where(jobs > 0, jobs, 1.0)[None, :]
    home = own / np.where(jobs > 0, jobs, 1.0)
    return np.asarray(np.minimum(1.0, chance / np.where(home > 0, home, 1.0)[:, None]))


def outside_weight(weight: Floats, flows: Floats, coming: Floats) -> Floats:
    """The weight of those outside (works,): as in-commuters go, with as many jobs in reach as residents have.

    Parameters
    ----------
    weight : of the residents, homes x works
    flows : persons by home and workplace
    coming : persons from outside by workplace
    """
    jobs, residents = flows.sum(0) + coming, flows.sum(1)
    if coming.sum() <= 0 or residents.sum() <= 0:
        return np.zeros(len(jobs))
    within = float(residents @ (weight @ jobs) / residents.sum())
    share = np.where(jobs > 0, coming / np.where(jobs > 0, jobs, 1.0), 0.0)
    return _scaled(share, jobs, within)


def flows_between(region: Region, homes: Sequence[str], works: Sequence[str], *, day: date) -> Floats:
    """Persons by home and workplace in the base year; a pair without a row has none, other places are outside.

    A hidden flow counts as what hidden counts stand for (`projection.hidden_count`).
    """
    known = without_hidden(of_base_year(region, "commuting"), day)
    flows = commuting_of(known.select("home", "work", "persons"), works)
    return to_array(flows, "persons", {"home": homes, "work": works}, absent=0.0, where="commuting.persons")


def _scaled(share: Floats, jobs: Floats, within: float) -> Floats:
    """`share` times the factor at which `within` jobs lie in reach, none above 1; found by halving."""
    most = float(jobs[share > 0].sum())
    low, high = 0.0, 1.0 / share[share > 0].min()
    if within >= most:
        return np.where(share > 0, 1.0, 0.0)
    for _ in range(60):
        middle = (low + high) / 2
        enough = np.minimum(1.0, middle * share) @ jobs >= within
        low, high = (low, middle) if enough else (middle, high)
    return np.asarray(np.minimum(1.0, high * share))


def _kilometres(region: Region, works: Sequence[str], day: date) -> Floats:
    """Kilometres as the crow flies; where a travel time is given, those that take as long."""
    km = distance_matrix(works)
    times = region.tables["travel_time"].drop_nulls("minutes")
    if times.is_empty():
        return km
    road = Road.on(day)
    minutes = to_array(times, "minutes", {"home": works, "work": works}, absent=-1.0, where="travel_time.minutes")
    as_long = np.maximum(minutes - road.door_minutes, 0.0) * road.speed_km_h / (60 * road.detour)
    return np.where(minutes >= 0, as_long, km)
