"""Course offers: which classes could start for those hit by a notice, and why the others could not.

From tables `programmes`, `programme_leads`, `sites` and the run's `plan_starts`:

- *planned*: classes of adult education, higher vocational education, short courses and validation that the run's plan
  starts in time; of their seats (times the chance of a yes) a stated share is kept for others;
- *bought*: extra classes of adult education, short courses and validation for money of one's own, from some months
  after the notice; adult education starts with a term. Higher vocational education is applied for the year before and
  cannot be bought in time; upper secondary is for the young, and recruitment brings people from elsewhere.

How long each kind takes is a judgement (`impact.course_months_*`), as tables count programmes in whole years.

Start reading at `course_offers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from brygga.commuting.travel import Road, travel_times
from brygga.core import codes
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.impact.course_packages import Offer
from brygga.impact.months import YEAR

TRAINING = ("adult", "short", "validation", "yh")
BOUGHT = ("adult", "short", "validation")
TERMS: Mapping[str, tuple[int, ...]] = {"adult": (1, 8), "yh": (8,)}
"""Months of the year that a kind starts in: Swedish school terms; the others start in any month."""
OFTEN = 3
"""Months between starts of those that start in any month."""
TERM_STARTS, LOOSE_STARTS = 2, 3
"""How many starts of each are offered."""
NOT_FOR_THEM: Mapping[str, str] = {"upper_secondary": "young", "recruitment": "elsewhere"}


@dataclass(frozen=True)
class Offers:
    """Classes that could start, in order of programme and month; and the programmes that could not, with why."""

    offers: tuple[Offer, ...]
    delivery: Mapping[str, str]
    names: Mapping[str, tuple[str, str]]
    turned_down: Mapping[str, str]


def course_offers(
    region: Region,
    plan_starts: pl.DataFrame,
    *,
    notice: date,
    first_leaving: date,
    months: int,
    homes: Sequence[str],
    occupations: Sequence[str],
    day: date,
) -> Offers:
    """The classes that those hit by a notice could go to.

    Parameters
    ----------
    region : its tables `programmes`, `programme_leads`, `sites` and `travel_time`
    plan_starts : table `plan_starts` of the run; empty without a plan
    notice, first_leaving : the day of the notice, and the day the first post ends
    months : months followed from the notice; a class that ends later is turned down
    homes, occupations : those of the market
    day : the day that the judgements are read on
    """
    sites = dict(region.tables["sites"].select("site", "municipality").iter_rows())
    near = _homes_near(region, sorted(set(sites.values())), homes, day)
    leads = _leads(region.tables["programme_leads"], occupations)
    kept = 1.0 - value_on("impact.course_seats_kept", day).number
    order = round(value_on("impact.course_order_months", day).number)
    offers: list[Offer] = []
    turned_down: dict[str, str] = {}
    programmes = region.tables["programmes"].sort("programme")
    for row in programmes.iter_rows(named=True):
        name, delivery = row["programme"], row["delivery"]
        if delivery in NOT_FOR_THEM:
            turned_down[name] = NOT_FOR_THEM[delivery]
            continue
        within = near[sites[row["site"]]]
        lasts = round(row["years"] * value_on(f"impact.course_months_{delivery}", day).number)
        planned = _planned(plan_starts, name, delivery, notice, first_leaving)
        earliest = max(order, _month(notice, first_leaving))
        bought = _starts(delivery, notice, earliest) if delivery in BOUGHT else []
        starts = [(month, seats * kept) for month, seats in planned] + [(month, None) for month in bought]
        in_time = [(month, paid) for month, paid in starts if month + lasts < months]
        why = _why_not(row, starts, in_time, leads.get(name, {}), within)
        if why:
            turned_down[name] = why
        else:
            offers += [_offer(row, month, lasts, leads[name], within, paid) for month, paid in in_time]
    return Offers(
        tuple(offers),
        dict(programmes.select("programme", "delivery").iter_rows()),
        {name: (sv, en) for name, sv, en in programmes.select("programme", "name_sv", "name_en").iter_rows()},
        turned_down,
    )


def _why_not(
    row: Mapping[str, object],
    starts: Sequence[tuple[int, float | None]],
    in_time: Sequence[tuple[int, float | None]],
    leads: Mapping[str, float],
    within: Sequence[str],
) -> str:
    """Why a programme has no class for them; empty when it has."""
    if not leads:
        return "leads"
    if not starts:
        return "applied" if row["delivery"] not in BOUGHT else "late"
    if not in_time:
        return "late"
    return "" if within else "far"


def _offer(
    row: Mapping[str, object],
    month: int,
    lasts: int,
    leads: Mapping[str, float],
    within: tuple[str, ...],
    paid: float | None,
) -> Offer:
    def number(column: str) -> float:
        return float(str(row[column]))

    return Offer(
        programme=str(row["programme"]),
        month=month,
        months=max(1, lasts),
        leads=leads,
        homes=within,
        class_min=number("class_min"),
        class_max=number("class_max"),
        classes_max=int(number("classes_max")),
        cost_class_sek=number("cost_class_sek"),
        cost_seat_sek=number("cost_seat_sek"),
        completion=number("completion"),
        paid=paid,
    )


def _planned(
    plan_starts: pl.DataFrame, programme: str, delivery: str, notice: date, first_leaving: date
) -> list[tuple[int, float]]:
    """Month and expected seats of the plan's classes that start when somebody has left, one class a year."""
    found = []
    first = _month(notice, first_leaving)
    for year, seats, chance in (
        plan_starts.filter(pl.col("programme") == programme)
        .sort("year")
        .select("year", "seats", pl.col("probability").fill_null(1.0))
        .iter_rows()
    ):
        months = [YEAR * (year - notice.year) + month - notice.month for month in TERMS.get(delivery, range(1, 13))]
        in_time = [month for month in (months[-1:] if delivery in TERMS else months) if month >= first]
        if in_time and seats:
            found.append((in_time[0], float(seats) * float(chance)))
    return found


