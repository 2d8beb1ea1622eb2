"""Pay, municipal tax and named events of the example region."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from brygga.core.sums import total
from brygga.regions.sydost import given

PAY_YEAR = 2018
AREA = "SE22"


@dataclass(frozen=True)
class Group:
    """A three-digit occupation: mean pay, the employees it speaks for (Sweden 2017), both sexes published for SE22."""

    sek: float
    persons: int
    published: bool


def pay() -> pl.DataFrame:
    """Table `pay`: mean monthly pay 2018 in South Sweden per node, both sexes weighed by their employees."""
    groups = _three_digits()
    rows = []
    for node in given.occupations():
        inside = {g: v for g, v in groups.items() if g.startswith(node) or node.startswith(g)}
        people = sum(group.persons for group in inside.values())
        mean = sum(g.sek * g.persons for g in inside.values()) / people if people else given.parameter("unknown_pay")
        rows.append((node, PAY_YEAR, round(mean, -1), *_told(node, inside)))
    return pl.DataFrame(rows, schema=["occupation", "year", "sek_month", "status", "source"], orient="row")


def tax() -> pl.DataFrame:
    """Table `tax`: published rates (a secondary site: provisional) or stated ones."""
    rows = []
    for row in given.read("structure/tax").iter_rows(named=True):
        municipal = given.number(row["municipal_fact"]) if row["municipal_fact"] else row["municipal_percent"]
        regional = given.number(row["regional_fact"]) if row["regional_fact"] else row["regional_percent"]
        cited = row["municipal_fact"] and row["regional_fact"]
        source = f"facts {row['municipal_fact']} {row['regional_fact']}: a secondary site" if cited else given.ASSUMED
        status = "provisional" if cited else "modelled"
        rows.append((row["municipality"], row["year"], municipal / 100, regional / 100, status, source))
    schema = ["municipality", "year", "municipal_rate", "regional_rate", "status", "source"]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("municipal_rate", "regional_rate").round(6)
    )


def events() -> pl.DataFrame:
    """Table `events`: announced establishments and notices, with a stated chance."""
    rows = []
    for row in given.read("structure/events").iter_rows(named=True):
        for occupation, share in given.shares(row["leads"]).items():
            posts = round(row["posts"] * share, 2)
            where = (row["event"], row["municipality"], occupation, row["year"])
            rows.append((*where, posts, row["probability"], "modelled", row["source"]))
    schema = ["event", "municipality", "occupation", "year", "posts", "probability", "status", "source"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _three_digits() -> dict[str, Group]:
    """SSYK-3 -> its pay; what South Sweden hides is the mean of the regions that tell, else left out."""
    published = given.read("pay_2018")
    own = published.filter(pl.col("area_code") == AREA).rename({"sek_month": "own"}).drop("area_code")
    other = published.group_by("occupation", "sex", maintain_order=True).agg(other=pl.col("sek_month").mean())
    heads = given.read("employees_county_2017").filter(pl.col("area_code") == "00").drop("area_code")
    rows = heads.join(other, on=["occupation", "sex"], how="left").join(own, on=["occupation", "sex"], how="left")
    rows = rows.with_columns(sek=pl.coalesce("own", "other")).filter(pl.col("persons") > 0)
    whole = pl.col("own").is_not_null().all().over("occupation")
    told = rows.with_columns(published=whole).drop_nulls("sek")
    sums = told.group_by("occupation", maintain_order=True).agg(
        sek=total(pl.col("sek") * pl.col("persons")) / total("persons"),
        persons=total("persons"),
        published=pl.col("published").all(),
    )
    sums = sums.sort("occupation")
    return {occupation: Group(*rest) for occupation, *rest in sums.iter_rows()}


def _told(node: str, inside: dict[str, Group]) -> tuple[str, str]:
    table = "SCB/Medlingsinstitutet, monthly pay by SSYK-3, SE22 South Sweden 2018"
    if not inside:
        return "modelled", "example.unknown_pay"
    filled = (
        ""
        if all(group.published for group in inside.values())
        else "; what it hides is the mean of other regions, or left out"
    )
    if set(inside) == {node}:
        return "modelled" if filled else "observed", f"{table}; sexes weighed by employees 2017{filled}"
    return "modelled", f"{table}; the groups it holds or lies in, weighed by employees 2017{filled}"
