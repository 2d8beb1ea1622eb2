"""Closure hit: who a shock hits, from the inputs that all closures share; arrays only.

Start reading at `hit_of`.
"""

from __future__ import annotations

import numpy as np

from brygga.core.grids import Floats
from brygga.core.parameters import value_on
from brygga.impact.closure import (
    LAYERS,
    Posts,
    Shock,
    hit_by,
    indirect_posts,
    induced_posts,
    leaving_by_month,
)
from brygga.impact.effort import notice_effort
from brygga.impact.industries import divisions
from brygga.impact.seekers import Hit
from brygga.workflow.closure_inputs import Inputs


def hit_of(inputs: Inputs, shock: Shock, *, months: int | None = None, posts: Posts | None = None) -> Hit:
    """The people whom a shock hits, as the matching takes them.

    Parameters
    ----------
    inputs : what the closures of the region share
    shock : the posts that disappear
    months : months that are followed; those of the inputs when not given
    posts : of the shock, where they are known already (`posts_of`)
    """
    lost = posts or posts_of(inputs, shock)
    leaving, scale = hit_persons(inputs, lost, shock, months or inputs.months)
    return Hit(
        leaving=leaving,
        effort=inputs.effort,
        leave_rate=leave_rate(inputs, leaving),
        notice_effort=notice_effort(inputs.day),
        draw_scale=scale,
    )


def posts_of(inputs: Inputs, shock: Shock) -> Posts:
    """Posts lost by layer, workplace and occupation, and their sums by draw."""
    direct = direct_posts(inputs, shock)
    one = inputs.carried(shock.industry)
    by_table = inputs.by_table
    hit = np.einsum("wo,wh->h", direct, inputs.lives)
    near = inputs.market.travel
    carried = [
        indirect_posts(shock.posts * one.indirect.mean(0), by_table),
        induced_posts(shock.posts * one.induced.mean(0), by_table, hit, near),
    ]
    sums = [np.full(inputs.draws, direct.sum()), *(shock.posts * part.sum(1) for part in (one.indirect, one.induced))]
    return Posts(np.stack([direct, *carried]), np.stack(sums, axis=1))


def hit_persons(inputs: Inputs, posts: Posts, shock: Shock, months: int) -> tuple[Floats, Floats]:
    """Persons by month, home, occupation and class who lose a post, and the scale by draw and class."""
    leaving = leaving_by_month(shock, months)
    return hit_by(posts, inputs.lives, inputs.ages, leaving=leaving, lags=lags(inputs))


def lags(inputs: Inputs) -> list[float]:
    """Mean months that the posts of each layer end after the direct ones, in the order of `LAYERS`."""
    return [0.0, *(value_on(f"impact.{layer}_lag_months", inputs.day).number for layer in LAYERS[1:])]


def leave_rate(inputs: Inputs, leaving: Floats) -> Floats:
    """Share of each class who leave working life in a month (classes,): by age, by the occupations of all those hit."""
    rates = inputs.exits
    persons = leaving.sum((0, 1)).reshape(len(rates), len(LAYERS), -1).sum(1)
    whole = persons.sum(0)
    by_age = np.where(whole > 0, (persons * rates).sum(0) / np.where(whole > 0, whole, 1.0), rates.mean(0))
    return np.tile(by_age, len(LAYERS))


def direct_posts(inputs: Inputs, shock: Shock) -> Floats:
    """Direct posts by workplace and occupation: as given, else as the industry is staffed there (or in the region)."""
    placed = np.zeros((len(inputs.market.works), len(inputs.market.occupations)))
    row = inputs.market.works.index(shock.municipality)
    if shock.occupations:
        for occupation, posts in shock.occupations.items():
            placed[row, inputs.market.occupations.index(occupation)] += posts
        return placed
    staffed = staffing(inputs, shock.municipality, shock.industry)
    placed[row] = shock.posts * staffed / staffed.sum()
    return placed


def staffing(inputs: Inputs, municipality: str, industry: str) -> Floats:
    """Persons by occupation in an industry of a municipality; of the whole region where it has none there."""
    within = [place for place, code in enumerate(inputs.industries) if holds(industry, code)]
    here = inputs.jobs[inputs.market.works.index(municipality)][within].sum(0)
    return np.asarray(here if here.sum() > 0 else inputs.jobs[:, within].sum((0, 1)))


def holds(industry: str, code: str) -> bool:
    """Whether an industry asked for and one of the region are the same, or one lies in the other.

    Examples
    --------
    >>> holds("29", "29"), holds("C", "29"), holds("86", "Q"), holds("29", "30")
    (True, True, True, False)
    """
    asked, there = divisions(industry), divisions(code)
    return bool(asked & there) and (asked <= there or there <= asked)
