"""Pairs: plain CSV files of flows, margins and costs, with every fault in one report.

Places are labels: municipality codes, their names, or any other words. A code and its name are the
same place. A hidden cell (empty, "..", or status suppressed) stays unknown. What a file cannot say
for itself is asked for: which of several years or registers, where rest codes belong, which
municipalities have merged.

Start reading at `read_flows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from brygga.commuting.labels import OUTSIDE, code_of, places
from brygga.core import codes, tables
from brygga.core.errors import BryggaError, SettingError, TableError, listed
from brygga.core.sums import total

ALL = "all"
"""The group of flows that are not given by group."""

HEADS = {
    "home": ("origin", "community_live", "bostadskommun"),
    "work": ("destination", "community_work", "arbetsställekommun"),
    "persons": ("data", "flow", "flows", "amount", "antal"),
    "cost": ("dij", "distance", "km", "minutes"),
    "municipality": ("zone", "kommun"),
}
"""Other headings that are understood, in small letters."""

OPTIONAL = ("group",)
MOST_PERSONS = 1e8
"""More commuters than any pair of places has: a mistake."""

HIDDEN_MARK = ".."
REST_CODES = ("9", "99", "999", "9999", "99999", "unknown")
REST_CHOICES = ("outside", "leave-out")


@dataclass(frozen=True)
class Choices:
    """What the user has said about a file: year, register, group, where rest codes go, what has merged, which cost."""

    year: int | None = None
    register: str | None = None
    group: str | None = None
    rest: str | None = None
    merged: Mapping[str, str] = field(default_factory=dict)
    cost: str | None = None


def read_flows(path: Path, choices: Choices, faults: list[BryggaError], *, by_group: bool = False) -> pl.DataFrame:
    """Flows of one year: home, work, year, group, persons (unknown where hidden), cost, status.

    Parameters
    ----------
    path : CSV with columns home, work and persons (table `commuting_flows`)
    choices : what was said about it
    faults : every fault found is added here; the frame holds what can still be compared with other files
    by_group : keep the flows of several groups apart; otherwise several groups without a choice are a fault
    """
    frame = _typed(path, "commuting_flows", faults, cost=choices.cost).with_columns(
        group=pl.col("group").fill_null(ALL)
    )
    frame = _one(frame, "year", choices.year, path.name, faults)
    frame = _one(frame, "register", choices.register, path.name, faults)
    if choices.group or not by_group:
        frame = _one(frame, "group", choices.group, path.name, faults)
    frame = _placed(frame, ("home", "work"), choices, path.name, faults)
    hidden = pl.col("persons").is_null() | pl.col("status").is_in(list(tables.MAY_BE_MISSING))
    frame = frame.with_columns(
        persons=pl.when(hidden).then(None).otherwise("persons"),
        status=pl.when(hidden).then(pl.lit("suppressed")).otherwise(pl.col("status").fill_null("observed")),
    )
    return _checked(_alone(frame, ["home", "work", "group"], path.name, faults), "commuting_flows", path.name, faults)


def read_margins(path: Path, choices: Choices, faults: list[BryggaError]) -> pl.DataFrame:
    """Margins of one year: municipality, margin (home or work), year, persons."""
    frame = _typed(path, "commuting_margins", faults)
    frame = _one(frame, "year", choices.year, path.name, faults)
    frame = _placed(frame, ("municipality",), choices, path.name, faults)
    frame = _checked(
        _alone(frame, ["municipality", "margin"], path.name, faults), "commuting_margins", path.name, faults
    )
    sides = {side: set(frame.filter(margin=side)["municipality"]) for side in ("home", "work")}
    for side, other in (("home", "work"), ("work", "home")):
        if lacking := sorted(sides[other] - sides[side]):
            faults.append(
                TableError(
                    f"{path.name}: no margin {side} for {listed(lacking)}",
                    why="no row is not the same as nobody",
                    todo="add the rows (persons 0 if counted and nobody)",
                )
            )
    return frame


def read_costs(path: Path, choices: Choices, faults: list[BryggaError]) -> pl.DataFrame:
    """Costs: home, work, cost; the cost of the way there need not be that of the way back."""
    frame = _placed(_typed(path, "commuting_costs", faults), ("home", "work"), choices, path.name, faults)
    return _checked(_alone(frame, ["home", "work"], path.name, faults), "commuting_costs", path.name, faults)


def read_times(path: Path, faults: list[BryggaError]) -> pl.DataFrame:
    """Table `travel_time` of a file with home, work and minutes; places by code or name, observed unless it says."""
    frame = _typed(path, "travel_time", faults).with_columns(pl.col("status").fill_null("observed"))
    frame = _placed(frame, ("home", "work"), Choices(), path.name, faults)
    frame = _alone(frame, ["home", "work"], path.name, faults)
    coded = {label: code for label in places(frame, ("home", "work")) if (code := code_of(label))}
    return _checked(frame.with_columns(pl.col("home", "work").replace(coded)), "travel_time", path.name, faults)


def _typed(path: Path, name: str, faults: list[BryggaError], *, cost: str | None = None) -> pl.DataFrame:
    """The dictionary's columns of a CSV file, numbers as numbers; headings of other tools are understood."""
    try:
        texts = tables.read_text(path)
    except BryggaError as fault:
        faults.append(fault)
        return tables.empty(name)
    blank = pl.all_horizontal(pl.all().str.strip_chars().fill_null("") == "")
    texts = texts.filter(~blank)
    wanted = [column.column for column in tables.dictionary(name)]
    known = {other: column for column, others in HEADS.items() for other in others if other not in wanted}
    small = {head: head.strip().lower() for head in texts.columns}
    if cost is not None:
        small = {
            head: "cost" if head == cost else "" if known.get(low, low) == "cost" else low
            for head, low in small.items()
        }
    renamed = {head: known.get(low, low) for head, low in small.items() if known.get(low, low) in wanted}
    heads = {column: head for head, column in renamed.items() if _goes_first(head, column, renamed)}
    needed = [c.column for c in tables.dictionary(name) if c.role not in ("note", "status")]
    missing = [column for column in needed if column not in (*heads, *OPTIONAL)]
    missing += [cost] if cost is not None and "cost" not in heads else []
    if missing:
        faults.append(
            TableError(
                f"{path.name} lacks column(s) {listed(missing)}; it has {listed(texts.columns, most=12)}",
                why=f"table {name} needs them",
                todo=f"name them as under {name} in docs/tables.md; "
                f"a file with semicolons becomes one with commas by `brygga data to-utf8 {path.name}`",
            )
        )
        return tables.empty(name)
    frame = texts.select(
        texts[heads[column]].alias(column) if column in heads else pl.lit(None, pl.String).alias(column)
        for column in wanted
    )
    if name == "commuting_flows":
        marked = pl.col("persons").str.strip_chars() == HIDDEN_MARK
        frame = frame.with_columns(persons=pl.when(~marked).then("persons"))
    turned, wrong = tables.typed(frame, name, path.name)
    faults += wrong
    return turned


