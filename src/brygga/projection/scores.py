"""Scores of predictions against what happened, the same for every back-test and every method.

One row a cell that was predicted: from which origin, how many years ahead, by which method, what stood
there in the origin's year, what was predicted and what came. Six figures come out, and every method of a
group is scored on the same cells, or nothing is scored at all.

Start reading at `scores`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.sums import total

NUMBERS = ("base", "actual", "predicted", "low", "high")
SCORES = ("cells", "mape", "weighted_mape", "direction", "faster", "rank", "coverage_80")
TIE = 1e-9
"""Growths closer than this are the same growth: differences in the last digits are no opinion."""


def scores(rows: pl.DataFrame, by: Sequence[str], *, among: Sequence[str] = ("origin", "horizon")) -> pl.DataFrame:
    """How well each method predicted, for every group of `by`.

    Parameters
    ----------
    rows : `origin`, `horizon`, `area`, any further columns that name a cell, `method`, `base`, `actual`,
        `predicted`, and `low` and `high` where there is an interval (all in the same unit). Rows whose
        `actual` is missing (hidden, not comparable) are left out and not counted.
    by : columns of `rows` to score within
    among : columns within which cells are compared with the average and ranked; an average across
        origins or horizons would score the business cycle and not the method

    Returns
    -------
    One row per `by` and `method`, sorted: `cells`; `mape`, the mean absolute error in per cent of what came
    (cells where nothing came are left out of it); `weighted_mape`, the sum of errors in per cent of the sum
    that came; `direction`, the share of the cells that changed whose direction was right; `faster`, the
    share right about growing faster or slower than the sum of all cells; `rank`, Spearman's correlation
    of predicted and actual growth; `coverage_80`, the share inside `low` and `high`. Saying nothing counts
    as half right, so that a coin and "no change" both get 0.5 and a contrary method one minus the share.
    Missing where it cannot be said.

    Raises
    ------
    TableError when a column is missing, a cell is predicted twice, a prediction is missing, or methods of
    a group do not predict the same cells.

    Examples
    --------
    >>> rows = pl.DataFrame({"origin": 2014, "horizon": 5, "area": ["a", "b"], "method": "ours",
    ...     "base": [100.0, 100.0], "actual": [110.0, 80.0], "predicted": [99.0, 88.0]})
    >>> scores(rows, by=[]).select("cells", "mape", "weighted_mape", "direction").rows()
    [(2, 10.0, 10.0, 0.5)]
    """
    known = _checked(rows, by)
    groups = [*by, "method"]
    told = _told(known, [*dict.fromkeys([*by, *among, "method"])])
    ranked = (
        told.group_by(list(dict.fromkeys([*by, *among, "method"])), maintain_order=True)
        .agg(rank=_spearman(), ranked=(pl.col("growth").is_not_null()).sum())
        .with_columns(ranked=pl.when(pl.col("rank").is_not_null()).then("ranked").otherwise(0))
        .group_by(groups, maintain_order=True)
        .agg(rank=_mean(pl.col("rank"), pl.col("ranked")))
    )
    inside = (pl.col("actual") >= pl.col("low")) & (pl.col("actual") <= pl.col("high"))
    error = (pl.col("predicted") - pl.col("actual")).abs()
    share = pl.when(pl.col("actual") > 0).then(100 * error / pl.col("actual"))
    found = told.group_by(groups, maintain_order=True).agg(
        cells=pl.len().cast(pl.Int64),
        mape=_mean(share),
        weighted_mape=_ratio(100 * total(error), total("actual")),
        direction=_mean(pl.col("right_way")),
        faster=_mean(pl.col("right_faster")),
        coverage_80=_mean(inside.cast(pl.Float64)),
    )
    joined = found.join(ranked, on=groups, how="left", nulls_equal=True)
    return joined.select(*groups, *SCORES).sort(groups)


def _told(known: pl.DataFrame, among: Sequence[str]) -> pl.DataFrame:
    """Growth of every cell, and whether its direction and its place above or below the average were right."""
    base = pl.when(pl.col("base") > 0).then("base")
    growth, foreseen = pl.col("actual") / base, pl.col("predicted") / base
    where = pl.col("base") > 0
    shares = known.group_by(among, maintain_order=True).agg(
        average=_ratio(total(pl.col("actual").filter(where)), total(pl.col("base").filter(where))),
        average_foreseen=_ratio(total(pl.col("predicted").filter(where)), total(pl.col("base").filter(where))),
    )
    change = _sign(pl.col("actual") - pl.col("base"), pl.col("base"))
    said = _sign(pl.col("predicted") - pl.col("base"), pl.col("base"))
    above = _sign(growth - pl.col("average"), pl.lit(1.0))
    said_above = _sign(foreseen - pl.col("average_foreseen"), pl.lit(1.0))
    return known.join(shares, on=list(among), how="left", maintain_order="left", nulls_equal=True).with_columns(
        growth=growth,
        foreseen=foreseen,
        right_way=pl.when(change != 0).then((change * said + 1) / 2),
        right_faster=pl.when(above != 0).then((above * said_above + 1) / 2),
    )


def _sign(difference: pl.Expr, size: pl.Expr) -> pl.Expr:
    """1, 0 or -1; differences in the last digits count as none."""
    return pl.when(difference.abs() <= TIE * size.abs()).then(0.0).otherwise(difference.sign())


def _mean(values: pl.Expr, weights: pl.Expr | None = None) -> pl.Expr:
    """The mean of what is there, missing when nothing is, the same in any order of rows."""
    counts = values.is_not_null().cast(pl.Float64) if weights is None else weights.cast(pl.Float64)
    return _ratio(total(values * counts), total(counts))


def _ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    return pl.when(below > 0).then(above / below)


def _spearman() -> pl.Expr:
    """Pearson's correlation of the ranks; missing where either side is the same for all.

    Growths are rounded before they are ranked, so that the last digits of equal growths make no order.
    """
    first, second = (
        pl.col(name).filter(pl.col("growth").is_not_null()).round(9).rank("average") for name in ("growth", "foreseen")
    )
    correlation = pl.corr(first, second)
    return pl.when(correlation.is_finite()).then(correlation.round(12))


def _checked(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The rows that can be scored, in an order of their own; every method with the same cells."""
    needed = ["origin", "horizon", "area", "method", "base", "actual", "predicted", *by]
    missing = [name for name in dict.fromkeys(needed) if name not in rows.columns]
    if missing:
        raise TableError(
            f"scores: no column {listed(missing)}",
            why="a score says from which origin, how far ahead, where and by which method",
            todo=f"add it; the rows have {listed(rows.columns, 20)}",
        )
    absent = [pl.lit(None, pl.Float64).alias(name) for name in ("low", "high") if name not in rows.columns]
    known = rows.with_columns(*absent).with_columns(pl.col(name).cast(pl.Float64) for name in NUMBERS)
    keys = [name for name in known.columns if name not in NUMBERS]
    known = known.filter(pl.col("actual").is_not_null())
    unsaid = known.filter(~pl.col("predicted").is_finite().fill_null(False))
    if unsaid.height:
        raise TableError(
            f"scores: {unsaid.height} cell(s) without a prediction, first {_named(unsaid, keys)}",
            why="a method that is silent on hard cells would look better than one that tries",
            todo="predict every cell, or leave the cell out for all methods",
        )
    twice = known.filter(known.select(keys).is_duplicated())
    if twice.height:
        raise TableError(
            f"scores: {_named(twice, keys)} is predicted more than once",
            why="one prediction a cell, origin, horizon and method can be scored",
            todo="keep one of them, or name the column that tells them apart",
        )
    _same_cells(known, list(by), [name for name in keys if name != "method"])
    return known


