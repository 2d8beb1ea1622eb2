"""Official: a region folder from official tables, so that `brygga see` runs on any set of municipalities.

What is counted stays as it was counted; what is modelled says so in `status` and `source`, and the notes in
`region.toml` tell how many cells are hidden, disturbed, spread or borrowed (docs/method/official-region.md). Nothing is
fetched here and nothing is random: the same tables give the same bytes.

Start reading at `assemble`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import FileError, listed
from brygga.core.grids import to_array
from brygga.core.region import TABLES, read_region
from brygga.regions.official_cells import estimated
from brygga.regions.official_checks import HELPFUL, base_year, check_found, check_plausible
from brygga.regions.official_flows import LEAST, commuting, exchange, residents
from brygga.regions.official_jobs import employed, employed_age, industry_outlook, jobs_history
from brygga.regions.official_life import working_life
from brygga.regions.official_money import pay, tax
from brygga.regions.official_people import AGES, SEXES, education_stock, population, population_total, vital_rates
from brygga.regions.official_slack import unemployed, unemployed_youth, vacancies

KIND = "official"
INPUT_OUTPUT = "official_input_output"
"""Kept as fetched: `carry` measures what jobs carry with it instead of the stand-in."""
PLAN_YEARS, HORIZON = 5, 10
"""Years that a plan may start classes in, and years that are projected, from the first plan year on."""

MOST_CSV = 50_000
"""Rows above which a table is written as parquet, which is a tenth of the size."""

SETTINGS = """name_sv = {name_sv}
name_en = {name_en}
kind = "{kind}"
municipalities = {municipalities}
ring = {ring}
base_year = {base}
first_plan_year = {first}
last_plan_year = {last}
to = {to}
notes = [
{notes}]
"""


def assemble(
    found: Mapping[str, pl.DataFrame],
    *,
    territory: tuple[str, ...],
    ring: tuple[str, ...] = (),
    out: Path,
    name_sv: str = "",
    name_en: str = "",
    today: date | None = None,
) -> tuple[str, ...]:
    """Write the region folder: region.toml and every table, those that are not known empty.

    Parameters
    ----------
    found : official table -> its checked rows; a table that was not fetched is not among the keys
    territory : municipalities that the region is about
    ring : municipalities fetched beside them; those that exchange next to no commuters with the territory are left out,
        the others are computed with it and not shown
    out : folder to write
    name_sv, name_en : what people call the region; its municipalities when left out
    today : classes start in the year after it at the earliest, and after the base year; the machine's day when left out

    Returns
    -------
    What a reader must know of the numbers, the same as in region.toml.

    Raises
    ------
    TableError, UnknownCodeError, or FaultsError
        If a table is missing, a year stands in two registers, a municipality was merged, or a code is not known.
    FileError
        If the folder cannot be written.
    """
    check_found(found, territory, ring)
    near, said = exchanging(found, territory, ring)
    made, notes, base = build(found, territory=territory, ring=near)
    notes = (*said, *notes)
    write_region(made, notes, base, territory=territory, ring=near, out=out, names=(name_sv, name_en), today=today)
    return notes


def write_region(
    made: Mapping[str, pl.DataFrame],
    notes: Sequence[str],
    base: int,
    *,
    territory: Sequence[str],
    ring: Sequence[str],
    out: Path,
    names: tuple[str, str] = ("", ""),
    today: date | None = None,
) -> None:
    """Write checked tables and region.toml, and read the whole region back, so that every fault shows here.

    Raises
    ------
    FileError when the folder cannot be written; whatever `read_region` finds.
    """
    for name, table in made.items():
        _write(table, name, out)
    first = max(base, (today or date.today()).year) + 1
    settings = SETTINGS.format(
        name_sv=_text(names[0] or _named(territory, "sv")),
        name_en=_text(names[1] or _named(territory, "en")),
        kind=KIND,
        municipalities=json.dumps(sorted(territory)),
        ring=json.dumps(sorted(ring)),
        base=base,
        first=first,
        last=first + PLAN_YEARS - 1,
        to=first + HORIZON - 1,
        notes="".join(f"    {_text(note)},\n" for note in notes),
    )
    try:
        (out / "region.toml").write_text(settings, encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"{out / 'region.toml'} cannot be written: {error.strerror}",
            why="a region is its tables and this file",
            todo="free space there, or choose another folder with -o",
        ) from error
    read_region(out)


def build(
    found: Mapping[str, pl.DataFrame], *, territory: Sequence[str], ring: Sequence[str] = ()
) -> tuple[dict[str, pl.DataFrame], tuple[str, ...], int]:
    """Every table of the region, checked; the notes; and the base year."""
    check_found(found, territory, ring)
    areas = tuple(sorted({*territory, *ring}))
    base = base_year(found, areas)
    people = population(found, areas, base)
    rates, said_rates = vital_rates(found, areas, base)
    told, said_jobs = employed(found, areas, base)
    jobs = estimated(told)
    check_plausible(jobs, people)
    ages, said_ages = employed_age(found, jobs, base)
    flows, said_flows = commuting(found, areas, base)
    without, said_without = unemployed(found, areas, base, residents(jobs, flows))
    vacant, said_vacant = vacancies(found, jobs, base)
    deaths = to_array(rates, "death_rate", {"sex": SEXES, "age": AGES})
    life, said_life = working_life(found, people, deaths, areas, base)
    paid, said_pay = pay(found, jobs["occupation"].unique().to_list(), base)
    taxed, said_tax = tax(found, areas, base)
    made = {
        "population": people,
        "population_total": population_total(found, areas, base),
        "vital_rates": rates,
        "working_life": life,
        "employed": told,
        "employed_age": ages,
        "commuting": flows,
        "unemployed": without,
        "unemployed_youth": unemployed_youth(found, areas, base),
        "vacancies": vacant,
        "industry_outlook": industry_outlook(jobs["industry"].unique().to_list()),
        "pay": paid,
        "tax": taxed,
    }
    notes = [f"{name} was not fetched: {instead}" for name, instead in HELPFUL.items() if name not in found]
    notes += [
        *noisy(found, areas, base),
        *said_rates,
        *said_life,
        *said_jobs,
        *said_ages,
        *said_flows,
        *said_without,
        *said_vacant,
    ]
    for name, extra in (
        ("education_stock", education_stock(found, areas, base)),
        ("jobs_history", jobs_history(found, areas, base)),
    ):
        if extra is not None:
            made[name] = extra[0]
            notes += extra[1]
    notes += [*said_pay, *said_tax]
    if INPUT_OUTPUT in found:
        made[INPUT_OUTPUT] = found[INPUT_OUTPUT]
    every = dict.fromkeys((*TABLES, *made, "jobs_history"))
    checked = {name: tables.check(made[name], name) if name in made else tables.empty(name) for name in every}
    return checked, tuple(notes), base


def exchanging(
    found: Mapping[str, pl.DataFrame], territory: Sequence[str], ring: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The municipalities of the ring that exchange commuters with the territory, and how much is left outside."""
    shares = exchange(found["official_commuting"], territory)
    if shares.is_empty():
        return (), ("Nobody commutes over the territory's border",)
    strong = shares.filter(pl.col("share") >= LEAST)
    kept = tuple(code for code in sorted(ring) if code in set(strong["municipality"]))
    outside = strong.filter(~pl.col("municipality").is_in(kept))
    covered = float(shares.filter(pl.col("municipality").is_in(kept))["share"].sum())
    notes = [f"The ring has {covered:.0%} of the commuters over the territory's border, the zone outside the others"]
    if outside.height:
        named = listed(f"{code} ({share:.0%})" for code, share in outside.iter_rows())
        notes.append(f"Not in the ring though they exchange many commuters: {named}; fetch them with --ring")
    return kept, tuple(notes)