def _goes_first(head: str, column: str, renamed: Mapping[str, str]) -> bool:
    """Whether a heading is the one to read where two mean the same column: our own word goes first."""
    rivals = [other for other, meant in renamed.items() if meant == column]
    return head == min(rivals, key=lambda other: (other.strip().lower() != column, rivals.index(other)))


def _one(
    frame: pl.DataFrame, column: str, chosen: int | str | None, where: str, faults: list[BryggaError]
) -> pl.DataFrame:
    """Rows of one year or register; several without a choice are a fault."""
    found = frame[column].drop_nulls().unique().sort().to_list()
    if chosen is not None and found:
        if chosen not in found:
            faults.append(
                TableError(
                    f"{where}: no row with {column} {chosen}; it has {listed(found)}",
                    why=f"--{column} asks for it",
                    todo="choose one that is there",
                )
            )
            return frame
        return frame.filter(pl.col(column) == chosen)
    if len(found) > 1:
        faults.append(
            TableError(
                f"{where}: rows of {len(found)} {column}s: {listed(found)}",
                why="added up they would count the same people several times",
                todo=f"choose one with --{column}",
            )
        )
        return frame.filter(pl.col(column) == found[-1])
    return frame


def _placed(
    frame: pl.DataFrame, columns: Sequence[str], choices: Choices, where: str, faults: list[BryggaError]
) -> pl.DataFrame:
    """Labels trimmed, merged municipalities joined, rest codes put where they were said to belong."""
    if choices.rest not in (None, *REST_CHOICES):
        raise SettingError(
            f"--rest {choices.rest} is unknown", why="rest codes go somewhere or nowhere", todo="outside or leave-out"
        )
    frame = frame.with_columns(pl.col(column).str.strip_chars() for column in columns)
    empty = [column for column in columns if (frame[column].fill_null("") == "").any()]
    if empty:
        faults.append(
            TableError(
                f"{where}: row(s) without a place in column {listed(empty)}",
                why="persons without a place cannot be in a matrix",
                todo="fill in the places, or leave the rows out",
            )
        )
        frame = frame.filter(pl.all_horizontal(pl.col(column).fill_null("") != "" for column in columns))
    joined = any(label in choices.merged for label in places(frame, columns))
    frame = frame.with_columns(pl.col(column).replace(dict(choices.merged)) for column in columns)
    labels = places(frame, columns)
    swedish = sum(code_of(label) is not None for label in labels) * 2 >= len(labels)
    rest = [label for label in labels if label in REST_CODES] if swedish else []
    digits = [label for label in labels if label.isdecimal() and label not in rest]
    unknown = [label for label in digits if swedish and not code_of(label)]
    if rest and choices.rest is None:
        faults.append(_rest(where, rest))
    if unknown:
        faults.append(_unknown(where, unknown))
    if rest and choices.rest == "outside":
        joined = True
        frame = frame.with_columns(pl.col(column).replace(dict.fromkeys(rest, OUTSIDE)) for column in columns)
    elif rest:
        frame = frame.filter(pl.all_horizontal(~pl.col(column).is_in(rest) for column in columns))
    return _added_up(frame, [*columns, *(c for c in ("margin", "group") if c in frame.columns)]) if joined else frame


