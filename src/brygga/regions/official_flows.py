"""Commuting of an official region: who lives where and works where, the ring around it, and the zone outside.

The publisher hides flows of one or two persons of a sex. A hidden flow counts as 1.5 persons, its row says
`suppressed` and how many of its cells are hidden. Persons whose workplace is not known are spread over the workplaces
of those who live where they live, and the other way round; these rows say `modelled`.

The ring are municipalities outside the territory whose exchange of commuters with it, both ways together, is at least
a stated share of the territory's own exchange with everybody. All else is the zone `outside`.

Start reading at `commuting`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.sums import total
from brygga.regions.official_cells import HIDDEN, OUTSIDE, UNKNOWN, WORST, added, no_rows, sources

LEAST = 0.01
"""Share of the territory's exchange from which on a municipality is part of its ring (project assumption)."""


def ring_of(official_commuting: pl.DataFrame, territory: Sequence[str], *, least: float = LEAST) -> tuple[str, ...]:
    """Municipalities outside the territory that exchange commuters with it above a share, of the last year.

    Parameters
    ----------
    official_commuting : table `official_commuting`, all municipalities
    territory : codes of the municipalities that the region is about
    least : share of all commuters over the territory's border

    Examples
    --------
    >>> ways = [("1060", "1080", 50.0), ("1080", "1060", 48.0), ("1083", "1060", 2.0)]
    >>> flows = pl.DataFrame(ways, schema=["home", "work", "persons"], orient="row")
    >>> flows = flows.with_columns(year=pl.lit(2024), status=pl.lit("observed"), disturbed=pl.lit(False))
    >>> ring_of(flows, ["1060"], least=0.05)
    ('1080',)
    """
    shares = exchange(official_commuting, territory)
    return tuple(shares.filter(pl.col("share") >= least)["municipality"])


def exchange(official_commuting: pl.DataFrame, territory: Sequence[str]) -> pl.DataFrame:
    """Share of the commuters over the territory's border, both ways, that each other municipality has.

    Returns
    -------
    municipality, share; the shares sum to 1.
    """
    inside = pl.col("home").is_in(list(territory))
    crossing = official_commuting.filter(
        pl.col("year") == pl.col("year").max(),
        inside != pl.col("work").is_in(list(territory)),
        pl.col("home") != UNKNOWN,
        pl.col("work") != UNKNOWN,
    )
    other = pl.when(inside).then(pl.col("work")).otherwise(pl.col("home"))
    sums = added(crossing.with_columns(municipality=other), ["municipality"])
    return sums.select("municipality", share=pl.col("persons") / total("persons"))


