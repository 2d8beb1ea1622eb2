"""What companies say they need, as posts per occupation, municipality and year.

A stated need is a number of recruitments in a year, from low to high; the middle counts.
The share that the company calls growth moves the level of demand and stays; the rest are
refills, which retirements and moves already call for. So a need moves the level once, and
saying it again changes nothing: one organisation, occupation, municipality, wanted year
and half-year of the answer count once, the latest answer first.

Start reading at `heard_posts`.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from brygga.core import codes
from brygga.core.sums import total

ONE_POST = ("organisation", "municipality", "coded", "year", "half_year")


def heard_posts(
    coded_needs: pl.DataFrame, employed: pl.DataFrame, *, municipalities: Collection[str], base_year: int
) -> pl.DataFrame:
    """Posts that companies say they will recruit to, on the occupations that the region is computed on.

    Parameters
    ----------
    coded_needs : table `coded_needs`; needs without an occupation or outside the region are left out,
        and so are years up to the base year, whose posts are already among the employed
    employed : table `employed` of the base year: its occupations, and shares to spread a need
        whose code is coarser than they are
    municipalities : those of the region
    base_year : year that the projection starts from

    Returns
    -------
    municipality, occupation, year, `posts` (recruitments during the year) and `growth` (of these, new posts).
    """
    inside = pl.col("municipality").is_in(list(municipalities)) & (pl.col("year") > base_year)
    counted = _counted_once(coded_needs.filter(inside & pl.col("occupation").is_not_null()))
    spread = counted.join(_nodes(counted["coded"].unique().sort().to_list(), employed), on="coded")
    posts = pl.col("middle") * pl.col("part")
    return (
        spread.group_by("municipality", "occupation", "year", maintain_order=True)
        .agg(posts=total(posts), growth=total(posts * pl.col("growth")))
        .sort("municipality", "occupation", "year")
    )


def _counted_once(needs: pl.DataFrame) -> pl.DataFrame:
    half = pl.col("heard_on").dt.year() * 2 + (pl.col("heard_on").dt.month() > 6).cast(pl.Int64)
    marked = needs.with_columns(
        organisation=pl.col("company").str.strip_chars().str.to_lowercase(),
        coded="occupation",
        half_year=half,
        middle=(pl.col("persons_low") + pl.col("persons_high")) / 2,
    ).drop("occupation")
    latest = marked.sort("heard_on", "need_id", descending=[True, False])
    return latest.unique(ONE_POST, keep="first", maintain_order=True)


def _nodes(coded: list[str], employed: pl.DataFrame) -> pl.DataFrame:
    """coded, occupation, part: the node a code lies in, or the nodes within it by employed persons."""
    sizes = dict(
        employed.group_by("occupation", maintain_order=True).agg(total("persons")).sort("occupation").iter_rows()
    )
    rows = [(code, node, part) for code in coded for node, part in _parts(code, sizes)]
    return pl.DataFrame(rows, schema={"coded": pl.String, "occupation": pl.String, "part": pl.Float64}, orient="row")


def _parts(code: str, sizes: dict[str, float]) -> list[tuple[str, float]]:
    node = codes.ancestor_in(code, sizes)
    if node is not None:
        return [(node, 1.0)]
    finer = {node: size for node, size in sizes.items() if node.startswith(code) and size > 0}
    total = sum(finer.values())
    return [(node, size / total) for node, size in finer.items()]
