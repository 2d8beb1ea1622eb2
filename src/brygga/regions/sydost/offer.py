"""The offer of education: sites, programmes, what they lead to, who pays, who started and how it went.

Schools and granted programmes are real and cited; prices are published; seats per class,
applicants and most rates are stated assumptions. Outcomes are invented for the example.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from brygga.core.places import PACKAGE
from brygga.core.sums import total
from brygga.regions.sydost import given

RULES = PACKAGE / "rules"
BELOW_POST_SECONDARY = ("1", "2", "3")
MUNICIPAL_ADULT = ("adult", "validation")
YH_IN_WORK, YH_MOSTLY, YH_PARTLY = "F2743", "F2635", "F2650"
YH_RAISES = ("F2162", "F2161")
INTAKE_YEARS = (2024, 2025, 2026)
FIRST_APPLIED = 2028
INVENTED = "invented for the example, around the national rates; no published outcome of this programme"


def sites() -> pl.DataFrame:
    """Table `sites`: real schools, stated rooms."""
    return given.read("structure/sites").with_columns(pl.col("rooms").cast(pl.Float64), status=pl.lit("modelled"))


def programmes(education: pl.DataFrame) -> pl.DataFrame:
    """Table `programmes`: what can be started, at which cost, with which rates; `education` limits applicants."""
    kinds = {row["kind"]: row for row in given.read("structure/kinds").iter_rows(named=True)}
    rows = [_programme(row, kinds[row["kind"]]) for row in given.read("structure/programmes").iter_rows(named=True)]
    return _within_reach(pl.DataFrame(rows), education)


def _within_reach(offered: pl.DataFrame, education: pl.DataFrame) -> pl.DataFrame:
    """Applicants of a municipality's YH and komvux together: at most a share of its adults without such education."""
    adults = education.filter(pl.col("education_level").is_in(BELOW_POST_SECONDARY))
    most = adults.group_by("municipality", maintain_order=True).agg(
        most=total("persons") * given.parameter("applicant_ceiling")
    )
    limited = pl.col("delivery").is_in(["yh", *MUNICIPAL_ADULT])
    stated = total(pl.col("applicants").filter(limited)).over("municipality")
    fitting = (pl.col("applicants") * (pl.col("most") / stated).clip(upper_bound=1) + 1e-9).floor()
    placed = offered.join(sites().select("site", "municipality"), on="site", how="left", maintain_order="left")
    joined = placed.join(most, on="municipality", how="left", maintain_order="left")
    applicants = pl.when(limited).then(fitting).otherwise("applicants")
    return joined.with_columns(applicants=applicants).select(offered.columns)


def programme_leads() -> pl.DataFrame:
    """Table `programme_leads`."""
    return _spread("leads", "occupation")


def programme_funding() -> pl.DataFrame:
    """Table `programme_funding`: home municipalities for school, the state for YH, both for komvux, ESF+ 54 %."""
    return _spread("funding", "funder")


