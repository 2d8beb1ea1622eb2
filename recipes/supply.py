"""Figures of workforce and supply that are fitted on open data, and what the methods miss there.

    python -m recipes.supply

prints, from the open data beside the repository (`brygga.core.places.SHARED_DATA`):

- `projection.unit_group_strength`: how alike counties are in the make-up of occupation groups. Employees by
  three digits inside two digits, 21 counties 2017 (SCB's occupational register); unit groups by county are not
  among the data, so groups one digit coarser stand for them;
- `projection.sd_education`: the yearly surprise in a county's share of an education level, 2009-2018 (SCB), beside
  the mean growth of the five years before, and how it grows further ahead;
- the nation's exits by age 2020-2024, and how well rates of 2020-2021 foretell those of 2023 (docs/method/supply.md).
"""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from brygga.core.places import SHARED_DATA
from brygga.projection.head_counts import net_rates
from brygga.projection.proportional import fit_strength
from brygga.projection.separations import RETIRING, exit_rates
from brygga.projection.supply import AGE_GROUPS
from brygga.regions.sydost.people import LEVELS

STATISTICS = SHARED_DATA / "statistics"
BREAKS = (2023,)
WINDOW = 5
FIRST = 2009


def head_counts() -> pl.DataFrame:
    """Employees by unit group and age, Sweden 2020-2024: occupation, age_group, year, persons."""
    content = json.loads((STATISTICS / "employees_ssyk4_age_sweden_2020_2024.json").read_text(encoding="utf-8"))
    labels = [list(content["dimension"][name]["category"]["index"]) for name in ("Yrke2012", "Alder", "Tid")]
    rows = [(o, age.removeprefix("0"), int(year)) for o in labels[0] for age in labels[1] for year in labels[2]]
    frame = pl.DataFrame(rows, schema=["occupation", "age_group", "year"], orient="row")
    return frame.with_columns(persons=pl.Series(content["value"]).cast(pl.Float64))


def unit_group_strength() -> float:
    """Persons that the larger area's shares of a group count for, from counties 2017 without a hidden cell there."""
    rows = pl.read_csv(STATISTICS / "employees_ssyk3_sex_county_2014_2017.csv", infer_schema=False)
    counts = rows.select(
        county=pl.col("region").str.head(2),
        occupation=pl.col("occupation (SSYK 2012)").str.head(3),
        persons=pl.col("2017").cast(pl.Float64, strict=False),
    )
    known = counts.filter(pl.col("occupation").str.contains(r"^\d{3}$"), pl.col("persons").is_not_null())
    blocks = []
    for group in known["occupation"].str.head(2).unique().sort():
        wide = (
            known.filter(pl.col("occupation").str.head(2) == group)
            .group_by("county", "occupation", maintain_order=True)
            .agg(pl.col("persons").sum())
            .pivot(on="occupation", index="county", values="persons", sort_columns=True)
            .sort("county")
        )
        if wide.width > 2:
            blocks.append(wide.drop("county").drop_nulls().to_numpy())
    return fit_strength(blocks)


def education_misses(ahead: int) -> tuple[np.ndarray, np.ndarray]:
    """Misses of the log share of a level, a year of the way, carried on at the growth of the five years before.

    Returns
    -------
    Misses, origin x county x level, of origins from 2008 on (so one year ahead the outcomes are 2009-2018); and the
    mean share of each level.
    """
    rows = pl.read_csv(STATISTICS / "education_level_county_1985_.csv", infer_schema=False)
    years = [str(year) for year in range(FIRST - WINDOW - 1, 2019)]
    level = pl.col("level of education").replace_strict(LEVELS, default=None)
    sums = (
        rows.with_columns(pl.col(years).cast(pl.Float64), level=level)
        .drop_nulls("level")
        .group_by("region", "level", maintain_order=True)
        .agg(pl.col(years).sum())
        .sort("region", "level")
    )
    counts = sums.select(years).to_numpy().reshape(-1, sums["level"].n_unique(), len(years))
    share = counts / counts.sum(1, keepdims=True)
    log = np.log(share)
    origins = range(WINDOW, len(years) - ahead)
    growth = [(log[:, :, o] - log[:, :, o - WINDOW]) / WINDOW for o in origins]
    far = [(log[:, :, o + ahead] - log[:, :, o]) / ahead - g for o, g in zip(origins, growth, strict=True)]
    return np.array(far), share.mean((0, 2))


