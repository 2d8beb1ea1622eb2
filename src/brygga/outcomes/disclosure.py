"""Disclosure: which counts of registered people may be shown.

A count of one to four people is hidden. Where a total is shown as well, one hidden count
could be found by subtraction, so within each total more counts are hidden, smallest first,
until at least two are hidden and together they are at least five people. Zero is shown.

Whoever sums what is left sums open counts only and says "at least", as the page of outcomes
does: then no difference between two sums reveals a hidden one.

Start reading at `hide_small`.

Source for the words primary and complementary suppression: Handbook on Statistical Disclosure Control,
sdctools.github.io/HandbookSDC, chapter on tabular data.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

COUNTS = ("started", "completed", "placed", "matched")
TOTALS = (("municipality", "start_year"), ("delivery", "start_year"), ("municipality",), ("delivery",))
"""The totals that somebody may know or show."""

NEEDS = {"completion": ("started", "completed"), "placement": ("completed", "matched")}


def hide_small(cells: pl.DataFrame, count: str, totals: Sequence[Sequence[str]], *, smallest: int) -> pl.DataFrame:
    """Column `count` with small counts, and what would give them away, set to null.

    Parameters
    ----------
    cells : one row per cell; a count that is empty from the start is in no total
    count : the column of counts
    totals : for each total that is known, the columns that name it
    smallest : the smallest count above zero that is shown

    Examples
    --------
    Three of a class and the next smallest are hidden, since the municipality's total is known.

    >>> cells = pl.DataFrame({"municipality": "1080", "class": ["a", "b", "c"], "started": [3.0, 30.0, 12.0]})
    >>> hide_small(cells, "started", [["municipality"]], smallest=5)["started"].to_list()
    [None, 30.0, None]
    """
    known = cells[count].fill_null(0.0).to_list()
    hidden = [0 < value < smallest for value in known]
    groups = [group for total in totals for group in _groups(cells, total)]
    order = sorted(range(cells.height), key=lambda row: (known[row], *(str(part) for part in cells.row(row))))
    while True:
        wanted = {_next(group, known, hidden, order, smallest) for group in groups} - {None}
        if not wanted:
            break
        hidden[next(row for row in order if row in wanted)] = True
    return cells.with_columns(
        pl.when(pl.Series(hidden, dtype=pl.Boolean)).then(None).otherwise(pl.col(count)).alias(count)
    )


def shown_outcomes(
    outcomes: pl.DataFrame, programmes: pl.DataFrame, sites: pl.DataFrame, *, smallest: int
) -> pl.DataFrame:
    """Table `outcomes` with small counts hidden (null, status `suppressed`), for pages and files.

    Complementary hiding is within the totals of the site's municipality and of the kind of delivery, per start year
    and over all years.
    """
    where = programmes.select("programme", "site", "delivery").join(sites.select("site", "municipality"), on="site")
    placed = outcomes.join(where, on="programme", how="left").sort("programme", "start_year")
    shown = placed
    for count in COUNTS:
        shown = shown.with_columns(hide_small(placed, count, TOTALS, smallest=smallest)[count])
    changed = pl.any_horizontal(shown[count].is_null() & placed[count].is_not_null() for count in COUNTS)
    status = pl.when(changed).then(pl.lit("suppressed")).otherwise(pl.col("status"))
    return shown.with_columns(status=status).select(outcomes.columns)


def shown_rates(updated: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """Table `updated_rates` for pages: where a count under a rate is hidden, its row is hidden too.

    The quantiles go with the counts: with the rate before and its weight known, they would give the counts back.
    """
    hidden = [
        shown.filter(pl.col("status") == "suppressed", pl.any_horizontal(pl.col(count).is_null() for count in needs))
        .select("programme", rate=pl.lit(rate))
        .unique()
        for rate, needs in NEEDS.items()
    ]
    marked = updated.join(pl.concat(hidden).with_columns(gone=True), on=["programme", "rate"], how="left")
    gone = pl.col("gone").fill_null(False)
    values = [pl.when(~gone).then(pl.col(name)).alias(name) for name in ("p10", "p50", "p90", "observed", "succeeded")]
    status = pl.when(gone).then(pl.lit("suppressed")).otherwise(pl.col("status")).alias("status")
    return marked.with_columns(*values, status).select(updated.columns)


def _groups(cells: pl.DataFrame, total: Sequence[str]) -> list[set[int]]:
    rows: dict[tuple[object, ...], set[int]] = {}
    for row, key in enumerate(cells.select(total).iter_rows()):
        rows.setdefault(key, set()).add(row)
    return list(rows.values())


def _next(group: set[int], known: list[float], hidden: list[bool], order: list[int], smallest: int) -> int | None:
    """The next cell of a total to hide, or None when its hidden cells are safe or nothing is left."""
    covered = [row for row in group if hidden[row] and known[row] > 0] + [
        r for r in group if hidden[r] and not known[r]
    ]
    if not covered or (len(covered) > 1 and sum(known[row] for row in covered) >= smallest):
        return None
    return next((row for row in order if row in group and not hidden[row] and known[row] > 0), None)
