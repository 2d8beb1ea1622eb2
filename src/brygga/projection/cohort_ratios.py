"""Cohort change ratios: the robust twin, which needs nothing but two counts of the people.

Those aged a + k at the origin, divided by those aged a k years earlier, is a ratio of survival and moves
together; it is applied to those aged a at the origin (Hamilton and Perry's method). Children born after
the origin follow the number of women in ages to bear, as they did at the origin.

The yearly path takes a ratio of its own for each year: k years back for k years ahead.

Start reading at `cohort_ratios`.
"""

from __future__ import annotations

import numpy as np

from brygga.core.errors import SettingError
from brygga.core.grids import Floats

MOTHERS = (20, 45)
"""Ages of the women (the last not included) that children under the horizon are counted on."""


def cohort_ratios(people: Floats, *, horizon: int) -> Floats:
    """People one to `horizon` years after the last year.

    Parameters
    ----------
    people : area x sex (men, women) x age (the last open) x year
    horizon : years ahead; as many years before the last must be there

    Returns
    -------
    area x sex x age x horizon. A cohort that was empty keeps its number.

    Raises
    ------
    SettingError when there are too few years.

    Examples
    --------
    Of 100 aged 0, 90 were left a year later; of 200 aged 0 now, 180 are expected.

    >>> people = np.zeros((1, 2, 4, 2))
    >>> people[0, 0, :2] = [[100, 200], [0, 90]]
    >>> float(cohort_ratios(people, horizon=1)[0, 0, 1, 0])
    180.0
    """
    if people.shape[3] <= horizon:
        raise SettingError(
            f"{people.shape[3]} years of people for a horizon of {horizon}",
            why="the ratio is taken over as many years back as it looks ahead",
            todo="choose a later origin or a shorter horizon",
        )
    return np.stack([_ahead(people[..., -1], people[..., -1 - k], k) for k in range(1, horizon + 1)], axis=3)


def _ahead(now: Floats, before: Floats, years: int) -> Floats:
    aged, started = _aged(now, years), _aged(before, years)
    ratio = np.divide(now, started, out=np.ones_like(now), where=started > 0)
    then = np.asarray(aged * ratio)
    low, high = MOTHERS
    women, later = now[:, 1, low:high].sum(1), then[:, 1, low:high].sum(1)
    grown = np.divide(later, women, out=np.ones_like(women), where=women > 0)
    then[:, :, :years] = now[:, :, :years] * grown[:, None, None]
    return then


def _aged(people: Floats, years: int) -> Floats:
    """Everybody `years` older; nobody below."""
    older = np.zeros_like(people)
    older[:, :, years:] = people[:, :, : people.shape[2] - years]
    older[:, :, -1] += people[:, :, people.shape[2] - years :].sum(2)
    return older