def _added_up(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Rows of one key as one: persons added (unknown if one of them is), the rest from the first row."""
    if "persons" not in frame.columns:
        return frame.unique(key, maintain_order=True)
    persons = pl.when(pl.col("persons").is_null().any()).then(None).otherwise(total("persons"))
    others = [pl.col(column).first() for column in frame.columns if column not in (*key, "persons")]
    return frame.group_by(key, maintain_order=True).agg(persons.alias("persons"), *others).select(frame.columns)


def _alone(frame: pl.DataFrame, key: list[str], where: str, faults: list[BryggaError]) -> pl.DataFrame:
    """One row a key; a code and its name are one place. Repeated keys are a fault, told once."""
    coded = frame.select(pl.col(c).replace({x: y for x in places(frame, [c]) if (y := code_of(x))}) for c in key)
    repeated = coded.is_duplicated()
    if not repeated.any():
        return frame
    shown = frame.filter(repeated).select(key[:2]).unique(maintain_order=True)
    pairs = [" to ".join(row) if "work" in key else " ".join(row) for row in shown.iter_rows()]
    faults.append(
        TableError(
            f"{where}: {len(pairs)} {' x '.join(key[:2])} stand more than once: {listed(pairs)}",
            why="which row counts cannot be guessed; a year that two registers cover (2020, 2021) would count twice",
            todo="keep one row of each, or name the register in a column and choose it with --register",
        )
    )
    return frame.filter(coded.select(first=pl.struct(key).is_first_distinct())["first"])


def _checked(frame: pl.DataFrame, name: str, where: str, faults: list[BryggaError]) -> pl.DataFrame:
    if "persons" in frame.columns and (huge := frame.filter(pl.col("persons") > MOST_PERSONS)).height:
        faults.append(_absurd(where, huge["persons"].to_list()))
    if frame.is_empty() and not faults:
        faults.append(
            TableError(f"{where} has a header and no row", why="nothing is known from it", todo="check the file")
        )
    try:
        return tables.check(frame, name, where=where)
    except BryggaError as fault:
        faults += getattr(fault, "faults", [fault])
    return frame


def _absurd(where: str, persons: Sequence[float]) -> TableError:
    return TableError(
        f"{where}, column persons: {listed(f'{number:.3g}' for number in persons)}",
        why=f"no pair of places has more than {MOST_PERSONS:.0e} commuters",
        todo="look for a lost decimal point or a code in the wrong column",
    )


def _rest(where: str, rest: Sequence[str]) -> TableError:
    return TableError(
        f"{where}: rest code(s) {listed(rest)} among the municipalities",
        why="nobody lives in a rest code; summed as a place it would take people from the others",
        todo="say --rest outside to count them in the zone outside, or --rest leave-out",
    )


def _unknown(where: str, unknown: Sequence[str]) -> TableError:
    shortened = [f"0{label}" for label in unknown if code_of(f"0{label}")]
    counties = [label for label in unknown if label in codes.codes("county") or label == "00"]
    why = "a municipality that has merged or got another code must be joined with what it became"
    if shortened:
        why = f"a code has four digits ({listed(shortened)}?): store codes as text"
    elif counties:
        why = f"{listed(counties)} are sums of municipalities and would count people twice"
    return TableError(
        f"{where}: {listed(unknown)} are not in the municipalities of Sweden",
        why=why,
        todo="correct them, leave sums out, or say --merge OLD=NEW (1917=0331)",
    )
