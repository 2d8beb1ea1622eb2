"""Make the committed facts of the example region from the open data beside the repository.

`facts.csv` is a cleaned extract of the collected facts: what the recipe uses and what the
site can cite. Doubtful rows are left out (old notices, forecasts that only serve a back-test, a
publisher's slip) or carry their doubt in `note`. The other files are
tables that the publishers print and that the recipe needs whole. Where each comes from
stands in `sources.yaml` beside them.

Run it with `python recipes/sydost_facts.py`. The vital rates are an estimate: counts of
2006-2010 per person and year, not smoothed, and a factor that makes the national
births and deaths of 2024 come out.
"""

from __future__ import annotations

import json

import polars as pl

from brygga.core.places import REGIONS, SHARED_DATA
from brygga.core.tables import check, write

OUT = REGIONS / "sydost"
STATISTICS = SHARED_DATA / "statistics"
COUNTIES = {"07": "Kronoberg", "10": "Blekinge", "12": "Skane"}
FIRST, LAST, TARGET = 2006, 2010, 2024
LEFT_OUT = {
    "transition_to_tertiary_within_3_years", "employment_forecast", "unemployment_forecast",
    "stated_shortage", "population_forecast", "yh_graduates_in_work_claimed", "hourly_wage_lower_quartile",
    "hourly_wage_upper_quartile", "hourly_wage_median", "hourly_wage_mean", "employees_manual_private",
    "employees_by_occupation_and_education", "employees_by_occupation_age", "employees_by_occupation",
    "population_by_education_level", "average_monthly_salary", "upper_secondary_equipment_cost_per_pupil",
    "upper_secondary_other_cost_per_pupil", "upper_secondary_premises_cost_per_pupil",
    "upper_secondary_teaching_cost_per_pupil", "out_migration", "in_migration", "population_change",
}  # fmt: skip
DOUBTFUL_AREAS = {"1256", "1083", "1272"}
FEW_PUPILS = "for very few or special pupils: no price of an industrial seat"


def main() -> None:
    write(check(facts(), "facts"), OUT / "facts.csv")
    write(employees_age(), OUT / "employees_age_2024.csv")
    write(employees_county(), OUT / "employees_county_2017.csv")
    write(population_county(), OUT / "population_county_2010.csv")
    write(vital_rates(), OUT / "vital_rates.csv")
    write(population_sweden(), OUT / "population_sweden.csv")
    write(education_county(), OUT / "education_county_2018.csv")
    write(pay(), OUT / "pay_2018.csv")


def facts() -> pl.DataFrame:
    """Table `facts`: the extract, with where a public copy was read told in the note."""
    rows = pl.read_csv(SHARED_DATA / "regions" / "facts_sydost.csv", infer_schema=False)
    copied = pl.col("retrieved_from").str.contains("copy").fill_null(False)
    few = (pl.col("variable") == "upper_secondary_cost_per_pupil") & pl.col("area_code").is_in(list(DOUBTFUL_AREAS))
    notes = pl.concat_str(
        pl.col("note").str.replace_all("cited in DATA.md", "read second-hand", literal=True),
        pl.when(few).then(pl.lit(FEW_PUPILS)),
        pl.when(copied).then(pl.lit("read in a public copy of the publisher's table")),
        separator="; ",
        ignore_nulls=True,
    )
    old_notice = (pl.col("variable") == "redundancy_notice") & (pl.col("year") < "2020")
    dateless = pl.col("year").str.ends_with("s")
    kept = rows.filter(~pl.col("variable").is_in(list(LEFT_OUT)) & ~old_notice & ~dateless)
    return kept.with_columns(
        number=pl.col("number").cast(pl.Float64),
        note=pl.when(notes == "").then(None).otherwise(notes),
        source_reference=pl.col("source_url_or_reference"),
    ).sort("id")


def employees_age() -> pl.DataFrame:
    """Employees in Sweden 2024 per unit group and age group."""
    table = json.loads((STATISTICS / "employees_ssyk4_age_sweden_2020_2024.json").read_text("utf-8"))
    codes, ages, _, years = (list(table["dimension"][d]["category"]["index"]) for d in table["id"])
    at, values = years.index("2024"), table["value"]
    wide = len(ages) * len(years)
    rows = [
        (code, age.removeprefix("0"), values[c * wide + a * len(years) + at])
        for c, code in enumerate(codes)
        for a, age in enumerate(ages)
        if code != "0002"
    ]
    return pl.DataFrame(rows, schema=["occupation", "age_group", "persons"], orient="row")


