"""Five years ahead for the 21 counties: cohort change ratios against no change, mean absolute error in per cent.

Needs the folder of open data beside the repository. Run: python bench/population.py
"""

from __future__ import annotations

import polars as pl

from brygga.core.places import SHARED_DATA
from brygga.projection.population import cohort_change_ratios

COUNTED = SHARED_DATA / "regions" / "population_county_age_sex_1968_2010.parquet"
ORIGINS = range(1975, 2006, 5)
HORIZON = 5
KEY = ["area", "sex", "age", "year"]


def main() -> None:
    if not COUNTED.is_file():
        print("left out: the folder of open data beside the repository is missing")
        return
    age = pl.col("age").str.extract(r"(\d+)").cast(pl.Int64)
    history = pl.read_parquet(COUNTED).select("sex", "year", area="region", age=age, persons="population")
    ratios = pl.concat(cohort_change_ratios(history, origin=o, years=1, horizon=HORIZON) for o in ORIGINS)
    same = history.filter(pl.col("year").is_in(ORIGINS)).with_columns(pl.col("year") + HORIZON)
    print("age      cohort ratios   no change   ratio   (21 counties, origins 1975-2005)")
    ours, naive = errors(ratios, history), errors(same, history)
    for band, error in ours.items():
        print(f"{band:6}   {error:10.2f} %   {naive[band]:7.2f} %   {error / naive[band]:5.2f}")


def errors(projected: pl.DataFrame, history: pl.DataFrame) -> dict[str, float]:
    """Mean absolute error per age band over counties and origins, per cent."""
    band = pl.when(pl.col("age") < 20).then(pl.lit("15-19")).when(pl.col("age") < 65).then(pl.lit("20-64"))
    both = projected.join(history, on=KEY, suffix="_counted").filter(pl.col("age") >= 15)
    sums = both.group_by("area", "year", band=band.otherwise(pl.lit("65+"))).agg(
        pl.col("persons", "persons_counted").sum()
    )
    off = 100 * (pl.col("persons") / pl.col("persons_counted") - 1).abs().mean()
    return dict(sums.group_by("band").agg(off).sort("band").iter_rows())


if __name__ == "__main__":
    main()