def noisy(found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int) -> list[str]:
    """One note a table whose cells of the base year carry the publisher's random noise (from 2025, cell key method)."""
    notes = []
    counties = {codes.county_of(code) for code in areas}
    for name, table in sorted(found.items()):
        area = next((column for column in ("municipality", "county") if column in table.columns), "")
        if not area or not {"disturbed", "year"} <= set(table.columns):
            continue
        rows = table.filter(pl.col(area).is_in([*areas, *counties]), pl.col("year") == base)
        many = int(rows["disturbed"].sum())
        if many:
            notes.append(f"{many:,} of {rows.height:,} cells of {name} carry the publisher's random noise")
    return notes


def _write(table: pl.DataFrame, name: str, out: Path) -> None:
    """The table as CSV, or parquet when it is large; one of the other kind from an earlier time is taken away."""
    endings = ("parquet", "csv") if table.height > MOST_CSV else ("csv", "parquet")
    tables.write(table, out / f"{name}.{endings[0]}")
    (out / f"{name}.{endings[1]}").unlink(missing_ok=True)


def _named(territory: Sequence[str], language: str) -> str:
    """The names of a few municipalities, or how many they are."""
    if len(territory) > 3:
        return f"{len(territory)} {'kommuner' if language == 'sv' else 'municipalities'}"
    word = " och " if language == "sv" else " and "
    names = [codes.municipality_name(code) for code in sorted(territory)]
    return word.join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _text(text: str) -> str:
    """A text as TOML writes it; JSON's form is the same for text on one line."""
    return json.dumps(text, ensure_ascii=False)