def employees_county() -> pl.DataFrame:
    """Employees 2017 per SSYK-3 in the three counties and Sweden (sum of the counties)."""
    rows = pl.read_csv(STATISTICS / "employees_ssyk3_sex_county_2014_2017.csv", infer_schema=False).select(
        area_code=pl.col("region").str.slice(0, 2),
        occupation=pl.col("occupation (SSYK 2012)").str.slice(0, 3),
        sex=pl.col("sex"),
        persons=pl.col("2017").cast(pl.Int64),
    )
    rows = rows.filter(pl.col("occupation") != "000")
    nation = rows.with_columns(area_code=pl.lit("00"))
    kept = pl.concat([rows.filter(pl.col("area_code").is_in(list(COUNTIES))), nation])
    return kept.group_by("area_code", "occupation", "sex").agg(pl.col("persons").sum()).sort(pl.all())


def population_county() -> pl.DataFrame:
    """Population 2010 by county, sex and single age."""
    rows = _county("population_county_age_sex_1968_2010").rename({"population": "n"})
    names = {name: code for code, name in COUNTIES.items()}
    rows = rows.filter((pl.col("year") == LAST) & pl.col("region").is_in(list(names)))
    return rows.select(
        area_code=pl.col("region").replace_strict(names), sex="sex", age="age", persons=pl.col("n").cast(pl.Int64)
    ).sort(pl.all())


def vital_rates() -> pl.DataFrame:
    """National death, birth and migration rates of 2006-2010, and the factors that reach the counts of 2024."""
    people = _nation("population_county_age_sex_1968_2010", "population")
    deaths = _nation("deaths_county_1968_2010", "n")
    births = _nation("births_county_1968_2010", "n").group_by("age", "year").agg(pl.col("n").sum())
    births = births.with_columns(sex=pl.lit("women"))
    period = pl.col("year").is_between(FIRST, LAST)
    mean = people.filter(pl.col("year").is_between(FIRST - 1, LAST)).group_by("sex", "age").agg(n=pl.col("n").sum())
    mean = mean.with_columns(exposure=pl.col("n") * (LAST - FIRST + 1) / (LAST - FIRST + 2)).drop("n")
    rates = mean
    for frame, name in ((deaths, "death_rate"), (births, "birth_rate")):
        total = frame.filter(period).group_by("sex", "age").agg(pl.col("n").sum().alias(name))
        rates = rates.join(total, on=["sex", "age"], how="left").with_columns(
            (pl.col(name).fill_null(0) / pl.col("exposure")).clip(0, 1).alias(name)
        )
    rates = rates.join(_migration(people, deaths), on=["sex", "age"], how="left")
    return _aimed(rates.drop("exposure").sort("sex", "age"), people)