def programme_grants() -> pl.DataFrame:
    """Table `programme_grants`: the starts that MYH has already granted; other years wait for an application."""
    rows = []
    for row in given.read("structure/programmes").drop_nulls("grant_fact").iter_rows(named=True):
        told = f"{row['intake_source']}; the years counted from the decision"
        starts = row["granted_starts"].split()
        rows += [(row["programme"], int(year), 1.0, 1.0, 1.0, "observed", told) for year in starts]
    columns = ["programme", "year", "probability", "p10", "p90", "status", "source"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def intake() -> pl.DataFrame:
    """Table `intake`: classes that started in 2024-2026."""
    rows = []
    for row in given.read("structure/programmes").iter_rows(named=True):
        for year in INTAKE_YEARS:
            seats = float(row[f"seats_{year}"])
            classes = 1 if seats else 0
            rows.append((row["programme"], year, classes, seats, "modelled", row["intake_source"]))
    return pl.DataFrame(rows, schema=["programme", "year", "classes", "seats", "status", "source"], orient="row")


def funders() -> pl.DataFrame:
    """Table `funders`."""
    return given.read("structure/funders")


def outcomes() -> pl.DataFrame:
    """Table `outcomes`: two cohorts a programme, invented around the national rates and marked as such."""
    kinds = {row["kind"]: row for row in given.read("structure/kinds").iter_rows(named=True)}
    rows = []
    for n, row in enumerate(given.read("structure/programmes").iter_rows(named=True)):
        rows += _cohorts(n, row, kinds[row["kind"]])
    schema = ["programme", "start_year", "started", "completed", "placed", "matched"]
    return given.marked(pl.DataFrame(rows, schema=schema, orient="row"), INVENTED)


def _programme(row: dict[str, Any], kind: dict[str, Any]) -> dict[str, Any]:
    seat = _price(kind) * row["seat_years"]
    fixed = given.parameter("class_cost_share")
    typical = (row["class_min"] + row["class_max"]) / 2
    return {
        **{key: row[key] for key in ("programme", "name_sv", "name_en", "provider", "site")},
        "delivery": kind["delivery"],
        "years": row["years"],
        "class_min": float(row["class_min"]),
        "class_max": float(row["class_max"]),
        "classes_max": row["classes_max"],
        "cost_class_sek": round(seat * typical * fixed, -3),
        "cost_seat_sek": round(seat * (1 - fixed), -2),
        "completion": kind["completion"],
        "placement": _yh_placement() if kind["placement"] is None else kind["placement"],
        "deadweight": kind["deadweight"],
        "applicants": float(row["applicants"]),
        "grant_probability": _grant(kind),
        "first_start": row["first_start"],
        "decided_by": kind["decided_by"],
        "status": "modelled",
        "source": kind["source"],
    }


def _price(kind: dict[str, Any]) -> float:
    """SEK per seat and year: a published price (YH raised as published, komvux with a municipal part), or stated."""
    if not kind["price_fact"]:
        return float(kind["price_sek"])
    price = given.number(kind["price_fact"])
    if kind["delivery"] == "yh":
        for raise_ in YH_RAISES:
            price *= 1 + given.number(raise_) / 100
    return price + (given.parameter("adult_municipal_part") if kind["delivery"] in MUNICIPAL_ADULT else 0.0)


def _grant(kind: dict[str, Any]) -> float:
    """The stated chance, or for YH that of its application area in the first year that can be applied for."""
    if kind["grant_probability"] is not None:
        return float(kind["grant_probability"])
    chances = pl.read_csv(RULES / "grant_chances.csv", schema_overrides={"area": pl.String})
    return float(chances.filter(area=kind["myh_area"], year=FIRST_APPLIED)["probability"].item())


def _yh_placement() -> float:
    """In work within six months, times mostly matching and half of partly matching."""
    matching = given.number(YH_MOSTLY) + given.number(YH_PARTLY) / 2
    return round(given.number(YH_IN_WORK) / 100 * matching / 100, 4)


def _spread(column: str, key: str) -> pl.DataFrame:
    rows = [
        (row["programme"], name, share)
        for row in given.read("structure/programmes").iter_rows(named=True)
        for name, share in given.shares(row[column]).items()
    ]
    return pl.DataFrame(rows, schema=["programme", key, "share"], orient="row")


def _cohorts(n: int, row: dict[str, Any], kind: dict[str, Any]) -> list[tuple[str, int, float, float, float, float]]:
    """Two cohorts that have been followed up by 2026, in whole persons; none where no class ran."""
    seats = max(row[f"seats_{year}"] for year in INTAKE_YEARS)
    placement = _yh_placement() if kind["placement"] is None else kind["placement"]
    rows = []
    for turn, start in enumerate((2025 - row["years"] - 1, 2025 - row["years"])):
        started = seats + (n + turn) % 3 - 1
        completed = round(started * (kind["completion"] + 0.03 * ((n + 2 * turn) % 3 - 1)))
        placed = round(completed * min(0.97, placement * 1.25))
        matched = min(placed, round(completed * (placement + 0.04 * ((n + turn) % 3 - 1))))
        if seats:
            rows.append((row["programme"], start, float(started), float(completed), float(placed), float(matched)))
    return rows
