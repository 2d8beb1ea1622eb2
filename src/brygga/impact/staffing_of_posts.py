"""Staffing of posts: in which occupations the posts of an industry are, by who works there now.

    share[o | w, i] = persons[w, i, o] / sum_o persons[w, i, o]

Where a workplace has nobody in the industry, the staffing of the whole region is taken; where the region has nobody
either, that of its kin: the industries of the same section. An industry asked for may be coarser or finer than those
counted (C or 29, 86 or Q); what lies in it, or what it lies in, is counted.

Start reading at `staffing`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import TableError, listed
from brygga.impact.industries import divisions, sections_of

Array = NDArray[np.float64]


def holds(industry: str, code: str) -> bool:
    """Whether an industry asked for and one counted are the same, or one lies in the other.

    Examples
    --------
    >>> holds("29", "29"), holds("C", "29"), holds("86", "Q"), holds("29", "30")
    (True, True, True, False)
    """
    asked, there = divisions(industry), divisions(code)
    return bool(asked & there) and (asked <= there or there <= asked)


def staffing(persons: Array, industries: Sequence[str], industry: str, *, work: int | None = None) -> Array:
    """Shares of occupations in the posts of an industry, (occupations,); they add up to 1.

    Parameters
    ----------
    persons : (works, industries, occupations) who works where in what now
    industries : SNI 2007 sections or divisions, the second axis of `persons`
    industry : the section or division asked for
    work : place of the workplace on the first axis; None for the whole region

    Raises
    ------
    TableError when nobody in the region works in the industry or in its section.

    Examples
    --------
    The first workplace has three welders for each engineer; the second nobody, so the region's staffing serves.

    >>> persons = np.array([[[3.0, 1.0]], [[0.0, 0.0]], [[6.0, 0.0]]])
    >>> staffing(persons, ["29"], "29", work=0).tolist(), staffing(persons, ["29"], "29", work=1).tolist()
    ([0.75, 0.25], [0.9, 0.1])
    """
    same = [place for place, code in enumerate(industries) if holds(industry, code)]
    letters = sections_of(divisions(industry))
    kin = [place for place, code in enumerate(industries) if sections_of(divisions(code)) & letters]
    tried = [persons[work, same].sum(axis=0)] if work is not None else []
    for counted in (*tried, persons[:, same].sum(axis=(0, 1)), persons[:, kin].sum(axis=(0, 1))):
        if counted.sum() > 0:
            return np.asarray(counted / counted.sum(), dtype=np.float64)
    raise TableError(
        f"nobody in the region works in industry {industry} or anything like it",
        why="in which occupations its posts are cannot be told from the region",
        todo=f"give the posts by occupation; the region has industries {listed(industries, most=12)}",
    )


def staffed_posts(posts: Array, persons: Array, industries: Sequence[str]) -> Array:
    """Posts by workplace and industry brought to occupations, (works, industries, occupations); sums are kept.

    Parameters
    ----------
    posts : (works, industries), of either sign
    persons, industries : see `staffing`
    """
    whole = np.zeros(persons.shape)
    for work, place in np.argwhere(posts != 0).tolist():
        whole[work, place] = posts[work, place] * staffing(persons, industries, industries[place], work=work)
    return whole
