"""Picks: which codes of a publisher's variable are asked for, and what they are called in our tables.

A pick takes the variable as the publisher describes it now, and gives code -> our value. What it does not take is
never asked for: a region dimension mixes the nation, counties, municipalities and rest codes, and an age dimension
mixes single years, groups and several totals, so no dimension is ever summed over.

Start reading at `Pick`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from brygga.core import codes as code_lists
from brygga.core.errors import UnknownCodeError, listed
from brygga.sources.json_stat import Dimension
from brygga.sources.provider import Wanted

UNKNOWN = "unknown"
"""What every rest code is called: 9999 (municipality unknown), 0002 (no occupation), 00 (no industry)."""

NATION = "00"


class NotInDivisionError(UnknownCodeError):
    """A municipality that was asked for does not stand in the table: another table would not have it either."""


Values = Mapping[str, str | int]
Pick = Callable[[str, Dimension, Wanted], Values]
"""Table id, variable, what is wanted -> code -> our value, in the order to ask for them."""

TOTALS = ("1+2", "TotSa", "TotSA", "TOTSA", "tot", "TOT", "TOT1", "SC", "samt", "tot16-74", "TotSa16-74", "T", "LJtotA")
"""Codes of totals that have been seen; a label that begins with a word for all is one as well."""

_ALL = re.compile(r"^(totalt?\b|samtliga|alla\b)", re.IGNORECASE)


def municipalities(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """Territory and ring; the nation, counties and everything else with four digits are left out."""
    offered = set(dimension.codes)
    missing = [code for code in wanted.municipalities if code not in offered]
    if missing:
        raise NotInDivisionError(
            f"{table}, variable {dimension.name}: municipality {listed(_named(missing))} is not there",
            why="municipalities are merged and renumbered, and a table keeps the division of its years",
            todo="leave it out of --territory (or --ring), or write the code it has now",
        )
    return {code: code for code in wanted.municipalities}


def every_municipality(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """All municipalities of the country, and other four-digit codes with one name: unknown."""
    municipalities(table, dimension, wanted)
    known = code_lists.codes("kommun")
    return {code: code if code in known else UNKNOWN for code in dimension.codes if re.fullmatch(r"\d{4}", code)}


def counties(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """The counties that territory and ring lie in, and the nation (00) where it is published."""
    asked = [NATION] if NATION in dimension.codes else []
    asked += sorted({code_lists.county_of(code) for code in wanted.municipalities})
    missing = [code for code in asked if code not in dimension.codes]
    if missing:
        raise _lacking(table, dimension, missing, "county")
    return {code: code for code in asked}


def sexes(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """Men and women, without the total."""
    return _needed(table, dimension, {"1": "men", "2": "women"})


def single_ages(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """Single years 0-99 and the open class 100+ (written 100+1 where classes of five and ten years lie beside)."""
    ages: dict[str, str | int] = {code: int(code) for code in dimension.codes if re.fullmatch(r"\d{1,2}", code)}
    last = next((code for code in ("100+1", "100+", "100") if code in dimension.codes), None)
    if last:
        ages[last] = 100
    missing = sorted(set(range(101)) - {int(age) for age in ages.values()})
    if missing:
        raise _lacking(table, dimension, missing, "age")
    return ages


def mother_ages(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """Single years of the mother's age; the first class (-14) and the last (49+) are open."""
    found: dict[str, str | int] = {}
    for code in dimension.codes:
        match = re.fullmatch(r"-?(\d{2})(\+1?)?", code)
        if match and int(match[1]) not in found.values():
            found[code] = int(match[1])
    missing = sorted(set(range(15, 49)) - {int(age) for age in found.values()})
    if missing:
        raise _lacking(table, dimension, missing, "age")
    return found


