"""A problem as numbers in arrays, for the compiled search: starts, limits, cells and guidance by position.

A *start* is a measure at a site in a year that can do good, or that a pin asks for. A *unit* is a
measure and start year: what a class costs and gives is the same at every site. A *chain* is a
municipality and occupation over all years that count; a *way* leads the completers of a site in an
occupation to one chain within reach. Limits are rows of which every start uses a little. Nothing is
stored per start that can be looked up by its site and unit, so that a country fits in little memory.

Start reading at `Instance.of`, then `Data`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.planning.instance_parts import (
    Guided,
    Limits,
    Names,
    Needs,
    Ways,
    guided,
    limits_of,
    needs_of,
    pointers,
    ways_of,
)
from brygga.planning.layout import MADE, SITE, SIZE_LEAST, SIZE_MOST, UNIT
from brygga.planning.problem import Problem

Whole = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Number = npt.NDArray[np.float64]

UNLIMITED = 1_000_000_000
"""A number of seats or classes that nothing reaches."""


class Data(NamedTuple):
    """What does not change while searching; positions of sites, units, occupations, chains and rows as whole numbers.

    starts : (starts, 8) by site, year and measure; columns as in `layout`
    units, arrives : (measures x years, 5) and the position of the year in which completers join
    groups : starts of site s and year y are groups[s * years + y] to groups[s * years + y + 1]
    kin, kin_of, kin_start : starts of one site whose measures share a main occupation
    leads, drains : pointers per measure, with occupations and shares
    ways : pointers per site and occupation; chains (first cell) and shares; staying : sum of shares per site
    backs : the ways back: pointers per chain, sources and shares
    home : municipality of each site; pays : pointers per unit; rows and shares of the cost
    limits, slack : what each row may be used at most, with a hair for rounding
    draws, draw_levels : breakpoints of each cell (none: its need); order : which draw each one is
    floors : most persons short by municipality and year (infinite where no floor)
    steps : pointers per guidance and step; entries: rows of applicants (year 0), units (year 0), applicants, cost
    """

    starts: Small
    units: Number
    arrives: Whole
    groups: Whole
    kin: Whole
    kin_of: Small
    kin_start: Small
    leads: Whole
    lead_occupation: Whole
    lead_share: Number
    drains: Whole
    drain_occupation: Whole
    drain_share: Number
    ways: Whole
    way_chain: Whole
    way_share: Number
    staying: Number
    backs: Whole
    back_source: Whole
    back_share: Number
    home: Whole
    pays: Whole
    pay_row: Whole
    pay_share: Number
    limits: Number
    need: Number
    worth: Number
    draws: Whole
    draw_levels: Number
    floors: Number
    steps: Whole
    step_whole: Whole
    step_number: Number
    years: int
    start_years: int
    occupations: int
    free: bool
    stay: float
    surplus: float
    cost_weight: float


@dataclass(frozen=True)
class Instance:
    """A problem in arrays, with the names to come back from them.

    `order` says for each breakpoint of a cell which draw it is; `offset` is the weighted need that no start can
    ever touch, so that the search's value plus the offset is the objective.
    """

    data: Data
    names: Names
    order: Small
    draws: int

    @classmethod
    def of(cls, problem: Problem) -> Instance:
        """The arrays of `problem`; starts that can never do good are left out unless a pin asks for them."""
        names = Names.of(problem)
        needs = needs_of(problem, names)
        limits = limits_of(problem, names)
        ways = ways_of(problem, names, needs)
        steps = guided(problem, names, limits)
        data = _data(problem, names, needs, limits, ways, steps)
        return cls(data, names, needs.order, max(1, names.draws))

    @property
    def starts(self) -> int:
        """How many starts there are to decide on."""
        return int(self.data.starts.shape[0])

    def classes_frame(self, seats: Whole, classes: Whole) -> pl.DataFrame:
        """A plan (measure, site, year, classes, seats) of seats and classes by position."""
        chosen = np.flatnonzero(classes > 0)
        measures, years = np.divmod(self.data.starts[chosen, UNIT].astype(np.int64), self.data.start_years)
        frame = pl.DataFrame(
            {
                "measure": self.names.measures.gather(measures),
                "site": self.names.sites.gather(self.data.starts[chosen, SITE].astype(np.int64)),
                "year": years + self.names.first,
                "classes": classes[chosen].astype(np.int64),
                "seats": seats[chosen].astype(np.int64),
            }
        )
        return frame.sort("measure", "site", "year")

    def seats_of(self, classes: pl.DataFrame) -> Whole:
        """Seats by position of a plan's rows; rows that are no start here are left out."""
        rows = classes.select("measure", "site", "year", "seats")
        unit = self.data.starts[:, UNIT].astype(np.int64)
        own = pl.DataFrame(
            {
                "measure": self.names.measures.gather(unit // self.data.start_years),
                "site": self.names.sites.gather(self.data.starts[:, SITE].astype(np.int64)),
                "year": unit % self.data.start_years + self.names.first,
            }
        )
        joined = own.join(rows, on=["measure", "site", "year"], how="left", maintain_order="left")
        return joined["seats"].fill_null(0).cast(pl.Int64).to_numpy().copy()

    def guidance_frame(self, levels: Whole) -> pl.DataFrame:
        """Steps of guidance bought (guidance, year, steps), of levels by guidance and year."""
        which, year = np.nonzero(levels)
        frame = pl.DataFrame(
            {
                "guidance": self.names.guidance.gather(which),
                "year": year + self.names.first,
                "steps": levels[which, year].astype(np.int64),
            },
            schema={"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64},
        )
        return frame.sort("guidance", "year")

    def levels_of(self, guidance: pl.DataFrame | None) -> Whole:
        """Levels by guidance and year of a table of steps bought."""
        levels = np.zeros((len(self.names.guidance), self.data.start_years), np.int64)
        place = {name: index for index, name in enumerate(self.names.guidance)}
        for name, year, steps in () if guidance is None else guidance.select("guidance", "year", "steps").iter_rows():
            levels[place[name], year - self.names.first] = steps
        return levels


def _data(problem: Problem, names: Names, needs: Needs, limits: Limits, ways: Ways, steps: Guided) -> Data:
    settings = problem.settings
    units, arrives = _units(problem, names)
    leads = _parts(problem.leads, names)
    drains = _parts(problem.drains, names)
    starts = _starts(problem, names, limits, units, arrives, _useful(names, leads, ways))
    group = starts[:, SITE].astype(np.int64) * names.start_years + starts[:, UNIT] % names.start_years
    kin, kin_of, kin_start = _kin(names, starts, leads)
    backs = _backs(names, ways)
    homes = names.positions(names.municipalities, problem.sites["municipality"])
    return Data(
        starts=starts,
        units=units,
        arrives=arrives,
        groups=np.searchsorted(group, np.arange(len(names.sites) * names.start_years + 1)).astype(np.int64),
        kin=kin,
        kin_of=kin_of,
        kin_start=kin_start,
        leads=leads[0],
        lead_occupation=leads[1],
        lead_share=leads[2],
        drains=drains[0],
        drain_occupation=drains[1],
        drain_share=drains[2],
        ways=ways.pointers,
        way_chain=ways.chain,
        way_share=ways.share,
        staying=ways.staying,
        backs=backs[0],
        back_source=backs[1],
        back_share=backs[2],
        home=homes,
        pays=limits.pays,
        pay_row=limits.pay_row,
        pay_share=limits.pay_share,
        limits=limits.at_most,
        need=needs.need,
        worth=needs.worth,
        draws=needs.draws,
        draw_levels=needs.levels,
        floors=needs.floors,
        steps=steps.pointers,
        step_whole=steps.whole,
        step_number=steps.number,
        years=names.years,
        start_years=names.start_years,
        occupations=len(names.occupations),
        free=settings.reach == "free",
        stay=float(settings.stay),
        surplus=float(settings.surplus_weight),
        cost_weight=float(settings.cost_weight),
    )


def _units(problem: Problem, names: Names) -> tuple[Number, Whole]:
    """What a class and a seat of each measure cost and give by start year, and when completers join."""
    measures, count = problem.measures, names.start_years
    own = np.repeat(measures["probability"].to_numpy(), count).copy()
    given = problem.probabilities
    place = names.positions(names.measures, given["measure"]) * count + given["year"].to_numpy() - names.first
    own[place] = given["probability"].to_numpy()
    columns = [np.repeat(measures[c].to_numpy().astype(float), count) for c in ("class_min", "class_max")]
    columns.append(own * np.repeat(measures["yield"].to_numpy(), count))
    columns += [own * np.repeat(measures[c].to_numpy().astype(float), count) for c in ("cost_class", "cost_seat")]
    arrives = measures["years"].to_numpy().astype(np.int64)[:, None] + np.arange(count)
    return np.ascontiguousarray(np.stack(columns, axis=1)), np.ascontiguousarray(arrives.ravel())


def _parts(frame: pl.DataFrame, names: Names) -> tuple[Whole, Whole, Number]:
    """Pointers per measure, occupations and shares of `leads` or `drains`."""
    rows = frame.filter((pl.col("share") > 0) & pl.col("occupation").is_in(names.occupations.implode()))
    measure = names.positions(names.measures, rows["measure"])
    order = np.argsort(measure, kind="stable")
    occupation = names.positions(names.occupations, rows["occupation"])[order]
    return pointers(measure[order], len(names.measures)), occupation, rows["share"].to_numpy()[order].copy()


def _useful(names: Names, leads: tuple[Whole, Whole, Number], ways: Ways) -> npt.NDArray[np.bool_]:
    """Whether completers of a measure find a municipality in reach of a site that may need them: (site, measure)."""
    count = len(names.occupations)
    led = np.zeros((len(names.measures), count), bool)
    led[np.repeat(np.arange(len(names.measures)), np.diff(leads[0])), leads[1]] = True
    made: npt.NDArray[np.bool_] = (ways.wanted.astype(np.float32) @ led.T.astype(np.float32)) > 0
    return made


def _starts(
    problem: Problem, names: Names, limits: Limits, units: Number, arrives: Whole, useful: npt.NDArray[np.bool_]
) -> Small:
    """The starts and their limits, by site, year and measure."""
    measure = names.positions(names.measures, problem.offers["measure"])
    site = names.positions(names.sites, problem.offers["site"])
    count = names.start_years
    measure, site = np.repeat(measure, count), np.repeat(site, count)
    year = np.tile(np.arange(count), problem.offers.height)
    unit = measure * count + year
    most, least, seats = limits.of_starts(problem, names, measure, site, year)
    size_least, size_most = units[unit, SIZE_LEAST], units[unit, SIZE_MOST]
    seats = np.minimum(seats, np.floor(np.minimum(most, UNLIMITED / 64) * size_most + 1e-9))
    useless = (arrives[unit] >= names.years) | (units[unit, MADE] <= 0) | ~useful[site, measure]
    idle = useless | (seats < np.maximum(np.ceil(size_least - 1e-9), 1)) | (most < 1)
    forced = np.ceil(least * size_least - 1e-9)
    seats = np.where(idle, np.minimum(forced, seats), seats)
    kept = np.flatnonzero(~idle | (least > 0))
    kept = kept[np.lexsort((measure[kept], year[kept], site[kept]))]
    columns = [site, unit, np.minimum(seats, UNLIMITED), np.minimum(most, UNLIMITED), least]
    columns += [limits.row_of(limits.rooms, site, year), limits.row_of(limits.applicants, site, year)]
    columns.append(limits.own_row(measure, site, year, names))
    return np.ascontiguousarray(np.stack([column[kept] for column in columns], axis=1).astype(np.int32))


def _backs(names: Names, ways: Ways) -> tuple[Whole, Whole, Number]:
    """Ways the other way round: pointers per chain, sources that lead there and their shares."""
    chain = ways.chain // names.years
    order = np.argsort(chain, kind="stable")
    source = np.repeat(np.arange(len(ways.pointers) - 1), np.diff(ways.pointers))
    count = len(names.municipalities) * len(names.occupations)
    return pointers(chain, count), source[order], ways.share[order]


def _kin(names: Names, starts: Small, leads: tuple[Whole, Whole, Number]) -> tuple[Whole, Small, Small]:
    """Starts of one site whose measures have the same main occupation: pointers, the kin of each start, starts."""
    main = np.zeros(len(names.measures), np.int64)
    for measure in range(len(names.measures)):
        first, last = leads[0][measure], leads[0][measure + 1]
        main[measure] = leads[1][first + int(np.argmax(leads[2][first:last]))] if last > first else 0
    count = len(names.occupations)
    key = starts[:, SITE].astype(np.int64) * count + main[starts[:, UNIT] // names.start_years]
    order = np.argsort(key, kind="stable")
    return pointers(key[order], len(names.sites) * count), key.astype(np.int32), order.astype(np.int32)
