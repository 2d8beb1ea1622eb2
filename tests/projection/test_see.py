from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.core.execution import Execution
from brygga.projection.uncertainty import NONE, Uncertainty
from brygga.workflow.demand import growth_of
from brygga.workflow.ground import hidden_notes
from brygga.workflow.see import see, uncertainty_on

DEMAND = ("employed_at_work", "vacancies", "industry", "heard", "events")
SUPPLY = ("employed_residents", "unemployed", "retirements", "entrants", "movers", "running_classes")
RESULTS = {"gap_draws", "unfilled", "without_work", "gap", "gap_parts", "population_projection"}
RESULTS |= {"job_openings", "opening_draws", "gap_width"}


def run(region, needs, **changed):
    return see(region, **({"coded_needs": needs, "to": 2032, "draws": 30, "seed": 1} | changed))


@pytest.fixture(scope="module")
def seen(twins, needs):
    return run(twins, needs)


@pytest.fixture(scope="module")
def calm(twins, needs):
    return run(twins, needs, uncertainty=NONE, draws=3)


def test_every_result_is_as_its_dictionary_says(seen, twins):
    assert set(seen) == RESULTS
    for name, frame in seen.items():
        assert tables.check(frame, name, extra_codes=twins.extra_codes).height


def test_the_base_year_is_what_was_counted(calm):
    base = calm["gap_draws"].filter(year=2024, draw=0)
    unfilled = {(m, o): v for m, o, v in base.select("municipality", "occupation", "unfilled").rows()}
    jobless = {(m, o): v for m, o, v in base.select("municipality", "occupation", "without_work").rows()}
    assert unfilled == pytest.approx(
        {("9901", "7212"): 6, ("9901", "7223"): 8, ("9901", "5"): 10}
        | {("9902", "7212"): 2, ("9902", "7223"): 2, ("9902", "5"): 4}
    )
    assert jobless == pytest.approx(
        {("9901", "7212"): 5, ("9901", "7223"): 8, ("9901", "5"): 27}
        | {("9902", "7212"): 2, ("9902", "7223"): 3, ("9902", "5"): 15}
    )


def test_parts_add_up_to_the_gap(seen):
    wide = seen["gap_parts"].pivot(on="part", index=["municipality", "occupation", "year"], values="persons")
    gap = wide["unfilled"] - wide["without_work"]
    parts = wide.select(pl.sum_horizontal(*DEMAND, *SUPPLY, "net_in_commuting")).to_series()
    assert (gap - parts).abs().max() < 1e-6
    assert (wide["unfilled"] > 0).all()


def test_parts_of_storbys_welders_by_hand(seen):
    """100 work there in 2024 and 6 posts are vacant; two of four stated posts are new; half of ten in 2029."""
    of_cell = seen["gap_parts"].filter(municipality="9901", occupation="7212")
    parts = {(year, part): persons for year, part, persons in of_cell.select("year", "part", "persons").rows()}
    assert parts[2024, "employed_at_work"] == pytest.approx(100)
    assert parts[2024, "vacancies"] == pytest.approx(6)
    assert parts[2027, "heard"] == 0
    assert parts[2028, "heard"] == pytest.approx(2)
    assert parts[2029, "events"] == pytest.approx(5)
    assert parts[2024, "unemployed"] == pytest.approx(-5)
    assert parts[2026, "running_classes"] < 0 < parts[2026, "retirements"]


def test_without_shocks_every_draw_is_the_central_run(calm):
    draws = calm["gap_draws"]
    assert draws.filter(draw=0).drop("draw").equals(draws.filter(draw=2).drop("draw"))
    central = calm["gap_parts"].filter(part="unfilled").sort("municipality", "occupation", "year")
    assert calm["unfilled"]["p50"].to_list() == pytest.approx(central["persons"].to_list())
    assert calm["unfilled"]["p10"].to_list() == pytest.approx(calm["unfilled"]["p90"].to_list())


def test_same_seed_same_bytes_in_any_batches(twins, needs, seen, monkeypatch):
    monkeypatch.setattr("brygga.workflow.see.BATCH", 7)
    again = run(twins, needs, execution=Execution("here"))
    assert all(again[name].equals(frame) for name, frame in seen.items())
    other = run(twins, needs, seed=2)
    assert not other["gap_draws"].equals(seen["gap_draws"])
    assert other["gap_parts"].equals(seen["gap_parts"])


