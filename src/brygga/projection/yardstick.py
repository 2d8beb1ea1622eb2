"""Yardstick: our gap and growth beside the judgements of Yrkesbarometern, occupation by county.

The barometer says per occupation and county how hard it is to recruit now (överskott, balans, paradox, brist) and
what happens to demand in five years (minska, vara oförändrad, öka): words from interviews and analysis, made
without our data. So levels cannot be compared, but order can: our gap as a share of the posts, and the change of
the posts over five years, each summed over the region's municipalities in the county in every draw first.

    agree     both sorted, the word at our place is the one that is said: brist where our gap is among the largest
    opposite  överskott is said and brist stands at our place, or the other way round; near is what lies between
    open      the barometer says nothing, or paradox: scarce and plentiful at once, which has no place in an order

It is a yardstick, never an input: agreement is no proof, since both may be wrong in the same way.

Start reading at `yardstick`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats
from brygga.core.sums import total

WORDS: Mapping[str, Mapping[str, float]] = {
    "recruitment": {"överskott": 0.0, "balans": 0.5, "brist": 1.0},
    "direction": {"minska": 0.0, "vara oförändrad": 0.5, "öka": 1.0},
}
"""The barometer's words in order, from few to many; paradox has no place."""

PARTED = " | "
YEARS_AHEAD = 5
NATION = "00"
UNIT_DIGITS = 4
NATIONAL = ("nationellt", "nation")
AGREES, OPPOSITE = 0.375, 0.75
"""Words stand 0.5 apart; less than three quarters of that agrees, more than one and a half is the other end."""
LEAST_COMPARED = 3
"""Occupations that an order needs before it is correlated."""


def yardstick(
    gap_draws: pl.DataFrame,
    barometer: pl.DataFrame,
    *,
    edition: str | None = None,
    units: pl.DataFrame | None = None,
    posts_least: float = 0.0,
) -> pl.DataFrame:
    """Table `yardstick`: per occupation, county and measure our number, its rank and the barometer's words.

    Parameters
    ----------
    gap_draws : table `gap_draws` of the region
    barometer : table `official_barometer`, with a column `level` (highest level that is judged) where it is known
    edition : such as 2025-2; the latest when left out. Its year is compared, or the nearest year projected
    units : occupation (four digits), persons: what unit groups weigh in an occupation; alike when left out
    posts_least : smallest number of posts in a county for an occupation to be compared

    Returns
    -------
    One row an occupation, county and measure (recruitment: gap over posts; direction: change of posts in five
    years, or to the last year projected). `judged` says whether the words are the county's own or the nation's.

    Raises
    ------
    TableError when the edition is not there, or says nothing of the region's counties and the nation.
    """
    told = _edition(barometer, edition)
    ours = _ours(gap_draws, int(told["edition"].item(0)[:4]), posts_least)
    areas = ours["area"].unique().sort().to_list()
    theirs = pl.concat(
        [_theirs(told, areas, ours["occupation"].unique().sort().to_list(), measure, units) for measure in WORDS]
    )
    if theirs.is_empty():
        raise TableError(
            f"official_barometer: nothing on {listed(areas)} or the nation in edition {told['edition'].item(0)}",
            why="there is nothing to hold the gap against",
            todo="fetch the barometer again, with all areas",
        )
    key = ["area", "occupation", "measure"]
    both = ours.join(theirs, on=key, how="left", maintain_order="left")
    place = (pl.col("value").rank("average") - 0.5) / pl.len()
    at_our_place = pl.col("score").sort().gather(pl.col("value").rank("ordinal") - 1)
    scored = both.filter(pl.col("score").is_not_null())
    expected = scored.select(*key, expected=at_our_place.over("area", "measure"))
    both = both.join(expected, on=key, how="left", maintain_order="left")
    apart = (pl.col("expected") - pl.col("score")).abs()
    verdict = (
        pl.when(apart.is_null())
        .then(pl.lit("open"))
        .when(apart < AGREES)
        .then(pl.lit("agree"))
        .when(apart > OPPOSITE)
        .then(pl.lit("opposite"))
        .otherwise(pl.lit("near"))
    )
    table = both.with_columns(
        edition=pl.lit(told["edition"].item(0)),
        rank=place.over("area", "measure"),
        verdict=verdict,
        status=pl.lit("modelled"),
    )
    return table.select(column.column for column in tables.dictionary("yardstick")).sort(key)


def agreement(found: pl.DataFrame) -> pl.DataFrame:
    """Table `yardstick_agreement`: how many agree per county and measure, by chance too, and Spearman's correlation.

    Parameters
    ----------
    found : table `yardstick`
    """
    compared = found.filter(pl.col("score").is_not_null())
    order = pl.corr(pl.col("value").rank("average"), pl.col("score").rank("average"))
    enough = (pl.len() >= LEAST_COMPARED) & (pl.col("score").n_unique() > 1) & (pl.col("value").n_unique() > 1)
    counts = [(pl.col("verdict") == word).sum().cast(pl.Int64).alias(word) for word in ("agree", "near", "opposite")]
    key = ["area", "edition", "measure"]
    numbers = compared.group_by(key, maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("occupations"),
        (pl.col("judged") == "nation").sum().cast(pl.Int64).alias("of_the_nation"),
        *counts,
        pl.col("score").sort().implode().alias("scores"),
        pl.when(enough).then(order).alias("rank_correlation"),
    )
    told = pl.when(pl.col("rank_correlation").is_null()).then(pl.lit("not_available")).otherwise(pl.lit("modelled"))
    chance = pl.Series([_by_chance(scores.to_numpy()) for scores in numbers["scores"]], dtype=pl.Float64)
    table = numbers.with_columns(status=told, agree_by_chance=chance)
    return table.select(column.column for column in tables.dictionary("yardstick_agreement")).sort(key)