def _same_cells(known: pl.DataFrame, by: list[str], cell: list[str]) -> None:
    """Every method of a group has every cell of the group: as many rows as methods times cells, since none repeats."""
    counts = [
        pl.len().alias("rows"),
        pl.col("method").n_unique().alias("methods"),
        pl.struct(cell).n_unique().alias("cells"),
    ]
    groups = known.group_by(by, maintain_order=True).agg(counts) if by else known.select(counts)
    if (groups["rows"] == groups["methods"] * groups["cells"]).all():
        return
    everyone = known.select(cell).unique(maintain_order=True)
    methods = known.select(*by, "method").unique(maintain_order=True)
    expected = (
        everyone.join(methods, on=by, how="inner", nulls_equal=True) if by else everyone.join(methods, how="cross")
    )
    lacking = expected.join(known, on=[*cell, "method"], how="anti", nulls_equal=True)
    raise TableError(
        f"{lacking.height} cell(s) predicted by some methods only, first {_named(lacking, lacking.columns)}",
        why="methods can be compared on the same cells alone",
        todo="predict the cell with every method, or leave it out for all",
    )


def _named(frame: pl.DataFrame, columns: Sequence[str]) -> str:
    return ", ".join(str(value) for value in frame.select(columns).sort(columns).row(0))
