"""Closure shock: from what a person writes to a checked shock, with every fault in one report.

    --date                    the first leaving date; the notice is the latest day that the law allows for it
    --notice                  the day of the notice; the first leaving date is the first that the law allows
    both                      as given; a first leaving date that comes too early by law is told, not refused

Start reading at `shock_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from brygga.core import codes
from brygga.core.errors import BryggaError, SettingError, UnknownCodeError, listed, raise_all
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.impact.closure import Shock, even_leaving, month_after, usual_leaving
from brygga.impact.notice_clock import latest_notice, notice_clock
from brygga.workflow.closure_files import read_leaving, read_occupations
from brygga.workflow.closure_hit import holds
from brygga.workflow.ground import of_base_year, without_hidden
from brygga.workflow.settings import decision_day

MONTHS = (1, 120)
DRAWS = (10, 2_000)
MOST_POSTS = 100_000


@dataclass(frozen=True)
class Asked:
    """What somebody asks for, as written: texts and files.

    `first` is the first leaving date, `leaving` the last one or a file of dates with their posts.
    """

    municipality: str
    industry: str
    posts: float
    first: str | date | None = None
    notice: str | date | None = None
    occupations: Path | Mapping[str, float] | None = None
    leaving: str | None = None
    months: int = 36
    draws: int = 200
    sign: int = -1


def shock_of(region: Region, asked: Asked) -> tuple[Shock, tuple[str, ...]]:
    """The shock that is asked for, and what had to be assumed about it.

    Raises
    ------
    BryggaError: every fault of what was asked, in one report.
    """
    faults: list[BryggaError] = []
    notes: list[str] = []
    faults += setting_faults(asked.months, asked.draws) + posts_faults(asked.posts)
    faults += place_faults(region, asked.municipality) + industry_faults(region, asked.industry)
    if not faults and asked.sign < 0:
        faults += too_many_faults(region, asked.municipality, asked.industry, asked.posts)
    first, given = _day(asked.first, "--date", faults), _day(asked.notice, "--notice", faults)
    occupations = _occupations(region, asked, faults, notes)
    last, shares = _leaving(asked, faults)
    if first is None and given is None and shares is None and not faults:
        faults.append(_no_date())
    first = first or (min(shares) if shares else None)
    raise_all("the closure", faults)
    notice, first = _dates(asked, first, given)
    leaving = tuple(sorted(shares.items())) if shares else _spread(first, last, asked.posts)
    shock = Shock(
        municipality=asked.municipality,
        industry=asked.industry,
        posts=float(asked.posts),
        notice=notice,
        leaving=leaving,
        occupations=occupations,
        sign=asked.sign,
    )
    raise_all("the closure", date_faults(region, shock, asked.months))
    return shock, tuple(notes)


def check_shock(region: Region, shock: Shock, *, months: int = 36) -> None:
    """Raise every fault of a shock that a program made, in one report."""
    faults = posts_faults(shock.posts) + place_faults(region, shock.municipality)
    faults += industry_faults(region, shock.industry)
    if not faults and shock.sign < 0:
        faults += too_many_faults(region, shock.municipality, shock.industry, shock.posts)
    if shock.occupations:
        faults += sum_faults(shock.occupations, shock.posts) + occupation_faults(region, shock.occupations)
    raise_all("the closure", faults + date_faults(region, shock, months))


def setting_faults(months: int, draws: int) -> list[BryggaError]:
    """Months and draws outside what they may be."""
    faults: list[BryggaError] = []
    for name, value, (least, most), why in (
        ("months", months, MONTHS, "a closure is followed for a month at least, and nothing is known of ten years on"),
        ("draws", draws, DRAWS, "fewer give no interval, more do not fit in memory"),
    ):
        if not least <= value <= most:
            faults.append(
                SettingError(f"--{name} {value} is outside {least}-{most}", why=why, todo=f"choose {least} to {most}")
            )
    return faults


def posts_faults(posts: float) -> list[BryggaError]:
    """Posts that cannot be: none, fewer, parts of one, or more than any workplace has."""
    if 0 < posts <= MOST_POSTS and float(posts).is_integer():
        return []
    return [
        SettingError(
            f"--posts {posts:g} is no number of posts",
            why="a notice is about whole posts, one or more" + (f", at most {MOST_POSTS:,}" if posts > 1 else ""),
            todo="give the posts that disappear as a whole number above 0, for example --posts 140",
        )
    ]


def place_faults(region: Region, municipality: str) -> list[BryggaError]:
    """A municipality that is unknown, or not in the region."""
    if municipality in region.municipalities:
        return []
    known = {**dict(codes.classification("kommun").select("code", "name").iter_rows()), **region.names}
    there = listed((f"{code} {known.get(code, code)}" for code in sorted(region.municipalities)), most=30)
    if municipality not in known:
        return [
            UnknownCodeError(
                f"--municipality {municipality} is no municipality",
                why="a municipality is given by its code of four digits, 0767 with its zero",
                todo=f"choose one of the region's: {there}",
            )
        ]
    return [
        SettingError(
            f"--municipality {municipality} {known[municipality]} lies outside the region",
            why="nothing is known of its workplaces here, nor of where their people live",
            todo=f"choose one of the region's ({there}), or a region with it",
        )
    ]


def industry_faults(region: Region, industry: str) -> list[BryggaError]:
    """An industry that is unknown, or that the region has nothing of."""
    there = sorted(region.tables["employed"]["industry"].unique())
    if industry in there:
        return []
    names = listed((f"{code} {_industry_name(code)}" for code in there), most=40)
    if industry not in codes.codes("sni"):
        return [
            UnknownCodeError(
                f"--industry {industry} is no industry of SNI 2007",
                why="an industry is given by its section (C) or division (29)",
                todo=f"choose one of the region's: {names}",
            )
        ]
    if any(holds(industry, code) for code in there):
        return []
    return [
        SettingError(
            f"--industry {industry} {_industry_name(industry)} has no jobs in the region",
            why="there is nothing that could close",
            todo=f"choose one of the region's: {names}",
        )
    ]


def too_many_faults(region: Region, municipality: str, industry: str, posts: float) -> list[BryggaError]:
    """More posts than the industry has in the municipality."""
    jobs = jobs_there(region, municipality, industry)
    if posts <= jobs + 0.5:
        return []
    found = f"about {jobs:,.0f} job(s)" if jobs >= 1 else "no job"
    return [
        SettingError(
            f"--posts {posts:g}: industry {industry} has {found} in {municipality} in {region.base_year}",
            why="no more posts can disappear than there are",
            todo="give fewer posts, another industry or municipality, or correct table employed if it lacks the plant",
        )
    ]


def jobs_there(region: Region, municipality: str, industry: str) -> float:
    """Jobs of an industry in a municipality in the base year (persons); a hidden count stands for a number."""
    employed = without_hidden(of_base_year(region, "employed"), decision_day(region))
    here = employed.filter(pl.col("municipality") == municipality)
    sums = here.group_by("industry", maintain_order=True).agg(total("persons"))
    return float(sum(persons for code, persons in sums.iter_rows() if holds(industry, code)))


def sum_faults(occupations: Mapping[str, float], posts: float) -> list[BryggaError]:
    """Occupations whose posts are not the posts in all."""
    there = sum(occupations.values())
    if abs(there - posts) < 1e-6:
        return []
    return [
        SettingError(
            f"the occupations' posts sum to {there:g}, not to {posts:g} (--posts)",
            why="every post has one occupation, so the two must be the same",
            todo=f"correct the posts by occupation, or give --posts {there:g}",
        )
    ]


def occupation_faults(region: Region, occupations: Mapping[str, float]) -> list[BryggaError]:
    """Occupations that are unknown or that the region does not count."""
    there = set(region.tables["employed"]["occupation"])
    faults: list[BryggaError] = []
    for code in sorted(occupations):
        if code in there or codes.ancestor_in(code, there):
            continue
        inside = sorted(other for other in there if other.startswith(code))
        near = inside or sorted(there, key=lambda other: (-_shared(code, other), other))[:3]
        told = listed(f"{other} {codes.name_of(other, 'ssyk', 'en')}" for other in near)
        unknown = code not in codes.codes("ssyk")
        faults.append(
            UnknownCodeError(
                f"occupation {code} is {'no SSYK 2012 code' if unknown else 'not counted in the region as such'}",
                why="nobody knows where its people live, or which posts they can take",
                todo=f"choose {'one of those inside it' if inside else 'the nearest'}: {told}",
            )
        )
    return faults


def date_faults(region: Region, shock: Shock, months: int) -> list[BryggaError]:
    """Dates in the wrong order, or outside what the run and the months tell of."""
    faults: list[BryggaError] = []
    if shock.first_leaving < shock.notice:
        faults.append(
            SettingError(
                f"the first leave on {shock.first_leaving}, before the notice on {shock.notice}",
                why="a notice comes before the posts end",
                todo="check the two dates, or write the day the notice was really given",
            )
        )
    if not region.base_year <= shock.notice.year <= region.to:
        faults.append(
            SettingError(
                f"the notice on {shock.notice} is outside {region.base_year}-{region.to}",
                why="the region's figures begin with its base year and its projection ends then",
                todo=f"choose a date from {region.base_year}-01-01 to {region.to}-12-31",
            )
        )
    last = month_after(shock.notice, shock.last_leaving)
    if last >= months and not faults:
        faults.append(
            SettingError(
                f"the last leave on {shock.last_leaving}, {last} months after the notice, and {months} are followed",
                why="those who have not left by the end would be told as at work",
                todo=f"follow more months: --months {last + 13}",
            )
        )
    return faults


def _dates(asked: Asked, first: date | None, given: date | None) -> tuple[date, date]:
    """The day of the notice and the first leaving date; the one that is not given follows from the law."""
    if first is None:
        assert given is not None
        return given, notice_clock({county_or_any(asked.municipality): asked.posts}, given).first_leaving
    return given or latest_notice(asked.posts, first), first


def county_or_any(municipality: str) -> str:
    """The county whose posts the law counts; an invented municipality is counted as any other."""
    known = municipality in codes.codes("kommun")
    return codes.county_of(municipality) if known else min(codes.codes("county"))


def _spread(first: date, last: date | None, posts: float) -> tuple[tuple[date, float], ...]:
    return even_leaving(first, last) if last else usual_leaving(first, posts)


def _day(given: str | date | None, option: str, faults: list[BryggaError]) -> date | None:
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        faults.append(
            SettingError(
                f"{option} {given} is no date",
                why="dates are written year-month-day",
                todo=f"write for example {option} 2027-03-01",
            )
        )
        return None


def _no_date() -> BryggaError:
    return SettingError(
        "no date is given",
        why="the clock and the months start from one",
        todo="give --date (the first leaving date), --notice (the day of the notice), or both",
    )


def _occupations(
    region: Region, asked: Asked, faults: list[BryggaError], notes: list[str]
) -> Mapping[str, float] | None:
    """Posts by the region's occupations; finer codes are counted in the one that holds them."""
    if asked.occupations is None:
        return None
    if isinstance(asked.occupations, Mapping):
        given = dict(asked.occupations)
    else:
        try:
            given, told = read_occupations(asked.occupations)
        except BryggaError as fault:
            faults += getattr(fault, "faults", [fault])
            return None
        notes += told
    wrong = sum_faults(given, asked.posts) + occupation_faults(region, given)
    if wrong:
        faults += wrong
        return None
    there = set(region.tables["employed"]["occupation"])
    found: dict[str, float] = {}
    for code in sorted(given):
        held = codes.ancestor_in(code, there) or code
        if held != code:
            notes.append(f"occupation {code} is counted as {held} {codes.name_of(held, 'ssyk', 'en')}")
        found[held] = found.get(held, 0.0) + given[code]
    return found


def _leaving(asked: Asked, faults: list[BryggaError]) -> tuple[date | None, dict[date, float] | None]:
    """The last leaving date, or the share of the posts on each date of a file."""
    if asked.leaving is None:
        return None, None
    if not Path(asked.leaving).suffix and not Path(asked.leaving).is_file():
        return _day(asked.leaving, "--leaving", faults), None
    try:
        posts = read_leaving(Path(asked.leaving))
    except BryggaError as fault:
        faults += getattr(fault, "faults", [fault])
        return None, None
    there = sum(posts.values())
    if abs(there - asked.posts) > 1e-6:
        faults.append(
            SettingError(
                f"the leaving dates' posts sum to {there:g}, not to {asked.posts:g} (--posts)",
                why="every post ends on one date, so the two must be the same",
                todo=f"correct the posts by date, or give --posts {there:g}",
            )
        )
        return None, None
    return None, {day: count / there for day, count in posts.items()}


def _shared(code: str, other: str) -> int:
    """Digits that two codes begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(code, other, strict=False)) if a != b), min(len(code), len(other)))


def _industry_name(code: str) -> str:
    return codes.name_of(code, "sni", "en") if code in codes.codes("sni") else ""