def _by_chance(scores: Floats) -> float:
    """How many would agree if our order were drawn by lot: each word then meets every other equally often."""
    apart = np.abs(scores[:, None] - scores[None])
    return float((apart < AGREES).sum()) / max(len(scores), 1)


def _ours(gap_draws: pl.DataFrame, year: int, posts_least: float) -> pl.DataFrame:
    """area, occupation, measure, value: medians over draws of sums over the county's municipalities."""
    years = gap_draws["year"].unique().sort().to_list()
    now = min(max(year, years[0]), years[-1])
    ahead = min(now + YEARS_AHEAD, years[-1])
    sums = (
        gap_draws.filter(pl.col("year").is_in([now, ahead]))
        .with_columns(area=pl.col("municipality").str.slice(0, 2), gap=pl.col("unfilled") - pl.col("without_work"))
        .group_by("area", "occupation", "year", "draw", maintain_order=True)
        .agg(total("demand").alias("demand"), total("gap").alias("gap"))
        .sort("area", "occupation", "draw", "year")
    )
    cell = ["area", "occupation", "draw"]
    shares = sums.group_by(cell, maintain_order=True).agg(
        posts=pl.col("demand").first(),
        recruitment=pl.col("gap").first() / pl.col("demand").first(),
        direction=pl.col("demand").last() / pl.col("demand").first() - 1,
    )
    medians = shares.group_by("area", "occupation", maintain_order=True).agg(
        pl.col("posts", "recruitment", "direction").median()
    )
    kept = medians.filter(pl.col("posts") > posts_least)
    long = kept.unpivot(list(WORDS), index=["area", "occupation"], variable_name="measure", value_name="value")
    return long.with_columns(year=pl.lit(now, pl.Int64)).sort("area", "occupation", "measure")


def _theirs(
    told: pl.DataFrame, areas: Sequence[str], occupations: Sequence[str], measure: str, units: pl.DataFrame | None
) -> pl.DataFrame:
    """area, occupation, measure, words, score, judged: the county's own words, else the nation's."""
    weights = {} if units is None else dict(units.group_by("occupation").agg(total("persons")).iter_rows())
    spoken = told.filter(pl.col(measure).is_not_null()).select("area", "occupation", measure, "level")
    said = {(area, unit): (words, level in NATIONAL) for area, unit, words, level in spoken.iter_rows()}
    rows = []
    for occupation in occupations:
        members = [unit for unit in codes.within(occupation) if len(unit) == UNIT_DIGITS] or [occupation]
        for area in areas:
            own = [(unit, *said[area, unit]) for unit in members if (area, unit) in said]
            used = own or [(unit, *said[NATION, unit]) for unit in members if (NATION, unit) in said]
            if used:
                judged = "own" if own and not all(national for _, _, national in used) else "nation"
                words = {unit: text.split(PARTED) for unit, text, _ in used}
                rows.append((area, occupation, measure, *_read(words, WORDS[measure], weights), judged))
    schema = {"area": pl.String, "occupation": pl.String, "measure": pl.String, "words": pl.String}
    return pl.DataFrame(rows, schema=schema | {"score": pl.Float64, "judged": pl.String}, orient="row")


def _read(
    said: Mapping[str, Sequence[str]], order: Mapping[str, float], weights: Mapping[str, float]
) -> tuple[str, float | None]:
    """The words said of an occupation's unit groups, each once, and their weighted mean in the barometer's order."""
    scores = []
    for unit, words in said.items():
        known = [order[word] for word in words if word in order]
        if known:
            scores.append((sum(known) / len(known), weights.get(unit, 0.0) if weights else 1.0))
    whole = sum(weight for _, weight in scores)
    score = sum(score * weight for score, weight in scores) / whole if whole > 0 else None
    return PARTED.join(dict.fromkeys(word for words in said.values() for word in words)), score


def _edition(barometer: pl.DataFrame, edition: str | None) -> pl.DataFrame:
    known = barometer["edition"].unique().sort().to_list()
    wanted = edition or (known[-1] if known else "")
    if wanted not in known:
        raise TableError(
            f"official_barometer has no edition {wanted or 'at all'}; it has {listed(known) or 'none'}",
            why="another edition says something of another year",
            todo="fetch it with `brygga data update`, or name one that it has",
        )
    told = barometer.filter(pl.col("edition") == wanted)
    return told if "level" in told.columns else told.with_columns(level=pl.lit(None, pl.String))