def commuting(
    found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `commuting` of the base year between the municipalities and outside, and what must be said of it.

    Raises
    ------
    TableError when a municipality has no workers or no residents in work.
    """
    rows = found["official_commuting"].filter(pl.col("year") == base)
    here = pl.col("home").is_in(list(areas)) | pl.col("work").is_in(list(areas))
    rows = rows.filter(here)
    for side in ("home", "work"):
        lost = sorted(set(areas) - set(rows[side]))
        if lost:
            raise no_rows(f"official_commuting.{side}", lost, base)
    place = pl.col("home", "work")
    kept = place.is_in([*areas, UNKNOWN])
    zoned = rows.with_columns(pl.when(kept).then(place).otherwise(pl.lit(OUTSIDE)).name.keep())
    cells = added(zoned, ["home", "work"])
    whole, unknown = _spread_unknown(cells)
    _check_ends(whole, areas)
    table = sources(rows)
    frame = whole.filter(pl.col("persons") > 0).select(
        "home",
        "work",
        year=pl.lit(base, pl.Int64),
        persons=pl.col("persons").round(6),
        status="status",
        source=pl.concat_str(
            pl.lit(table),
            pl.when(pl.col("hidden") > 0)
            .then(pl.concat_str(pl.lit("; "), pl.col("hidden"), pl.lit(" hidden cell(s) of 1 or 2 persons")))
            .otherwise(pl.lit("")),
            pl.when(pl.col("got") > 1e-9)
            .then(pl.concat_str(pl.lit("; "), pl.col("got").round(1), pl.lit(" of unknown home or workplace spread")))
            .otherwise(pl.lit("")),
        ),
    )
    return frame.sort("home", "work"), _notes(cells, rows, unknown)


def residence(flows: pl.DataFrame) -> pl.DataFrame:
    """Where the workers of each municipality live: home, work, share; outside is no workplace here.

    Examples
    --------
    >>> rows = {"home": ["a", "outside"], "work": ["a", "a"], "persons": [3.0, 1.0]}
    >>> residence(pl.DataFrame(rows))["share"].to_list()
    [0.75, 0.25]
    """
    inside = flows.filter(pl.col("work") != OUTSIDE)
    return inside.select("home", "work", share=pl.col("persons") / total("persons").over("work"))


def residents(jobs: pl.DataFrame, flows: pl.DataFrame) -> pl.DataFrame:
    """Employed per municipality of residence and occupation: workers of each workplace live as all its workers do."""
    at_work = jobs.group_by("municipality", "occupation", maintain_order=True).agg(total("persons"))
    joined = at_work.join(residence(flows), left_on="municipality", right_on="work").filter(pl.col("home") != OUTSIDE)
    lived = joined.group_by("home", "occupation", maintain_order=True).agg(
        persons=total(pl.col("persons") * pl.col("share"))
    )
    return lived.rename({"home": "municipality"}).sort("municipality", "occupation")


def _spread_unknown(cells: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Flows with those of unknown home or workplace spread in proportion; and how many persons that are."""
    known = cells.filter(pl.col("home") != UNKNOWN, pl.col("work") != UNKNOWN)
    known = known.with_columns(got=pl.lit(0.0))
    spread = 0.0
    for side, other in (("home", "work"), ("work", "home")):
        rest = cells.filter(pl.col(other) == UNKNOWN, ~pl.col(side).is_in([UNKNOWN, OUTSIDE]))
        spread += float(rest["persons"].sum())
        share = pl.col("persons") / total("persons").over(side)
        part = known.select("home", "work", part=share).join(rest.select(side, rest="persons"), on=side)
        part = part.select("home", "work", more=pl.col("part") * pl.col("rest"))
        known = known.join(part, on=["home", "work"], how="left", maintain_order="left").with_columns(
            got=pl.col("got") + pl.col("more").fill_null(0.0)
        )
        known = known.drop("more")
    whole = known.with_columns(
        persons=pl.col("persons") + pl.col("got"),
        status=pl.when((pl.col("got") > 0) & (pl.col("status") != WORST[0]))
        .then(pl.lit("modelled"))
        .otherwise(pl.col("status")),
    )
    return whole, spread


def _check_ends(whole: pl.DataFrame, areas: Sequence[str]) -> None:
    for side, word in (("work", "works"), ("home", "in work lives")):
        busy = set(whole.filter(pl.col("persons") > 0)[side])
        empty = sorted(set(areas) - busy)
        if empty:
            raise TableError(
                f"official_commuting: nobody {word} in {listed(empty)}",
                why="every municipality has jobs and people in work, so the flows are not there or all hidden",
                todo="fetch the table again; if it stays so, the municipality was merged with another",
            )


def _notes(cells: pl.DataFrame, rows: pl.DataFrame, unknown: float) -> tuple[str, ...]:
    hidden, noisy = int(cells["hidden"].sum()), int(rows["disturbed"].sum())
    notes = []
    if hidden:
        notes.append(
            f"{hidden:,} flows of commuters are hidden (1 or 2 persons of a sex): each counts as {HIDDEN} persons, "
            f"{HIDDEN * hidden:,.0f} of {cells['persons'].sum():,.0f} in all"
        )
    if noisy:
        notes.append(f"{noisy:,} flows of commuters carry the publisher's random noise")
    if unknown > 0:
        notes.append(f"{unknown:,.0f} commuters of unknown home or workplace are spread in proportion")
    return tuple(notes)