def age_groups(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """Classes as published, such as 25-29 (060-64 is 60-64); they may overlap and are never summed."""
    found: dict[str, str | int] = {}
    for code in dimension.codes:
        if match := re.fullmatch(r"0?(\d{2}-\d{2})", code):
            found[code] = match[1]
    if not found:
        raise _lacking(table, dimension, ["25-29"], "age class")
    return found


def occupations(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """SSYK 2012 at three digits; 0002 is unknown."""
    known = code_lists.codes("ssyk")
    three = {code: code for code in dimension.codes if len(code) == 3 and code in known}
    rest = {code: UNKNOWN for code in dimension.codes if code in ("0002", "002", "0000")}
    strange = [code for code in dimension.codes if code not in three and code not in rest and code not in TOTALS]
    if strange or not three:
        raise UnknownCodeError(
            f"{table}, variable {dimension.name}: {listed(strange) or 'no codes of three digits'} not in SSYK 2012",
            why="the classification of the table is another one, and joined with ours it would be wrong",
            todo="look for a table in SSYK 2012 and give it with --table NAME=ID",
        )
    return {code: rest.get(code, code) for code in dimension.codes if code in three or code in rest}


def published(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """All codes as they are but totals; 00, 0, US and what is called unknown by its label keep one name: unknown."""
    return {
        code: UNKNOWN if _is_rest(dimension, code) else code for code in dimension.codes if not total(dimension, code)
    }


def industries(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """Industries as published, without the total (A-U); 00 and US are unknown."""
    found = published(table, dimension, wanted)
    return {code: value for code, value in found.items() if not re.fullmatch(r"A-[UX].*", code)}


def education_groups(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """Education groups (two digits and a letter); the wider groups in the same list hold them and are left out."""
    groups = {code: code for code in dimension.codes if re.fullmatch(r"\d{2}[A-ZÅÄÖ]", code)}
    groups = {code: name for code, name in groups.items() if not total(dimension, code)}
    return groups or published(table, dimension, wanted)


def whole(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """The total of a variable that is not of interest; nothing where the publisher sums it up itself."""
    preferred = _total(dimension)
    if preferred is not None:
        return {preferred: ""}
    if dimension.may_be_left_out:
        return {}
    raise UnknownCodeError(
        f"{table}, variable {dimension.name} has no total; it has {listed(dimension.codes)}",
        why="its codes may overlap, so they must not be summed here",
        todo="run `brygga data update --probe`, and look for another table or code list",
    )


def added_up(table: str, dimension: Dimension, wanted: Wanted) -> Values:
    """The total, or all codes to be added up here: only for variables whose codes are known not to overlap.

    Of classes of age, one that spans all others is their total; classes that overlap otherwise are not added up.
    """
    if _total(dimension) is not None or dimension.may_be_left_out:
        return whole(table, dimension, wanted)
    spans = {code: span for code in dimension.codes if (span := _span(code))}
    if spans:
        ends = (min(first for first, _ in spans.values()), max(last for _, last in spans.values()))
        spanning = [code for code, span in spans.items() if span == ends and len(spans) > 1]
        if spanning:
            return {spanning[0]: ""}
        years = [year for first, last in spans.values() for year in range(first, last + 1)]
        if len(years) != len(set(years)):
            raise UnknownCodeError(
                f"{table}, variable {dimension.name}: its classes overlap ({listed(dimension.codes)}), without a total",
                why="added up they would count the same people twice",
                todo="run `brygga data update --probe`, and report what it says",
            )
    return dict.fromkeys(dimension.codes, "")


@dataclass(frozen=True)
class Periods:
    """The last `most` years (or quarters) of the table, none after the last year wanted."""

    most: int

    def __call__(self, table: str, dimension: Dimension, wanted: Wanted) -> Values:
        """Period -> year; of 2006-2007 the second, of 2024K2 the year."""
        years = {code: year_of(code) for code in dimension.codes if year_of(code)}
        kept = [code for code, year in years.items() if not wanted.last_year or year <= wanted.last_year]
        if not kept:
            raise UnknownCodeError(
                f"{table}, variable {dimension.name}: no year up to {wanted.last_year or 'now'} among "
                f"{listed(dimension.codes)}",
                why="the table begins later",
                todo="give a later --last-year, or another table with --table NAME=ID",
            )
        return {code: years[code] for code in sorted(kept)[-self.most :]}


def year_of(period: str) -> int:
    """The year of a period, 0 where it has none.

    Examples
    --------
    >>> [year_of(period) for period in ("2024", "2006-2007", "2024K2", "2025M01", "x")]
    [2024, 2007, 2024, 2025, 0]
    """
    match = re.fullmatch(r"(?:\d{4}-)?(\d{4})(?:[KMQ]\d{1,2})?", period)
    return int(match[1]) if match else 0


def total(dimension: Dimension, code: str) -> bool:
    """Whether a code is the sum of others."""
    return code in TOTALS or bool(_ALL.match(dimension.labels.get(code, "")))


def _total(dimension: Dimension) -> str | None:
    """The code of the total: one of those seen, else one whose label begins or, as the only one, holds the word."""
    sums = [code for code in dimension.codes if total(dimension, code)]
    named = [code for code in dimension.codes if re.search(r"\btotalt?\b", dimension.labels.get(code, "").lower())]
    seen = [code for code in TOTALS if code in sums]
    return next(iter([*seen, *sums, *(named if len(named) == 1 else [])]), None)


def _span(code: str) -> tuple[int, int] | None:
    """First and last year of a class of age, or a single year twice; nothing for another code."""
    match = re.fullmatch(r"0?(\d{1,2})(?:-(\d{2}))?", code)
    return (int(match[1]), int(match[2] or match[1])) if match else None


def _is_rest(dimension: Dimension, code: str) -> bool:
    label = dimension.labels.get(code, "").lower()
    return code in ("00", "US", "us") or "uppgift saknas" in label or label.startswith(("okänd", "okänt"))


def _needed(table: str, dimension: Dimension, values: Mapping[str, str | int]) -> Values:
    missing = [code for code in values if code not in dimension.codes]
    if missing:
        raise _lacking(table, dimension, missing, "code")
    return values


def _named(codes: list[str]) -> list[str]:
    return [f"{code} ({code_lists.municipality_name(code)})" for code in codes]


def _lacking(table: str, dimension: Dimension, missing: list[str] | list[int], what: str) -> UnknownCodeError:
    return UnknownCodeError(
        f"{table}, variable {dimension.name}: {what} {listed(missing)} is not there; it has {listed(dimension.codes)}",
        why="the publisher has changed the table since it was described here",
        todo="run `brygga data update --probe`, and give another table with --table NAME=ID",
    )