def spread_of_shares(share: np.ndarray) -> np.ndarray:
    """What a spread of 1 does to the log share of each level, when groups vary by (1 - share)^2 and sum to all."""
    own = (1 - share) ** 2
    others = (share * own) ** 2
    return np.asarray(np.sqrt(((1 - share) * own) ** 2 + others.sum() - others))


def sd_education() -> float:
    """The spread that makes the misses one year ahead as large as they were."""
    misses, share = education_misses(1)
    return float(np.sqrt(np.mean(misses**2) / np.mean(spread_of_shares(share) ** 2)))


def education_coverage(ahead: int, *, sd: float) -> float:
    """Share of the misses that lie in the 80 % interval of a spread that lasts."""
    misses, share = education_misses(ahead)
    return float(np.mean(np.abs(misses) < 1.2816 * sd * spread_of_shares(share)))


def national_exits() -> dict[str, float]:
    """What is missing a year later of those in each retiring age group, all occupations, without the break of 2023."""
    seen = net_rates(head_counts(), breaks=BREAKS)
    found = {}
    for group in RETIRING:
        cells = seen.filter(age_group=group)
        cells = cells.filter("whole") if cells["whole"].any() else cells
        found[group] = float((cells["persons"] * cells["net"]).sum() / cells["persons"].sum())
    return found


def misses(group: str, least: float = 100.0) -> dict[str, float]:
    """Root mean square miss of 2023's distances from all: one rate for all, each occupation's own, and as drawn."""
    life = pl.DataFrame({"age_group": AGE_GROUPS, "exit_rate": [0.0] * len(AGE_GROUPS)})
    before = head_counts().filter(pl.col("year") < BREAKS[0])
    beside = pl.col("net") - pl.col("reference")
    weigh = pl.col("persons")
    past = net_rates(before).filter(age_group=group).group_by("occupation", maintain_order=True)
    own = past.agg(own=(beside * weigh).sum() / weigh.sum())
    drawn = exit_rates(before, life).filter(age_group=group).select("occupation", drawn="rate")
    now = net_rates(head_counts(), breaks=BREAKS).filter(pl.col("year") == BREAKS[0], age_group=group)
    rows = now.join(own, on="occupation").join(drawn, on="occupation").filter(weigh >= least)
    rows = rows.with_columns(outcome=beside, everybody=pl.lit(0.0))
    weight = rows["persons"].to_numpy()

    def centred(name: str) -> np.ndarray:
        values = rows[name].to_numpy()
        return np.asarray(values - np.average(values, weights=weight))

    names = ("everybody", "own", "drawn")
    return {n: float(np.sqrt(np.average((centred("outcome") - centred(n)) ** 2, weights=weight))) for n in names}


def main() -> None:
    print(f"projection.unit_group_strength  {unit_group_strength():.1f} persons")
    print(f"projection.sd_education         {sd_education():.4f} log points a year")
    for ahead in (1, 3, 5, 9):
        print(f"  {ahead} years ahead: in the 80 % interval {education_coverage(ahead, sd=sd_education()):.2f}")
    for group, rate in national_exits().items():
        print(f"exits {group}  {rate:.4f} a year")
    for group in RETIRING[:2]:
        print(f"foretold {group}  " + "  ".join(f"{name} {miss:.4f}" for name, miss in misses(group).items()))


if __name__ == "__main__":
    main()