def test_more_draws_keep_the_first(twins, needs, seen):
    more = run(twins, needs, draws=40)["gap_draws"]
    assert more.filter(pl.col("draw") < 30).equals(seen["gap_draws"])


def test_order_of_rows_and_municipalities_changes_nothing(twins, needs, seen):
    turned = {name: frame.reverse() for name, frame in twins.tables.items()}
    other = replace(twins, tables=turned, municipalities=twins.municipalities[::-1])
    again = run(other, needs.reverse())
    for name, frame in seen.items():
        numbers = [c for c, kind in frame.schema.items() if kind == pl.Float64]
        assert again[name].drop(numbers).equals(frame.drop(numbers))
        assert (again[name].select(numbers) - frame.select(numbers)).to_numpy() == pytest.approx(0, abs=1e-6)


def test_the_gap_is_the_same_over_any_grouping(seen):
    """demand - supply - net in-commuting, summed over places or occupations, in every draw."""
    draws = seen["gap_draws"].with_columns(gap=pl.col("unfilled") - pl.col("without_work"))
    by_place = draws.group_by("year", "draw", "municipality").agg(pl.col("gap").sum())
    by_occupation = draws.group_by("year", "draw", "occupation").agg(pl.col("gap").sum())
    sums = [f.group_by("year", "draw").agg(pl.col("gap").sum()).sort("year", "draw") for f in (by_place, by_occupation)]
    assert sums[0]["gap"].to_list() == pytest.approx(sums[1]["gap"].to_list(), abs=1e-9)


def test_intervals_widen_with_the_horizon(seen):
    draws = seen["gap_draws"].group_by("year", "draw").agg(pl.col("demand").sum())
    spread = dict(draws.group_by("year").agg(pl.col("demand").std()).iter_rows())
    assert spread[2024] < spread[2028] < spread[2032]


def test_an_ageing_occupation_gets_shorter(calm):
    """Welders are the oldest of the three; nothing but their age sets them apart from the operators."""
    sums = calm["unfilled"].group_by("occupation", "year").agg(pl.col("p50").sum())
    level = {(occupation, year): value for occupation, year, value in sums.rows()}
    assert level["7212", 2032] / level["7212", 2024] > level["7223", 2032] / level["7223", 2024]


def test_openings_are_expansion_and_replacement(calm):
    openings = calm["job_openings"]
    assert openings["year"].min() == 2025
    both = openings["expansion"] + openings["replacement"]
    assert openings["p50"].to_list() == pytest.approx(both.to_list())
    said = openings.filter(municipality="9902", occupation="5", year=2028)
    assert said["heard"].item() == 10


def test_one_municipality_of_the_tables_is_a_region_too(twins, needs):
    """Lillby becomes a part of the world outside, and its companies' needs are left out."""
    storby = run(replace(twins, municipalities=("9901",)), needs, uncertainty=NONE, draws=1)
    base = storby["gap_draws"].filter(year=2024)
    assert set(base["municipality"]) == {"9901"}
    assert base["unfilled"].sum() == pytest.approx(24)
    assert base["demand"].sum() == pytest.approx(824)


def test_a_table_that_begins_too_late_is_an_error(twins, needs):
    late = twins.tables["vacancies"].with_columns(year=pl.lit(2025, pl.Int64))
    region = replace(twins, tables={**twins.tables, "vacancies": late})
    with pytest.raises(TableError, match=r"vacancies\.year: no row for 2024 or earlier.*add rows for 2024"):
        run(region, needs)


def test_a_year_does_not_depend_on_later_ones(twins, needs, seen):
    near = run(twins, needs, to=2030)
    for name in ("gap_draws", "opening_draws"):
        assert near[name].equals(seen[name].filter(pl.col("year") <= 2030))


def test_processes_give_the_same_bytes(twins, needs, seen, monkeypatch):
    monkeypatch.setattr("brygga.workflow.see.BATCH", 20)
    elsewhere = run(twins, needs, execution=Execution("processes", 2))
    assert all(elsewhere[name].equals(frame) for name, frame in seen.items())


