"""Rates: what outcomes teach about completion and placement.

The rate before is worth `prior_weight` persons; each outcome adds its own (Beta-binomial):

    rate | outcomes ~ Beta(weight * prior + succeeded, weight * (1 - prior) + observed - succeeded)

Completion counts those who complete, of those who started; placement counts those in
matching work, of those who completed. The prior is always the rate in table `programmes`
as it stood before any outcome: never write an updated rate back there, or the same
persons would teach twice.

Start reading at `update_rates`.

The beta distribution is the conjugate prior of a share; common knowledge, no textbook was opened for it.
"""

from __future__ import annotations

import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError, SettingError, TableError, listed, raise_all
from brygga.core.sums import total
from brygga.outcomes.beta import beta_quantile

RATES = (("completion", "started", "completed"), ("placement", "completed", "matched"))
"""(rate, counted over, of whom succeeded)"""

IN_ORDER = ("started", "completed", "placed", "matched")
"""Each count is a part of the one before it."""

QUANTILES = (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))


def update_rates(programmes: pl.DataFrame, outcomes: pl.DataFrame, *, prior_weight: float) -> pl.DataFrame:
    """Completion and placement per programme after the outcomes, with an 80 % interval.

    Parameters
    ----------
    programmes, outcomes : tables of these names; a count not known yet is empty and teaches nothing
    prior_weight : how many persons the rate before is worth

    Returns
    -------
    table `updated_rates`: two rows per programme. Programmes without outcomes keep their rate: `observed` is 0 and
    the quantiles are those of the rate before.

    Raises
    ------
    TableError, or FaultsError with every fault of the outcomes at once.
    """
    if not prior_weight > 0:
        raise SettingError(
            f"outcomes.prior_weight is {prior_weight:g}",
            why="without any weight on the rate before, one person would decide it",
            todo="write a number of persons above zero",
        )
    check_outcomes(outcomes, programmes)
    counted = [_counted(programmes, outcomes, *rate) for rate in RATES]
    rows = pl.concat(counted).sort("programme", "rate")
    quantiles = [_quantiles(row, prior_weight) for row in rows.iter_rows(named=True)]
    spread = pl.DataFrame(quantiles, schema={name: pl.Float64 for name, _ in QUANTILES}, orient="row")
    updated = rows.hstack(spread).with_columns(status=pl.lit("modelled"))
    return tables.check(updated, "updated_rates")


def apply_rates(programmes: pl.DataFrame, updated: pl.DataFrame) -> pl.DataFrame:
    """Programmes with the updated completion and placement (medians), so that the next plan learns.

    A rate without outcomes is left exactly as it was; a programme that learned gets status `modelled` and the number
    of persons in its source.

    Raises
    ------
    TableError when rates are hidden: a page's table cannot be learned from.
    """
    if updated["p50"].null_count():
        raise TableError(
            f"updated_rates: {updated['p50'].null_count()} hidden rate(s)",
            why="the plan would silently keep the old rate there",
            todo="apply the answer of `update_rates`, not the table that pages show",
        )
    learned = updated.filter(pl.col("observed") > 0)
    joined = programmes.join(
        learned.group_by("programme", maintain_order=True).agg(over=pl.col("observed").max()),
        on="programme",
        how="left",
    )
    for rate, _, _ in RATES:
        new = learned.filter(pl.col("rate") == rate).select("programme", pl.col("p50").alias(f"new_{rate}"))
        joined = joined.join(new, on="programme", how="left")
    taught = pl.col("over").is_not_null()
    note = pl.concat_str(
        pl.col("source").fill_null(""), pl.format("; outcomes of {} persons", pl.col("over").round(0).cast(pl.Int64))
    )
    return joined.with_columns(
        *[pl.coalesce(f"new_{rate}", rate).alias(rate) for rate, _, _ in RATES],
        status=pl.when(taught).then(pl.lit("modelled")).otherwise("status"),
        source=pl.when(taught).then(note.str.strip_chars_start("; ")).otherwise("source"),
    ).select(programmes.columns)


def check_outcomes(outcomes: pl.DataFrame, programmes: pl.DataFrame) -> None:
    """Raise every fault of the outcomes at once: unknown programmes, parts larger than their whole, no rate before.

    Raises
    ------
    TableError, or FaultsError when there are several.
    """
    faults = _unknown(outcomes, programmes) + _without_rate(outcomes, programmes)
    faults += [fault for part in IN_ORDER[1:] for fault in _too_many(outcomes, part)]
    raise_all("outcomes", faults)


def _counted(programmes: pl.DataFrame, outcomes: pl.DataFrame, rate: str, whole: str, part: str) -> pl.DataFrame:
    known = outcomes.filter(pl.col(whole).is_not_null() & pl.col(part).is_not_null())
    sums = known.group_by("programme", maintain_order=True).agg(observed=total(whole), succeeded=total(part))
    every = programmes.select("programme", rate=pl.lit(rate), prior=rate).drop_nulls("prior")
    return every.join(sums, on="programme", how="left").with_columns(pl.col("observed", "succeeded").fill_null(0.0))


def _quantiles(row: dict[str, float], weight: float) -> tuple[float, ...]:
    successes = weight * row["prior"] + row["succeeded"]
    failures = weight * (1 - row["prior"]) + row["observed"] - row["succeeded"]
    return tuple(beta_quantile(probability, successes, failures) for _, probability in QUANTILES)


def _unknown(outcomes: pl.DataFrame, programmes: pl.DataFrame) -> list[BryggaError]:
    unknown = sorted(set(outcomes["programme"]) - set(programmes["programme"]))
    if not unknown:
        return []
    return [
        TableError(
            f"outcomes.programme: {listed(unknown)} not in programmes.programme",
            why="the outcome would teach no programme",
            todo="write the name as in programmes.csv, or add the programme there",
        )
    ]


def _without_rate(outcomes: pl.DataFrame, programmes: pl.DataFrame) -> list[BryggaError]:
    taught = programmes.filter(pl.col("programme").is_in(outcomes["programme"].unique().to_list()))
    lacking = taught.filter(pl.col("completion").is_null() | pl.col("placement").is_null())
    if not lacking.height:
        return []
    return [
        TableError(
            f"programmes: no completion or placement for {listed(lacking['programme'].sort())}",
            why="an outcome updates the rate before it, and there is none",
            todo="write the rate that was assumed when the programme was planned",
        )
    ]


def _too_many(outcomes: pl.DataFrame, part: str) -> list[BryggaError]:
    """Classes where `part` is larger than the nearest count before it that is known."""
    before = IN_ORDER[: IN_ORDER.index(part)][::-1]
    rows = []
    for row in outcomes.sort("programme", "start_year").iter_rows(named=True):
        whole = next((name for name in before if row[name] is not None), None)
        if whole and row[part] is not None and row[part] > row[whole]:
            rows.append(f"{row['programme']} {row['start_year']} ({row[part]:g} {part} of {row[whole]:g} {whole})")
    if not rows:
        return []
    return [
        TableError(
            f"outcomes.{part}: larger than the count it is a part of for {listed(rows)}",
            why="each count is a part of the one before: started, completed, placed, matched",
            todo="correct the counts, or leave one empty with status not_available",
        )
    ]
