"""Small markets made at random, for the tests of the matching."""

import numpy as np

from brygga.impact.market import market
from brygga.impact.seekers import CourseGroup, Hit

CLASSES = ("direct:16-34", "direct:55-69", "indirect:35-54")


def made_market(seed, *, h=3, w=3, o=4, draws=2, sparse=0.5, filled=0.4):
    """A market at rest with some pairs out of reach of one another."""
    rng = np.random.default_rng(seed)
    travel = np.where(rng.random((h, w)) < sparse, 0.0, rng.random((h, w)))
    travel[np.arange(min(h, w)), np.arange(min(h, w))] = 1.0
    related = np.where(rng.random((o, o)) < sparse, 0.0, rng.random((o, o)))
    np.fill_diagonal(related, 1.0)
    vacancies = rng.gamma(1.0, 2.0, (draws, w, o)) * (rng.random((draws, w, o)) < 0.8)
    return market(
        [f"h{n}" for n in range(h)],
        [f"w{n}" for n in range(w)],
        [f"o{n}" for n in range(o)],
        CLASSES,
        travel=travel,
        related=related,
        vacancies=vacancies,
        filled=filled * vacancies.sum(axis=(1, 2)),
        others=rng.gamma(1.0, 8.0, (draws, h, o)),
    )


def made_hit(seed, market, *, months=4, share=0.5, draws=2, notice_effort=0.4):
    """People hit in some cells."""
    rng = np.random.default_rng([seed, 7])
    form = (len(market.homes), len(market.occupations), len(market.classes))
    leaving = rng.gamma(1.0, 3.0, (months, *form)) * (rng.random((1, *form)) < share)
    return Hit(
        leaving=leaving,
        effort=rng.uniform(0.2, 4.0, (draws, form[2])),
        leave_rate=rng.uniform(0.0, 0.02, form[2]),
        notice_effort=notice_effort,
        draw_scale=rng.uniform(0.0, 2.0, (draws, form[2])),
    )


def made_courses(seed, market, *, number=3, months=4):
    """Courses from and to occupations at random, two of them often from the same cell."""
    rng = np.random.default_rng([seed, 9])
    occupations, homes = market.occupations, market.homes
    return [
        CourseGroup(
            from_home=homes[int(rng.integers(len(homes))) if n else 0],
            from_occupation=occupations[int(rng.integers(len(occupations))) if n else 0],
            classes=() if n % 2 else market.classes[:2],
            to_occupation=occupations[int(rng.integers(len(occupations)))],
            month=int(rng.integers(months)) if n > 1 else 2,
            months=int(rng.integers(1, 4)),
            persons=float(rng.uniform(0.5, 12.0)),
            completion=float(rng.uniform(0.5, 1.0)),
            key=f"course {n}",
        )
        for n in range(number)
    ]