def _starts(delivery: str, notice: date, earliest: int) -> list[int]:
    """The months, from the notice, that a class bought could start in.

    Examples
    --------
    >>> _starts("adult", date(2026, 9, 1), 6), _starts("short", date(2026, 9, 1), 6)
    ([11, 16], [6, 9, 12])
    """
    if delivery not in TERMS:
        return [earliest + OFTEN * step for step in range(LOOSE_STARTS)]
    months = range(earliest, earliest + YEAR * TERM_STARTS)
    fitting = [month for month in months if (notice.month - 1 + month) % YEAR + 1 in TERMS[delivery]]
    return fitting[:TERM_STARTS]


def _month(notice: date, day: date) -> int:
    return YEAR * (day.year - notice.year) + day.month - notice.month


def _leads(leads: pl.DataFrame, occupations: Sequence[str]) -> dict[str, dict[str, float]]:
    """Programme to occupation of the market to share; a lead finer than the market's code counts there."""
    known = set(occupations)
    found: dict[str, dict[str, float]] = {}
    for programme, code, share in leads.select("programme", "occupation", "share").sort("programme").iter_rows():
        held = codes.ancestor_in(code, known)
        if held is not None:
            mine = found.setdefault(programme, {})
            mine[held] = mine.get(held, 0.0) + share
    return found


def _homes_near(region: Region, places: Sequence[str], homes: Sequence[str], day: date) -> dict[str, tuple[str, ...]]:
    """Homes within the longest journey of each place; all of the region where it lies on no map.

    Those who live outside the region are not counted on: their own region has courses.
    """
    inside = [home for home in homes if home in region.municipalities]
    wanted = sorted({*inside, *places})
    if not all(code in codes.codes("kommun") for code in wanted):
        return {place: tuple(inside) for place in places}
    times = travel_times(wanted, Road.on(day), known=region.tables["travel_time"], fill=True)
    most = value_on("impact.course_reach_minutes", day).number
    reached = {
        (home, work) for home, work, minutes in times.select("home", "work", "minutes").iter_rows() if minutes <= most
    }
    return {place: tuple(home for home in inside if home == place or (home, place) in reached) for place in places}