def _migration(people: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """Share of national net migration at each age and sex: what ageing and deaths leave, never below zero."""
    period = people.filter(pl.col("year").is_between(FIRST, LAST))
    aged = people.with_columns(age=(pl.col("age") + 1).clip(0, 100), year=pl.col("year") + 1)
    aged = aged.group_by("sex", "age", "year").agg(before=pl.col("n").sum())
    joined = period.join(aged, on=["sex", "age", "year"]).join(deaths, on=["sex", "age", "year"], suffix="_dead")
    net = joined.with_columns(net=pl.col("n") - pl.col("before") + pl.col("n_dead"))
    net = net.group_by("sex", "age").agg(pl.col("net").sum().clip(0)).filter(pl.col("age").is_between(1, 74))
    share = net.with_columns(migration_share=pl.col("net") / pl.col("net").sum()).drop("net")
    cells = people.select("sex", "age").unique().join(share, on=["sex", "age"], how="left")
    return cells.with_columns(pl.col("migration_share").fill_null(0.0))


def _aimed(rates: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rates with `birth_factor` and `death_factor`: what 2024 is of 2006-2010, so that the nation's counts come out."""
    aim = {v: _fact("00", v, TARGET) for v in ("births", "deaths", "population")}
    state = {
        s: people.filter((pl.col("year") == LAST) & (pl.col("sex") == s)).sort("age")["n"].to_list() for s in SEXES
    }
    r = {s: rates.filter(pl.col("sex") == s).sort("age") for s in SEXES}
    start = sum(map(sum, state.values()))
    for year in range(LAST + 1, TARGET):
        state, _, _ = _step(state, r, start + (aim["population"] - start) * (year - LAST) / (TARGET - LAST))
    _, born, dead = _step(state, r, aim["population"])
    factors = {"birth_factor": aim["births"] / born, "death_factor": aim["deaths"] / dead}
    return rates.with_columns(pl.lit(round(value, 4)).alias(name) for name, value in factors.items()).with_columns(
        pl.col("death_rate", "birth_rate", "migration_share").round(8)
    )


def _step(
    state: dict[str, list[float]], rates: dict[str, pl.DataFrame], total: float
) -> tuple[dict[str, list[float]], float, float]:
    """One year on for the nation: the state, births and deaths."""
    born = sum(n * b for n, b in zip(state["women"], rates["women"]["birth_rate"], strict=True))
    dead, after = 0.0, {}
    for sex, girls in (("men", 0.515), ("women", 0.485)):
        losses = [n * d for n, d in zip(state[sex], rates[sex]["death_rate"], strict=True)]
        dead += sum(losses)
        left = [n - lost for n, lost in zip(state[sex], losses, strict=True)]
        after[sex] = [born * girls, *left[:99], left[99] + left[100]]
    net = total - sum(map(sum, after.values()))
    for sex in SEXES:
        shares = rates[sex]["migration_share"]
        after[sex] = [n + net * share for n, share in zip(after[sex], shares, strict=True)]
    return after, born, dead


def _fact(area: str, variable: str, year: int) -> float:
    rows = pl.read_csv(SHARED_DATA / "regions" / "facts_sydost.csv", infer_schema=False)
    found = rows.filter(
        (pl.col("area_code") == area) & (pl.col("variable") == variable) & (pl.col("year") == str(year))
    )
    return float(found["number"][0])


def population_sweden() -> pl.DataFrame:
    """Population of Sweden 2017 (sum of 290 municipalities) and 2024 (fact)."""
    rows = pl.read_csv(STATISTICS / "population_municipality_2011_2019.csv")
    then = int(rows.filter(pl.col("year") == 2017)["population"].sum())
    return pl.DataFrame({"year": [2017, TARGET], "persons": [then, int(_fact("00", "population", TARGET))]})


def education_county() -> pl.DataFrame:
    """Population 16-74 by education level 2018 in the three counties, both sexes."""
    rows = pl.read_csv(STATISTICS / "education_level_county_1985_.csv", infer_schema=False).select(
        area_code=pl.col("region").str.slice(0, 2),
        isced97=pl.col("level of education"),
        persons=pl.col("2018").cast(pl.Int64),
    )
    kept = rows.filter(pl.col("area_code").is_in(list(COUNTIES)))
    return kept.group_by("area_code", "isced97").agg(pl.col("persons").sum()).sort(pl.all())


def pay() -> pl.DataFrame:
    """Monthly pay 2018 per SSYK-3 and sex in South Sweden (SE22), Småland (SE21) and Sweden; hidden cells left out."""
    rows = pl.read_csv(STATISTICS / "monthly_pay_ssyk3_nuts2_2014_2018.csv", infer_schema=False)
    return (
        rows.select(
            area_code=pl.col("region").str.slice(0, 4),
            occupation=pl.col("occuptional  (SSYK 2012)").str.slice(0, 3),
            sex="sex",
            sek_month=pl.col("2018").cast(pl.Int64, strict=False),
        )
        .drop_nulls()
        .sort(pl.all())
    )


SEXES = ("men", "women")


def _county(name: str) -> pl.DataFrame:
    """One parquet table with whole-number ages (the open ends as their first or last age) and our words for sex."""
    frame = pl.read_parquet(SHARED_DATA / "regions" / f"{name}.parquet").filter(pl.col("age") != "no information")
    return frame.with_columns(
        age=pl.col("age").str.replace("<15", "14").str.replace(r"\+", "").cast(pl.Int64),
        sex=pl.col("sex").replace_strict({"Females": "women", "Males": "men"}, default="both"),
    )


def _nation(name: str, value: str) -> pl.DataFrame:
    frame = _county(name).group_by("sex", "age", "year").agg(n=pl.col(value).sum())
    return frame.sort("sex", "age", "year")


if __name__ == "__main__":
    main()