def test_nobody_asked_is_no_fault(twins, seen):
    unheard = run(twins, None)
    assert unheard["job_openings"]["heard"].sum() == 0
    assert unheard["gap_parts"].filter(part="heard")["persons"].abs().sum() == 0
    assert unheard["population_projection"].equals(seen["population_projection"])


def test_a_ring_is_computed_and_not_shown(twins, needs, seen):
    """Storby with Lillby as its ring is what Storby is when both are shown."""
    ringed = run(replace(twins, municipalities=("9901",), ring=("9902",)), needs)
    for name in ("unfilled", "without_work", "job_openings", "population_projection"):
        mine = seen[name].filter(municipality="9901")
        numbers = [c for c, kind in mine.schema.items() if kind == pl.Float64]
        assert ringed[name].drop(numbers).equals(mine.drop(numbers))
        assert (ringed[name].select(numbers) - mine.select(numbers)).to_numpy() == pytest.approx(0, abs=1e-6)


def with_hidden(twins, name):
    """The first cell of a table is hidden by its publisher."""
    first = pl.int_range(pl.len()) == 0
    frame = twins.tables[name].with_columns(
        persons=pl.when(first).then(None).otherwise("persons"),
        status=pl.when(first).then(pl.lit("suppressed")).otherwise("status"),
    )
    return replace(twins, tables={**twins.tables, name: frame})


@pytest.mark.parametrize("name", ["employed", "vacancies", "commuting"])
def test_a_hidden_count_is_neither_zero_nor_certain(twins, needs, name):
    hidden = run(with_hidden(twins, name), needs, draws=10)
    zero = twins.tables[name].with_columns(persons=pl.when(pl.int_range(pl.len()) == 0).then(0.0).otherwise("persons"))
    none = run(replace(twins, tables={**twins.tables, name: zero}), needs, draws=10)
    parts = [found["gap_parts"].filter(year=2024) for found in (hidden, none)]
    assert (parts[0]["persons"] - parts[1]["persons"]).abs().max() > 0.1


def test_a_hidden_number_of_jobs_is_drawn(twins, needs):
    alone = Uncertainty(hidden_count=1.1)
    for region, spread in ((twins, False), (with_hidden(twins, "employed"), True)):
        base = run(region, needs, uncertainty=alone)["gap_draws"].filter(year=2024)
        demand = base.group_by("municipality", "occupation").agg(pl.col("demand").std())
        assert (demand["demand"].max() > 0.5) == spread


def test_hidden_counts_are_told(twins):
    assert hidden_notes(twins) == ()
    told = hidden_notes(with_hidden(twins, "employed"))
    assert told == (
        "hidden counts of employed: 1, each stands for projection.hidden_count persons and is drawn around it",
    )


def test_with_a_history_of_jobs_the_spread_of_the_models_is_in_the_interval(twins, needs):
    """Ten years in which one industry grew by four per cent a year: models differ, and so do the draws."""
    industries = twins.tables["employed"]["industry"].unique().sort().to_list()
    rows = [
        (m, industry, year, 1000.0 * (1.04 if industry == industries[0] else 1.0) ** (year - 2014), "observed", None)
        for m in twins.municipalities
        for industry in industries
        for year in range(2014, 2025)
    ]
    names = ["municipality", "industry", "year", "persons", "status", "source"]
    history = pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"source": pl.String})
    region = replace(twins, tables={**twins.tables, "jobs_history": history})
    growth = growth_of(region, to=2032)
    found = run(region, needs, growth=growth, uncertainty=Uncertainty(models=1.0))
    width = found["gap_width"].filter(scope="region", measure="demand_less_supply", stage="models")
    assert dict(width.select("year", "width").iter_rows())[2032] > 1
    assert found["gap_parts"].filter(year=2032, part="industry")["persons"].sum() != pytest.approx(
        run(twins, needs, uncertainty=NONE, draws=1)["gap_parts"].filter(year=2032, part="industry")["persons"].sum()
    )


def test_counts_are_disturbed_from_2025():
    day = date(2026, 12, 31)
    assert uncertainty_on(day, base_year=2024).base_count == 0
    assert uncertainty_on(day, base_year=2025).base_count == 1.7
