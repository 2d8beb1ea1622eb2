"""How an instance and a plan lie in two arrays, one of whole numbers and one of real ones.

Compiled functions take two arrays far quicker than forty. Each begins with a table of contents:
the first places hold single numbers, the next where each section begins. `views` gives the sections
back as arrays with their own shapes, which share the memory.

Start reading at `pack`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Number = npt.NDArray[np.float64]
Array = npt.NDArray[Any]

SITE, UNIT, SEATS_MOST, CLASSES_MOST, CLASSES_LEAST, ROOMS, APPLICANTS, OWN = range(8)
"""Columns of the section of starts; the last three are rows of limits, -1 where nothing limits."""
SIZE_LEAST, SIZE_MOST, MADE, PRICE_CLASS, PRICE_SEAT = range(5)
"""Columns of the units: smallest and largest class, placed completers a seat, thousand kronor a class and seat."""
STOCK, GAIN, NEED, WORTH = range(4)
"""Columns of the cells: net stock, worth of one person more from that year on, need, worth of a person-year."""

RANDOM = 0
ACTIVE_COUNT, CHANGE_COUNT, STEP_COUNT, ACCEPTED, TRIED = range(4, 9)
YEARS, START_YEARS, OCCUPATIONS, SITES, STARTS_COUNT, WAYS_COUNT, GUIDANCES, GUIDANCE_STEPS = range(9, 17)
FREE, DRAWN, FLOORED = range(17, 20)
"""Single whole numbers: four words of the random generator, counters of the search, sizes, and what there is."""
VALUE, EXCESS, BEST, STAY, SURPLUS, COST_WEIGHT, RATE = range(7)
"""Single real numbers: value, persons short beyond the floors, best value, settings, cost of a person beyond."""

FIRST = 20
WHOLE_SECTIONS = (
    "starts",
    "arrives",
    "groups",
    "kin",
    "kin_of",
    "kin_start",
    "leads",
    "lead_occupation",
    "drains",
    "drain_occupation",
    "ways",
    "way_chain",
    "home",
    "pays",
    "pay_row",
    "draws",
    "steps",
    "step_whole",
    "backs",
    "back_source",
    "seats",
    "classes",
    "active",
    "place",
    "levels",
    "changes",
    "journal",
    "best_seats",
    "best_levels",
)
REAL_SECTIONS = (
    "units",
    "lead_share",
    "drain_share",
    "way_share",
    "staying",
    "pay_share",
    "limits",
    "draw_levels",
    "floors",
    "step_number",
    "cells",
    "above",
    "sums",
    "left",
    "flow",
    "idle",
    "lacking",
    "journal_size",
    "best_flow",
    "best_idle",
    "back_share",
    "pull",
)
STARTS, ARRIVES, GROUPS, KIN, KIN_OF, KIN_START, LEADS, LEAD_OCCUPATION = range(20, 28)
DRAINS, DRAIN_OCCUPATION, WAYS, WAY_CHAIN, HOME, PAYS, PAY_ROW, DRAWS = range(28, 36)
STEPS, STEP_WHOLE, BACKS, BACK_SOURCE, SEATS, CLASSES, ACTIVE, PLACE = range(36, 44)
LEVELS, CHANGES, JOURNAL, BEST_SEATS, BEST_LEVELS = range(44, 49)
UNITS, LEAD_SHARE, DRAIN_SHARE, WAY_SHARE, STAYING, PAY_SHARE, LIMITS, DRAW_LEVELS = range(49, 57)
FLOORS, STEP_NUMBER, CELLS, ABOVE, SUMS, LEFT, FLOW, IDLE = range(57, 65)
LACKING, JOURNAL_SIZE, BEST_FLOW, BEST_IDLE, BACK_SHARE, PULL = range(65, 71)
"""Where in the array of whole numbers the beginning of each section stands, those of real numbers too."""
WHOLE_HEAD, REAL_HEAD = 71, 7


def pack(sections: Mapping[str, Array]) -> tuple[Whole, Number, dict[str, Array]]:
    """Both arrays with their tables of contents, and a view of each section in the shape it was given.

    Examples
    --------
    >>> made = {name: np.zeros(0) for name in (*WHOLE_SECTIONS, *REAL_SECTIONS)}
    >>> whole, real, views = pack({**made, "seats": np.array([3, 4]), "left": np.array([0.5])})
    >>> whole[whole[SEATS] + 1], real[whole[LEFT]], views["seats"]
    (np.int64(4), np.float64(0.5), array([3, 4]))
    """
    whole = np.zeros(WHOLE_HEAD + sum(sections[name].size for name in WHOLE_SECTIONS), np.int64)
    real = np.zeros(REAL_HEAD + sum(sections[name].size for name in REAL_SECTIONS))
    views: dict[str, Array] = {}
    place = FIRST
    for array, names, begin in ((whole, WHOLE_SECTIONS, WHOLE_HEAD), (real, REAL_SECTIONS, REAL_HEAD)):
        for name in names:
            given = sections[name]
            whole[place] = begin
            views[name] = array[begin : begin + given.size].reshape(given.shape)
            views[name][...] = given
            begin, place = begin + given.size, place + 1
    return whole, real, views
