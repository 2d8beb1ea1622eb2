"""A region from official tables: totals kept, hidden cells never zero, faults with a way out, and `see` runs on it."""

import itertools
import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from brygga.core import tables
from brygga.core.errors import FaultsError, TableError, UnknownCodeError
from brygga.core.region import read_region
from brygga.regions import official
from brygga.regions.official import assemble, build
from brygga.regions.official_ages import tiles
from brygga.regions.official_flows import ring_of
from brygga.regions.official_jobs import employed, spread
from brygga.regions.official_life import final_exits, participation
from brygga.regions.official_people import education_stock, vital_rates
from brygga.workflow.see import see
from tests.regions import official_mini as mini
from tests.regions.official_mini import (
    AREAS,
    BASE,
    BESIDE,
    FAR,
    GROUPS,
    HERE,
    NURSES,
    RING,
    SELLERS,
    SEXES,
    TERRITORY,
    THERE,
    TODAY,
    WELDERS,
)


@pytest.fixture(scope="module")
def found():
    return mini.found()


@pytest.fixture(scope="module")
def made(found):
    return build(found, territory=TERRITORY, ring=RING)


@pytest.fixture(scope="module")
def region(found, tmp_path_factory):
    out = tmp_path_factory.mktemp("official")
    assemble(found, territory=TERRITORY, ring=RING, today=TODAY, out=out)
    return read_region(out)


def one(frame: pl.DataFrame, **where: str) -> dict:
    return frame.filter(*(pl.col(column) == value for column, value in where.items())).row(0, named=True)


def total_of(frame: pl.DataFrame, **where: str) -> float:
    return float(frame.filter(*(pl.col(column) == value for column, value in where.items()))["persons"].sum())


# The folder


def test_the_folder_is_a_region_that_see_runs_on(region):
    heard = tables.empty("coded_needs")
    seen = see(region, coded_needs=heard, to=BASE + 2, draws=4, seed=1)
    assert set(seen["unfilled"]["municipality"]) == set(TERRITORY)
    assert set(seen["unfilled"]["occupation"]) == {WELDERS, NURSES, SELLERS}

    base = seen["gap_draws"].filter(pl.col("year") == BASE)
    assert (base["unfilled"] > 0).all()
    assert (base["without_work"] > 0).all()


def test_the_nation_s_input_output_table_goes_into_the_folder_as_it_came(found, tmp_path):
    flow = {
        "product_from": "CPA_C29",
        "product_to": "CPA_C29",
        "year": 2022,
        "value": 5.0,
        "status": "observed",
        "source": "Eurostat",
    }
    given = found | {"official_input_output": tables.check(pl.DataFrame([flow]), "official_input_output")}
    assemble(given, territory=TERRITORY, ring=RING, today=TODAY, out=tmp_path)
    assert read_region(tmp_path).tables["official_input_output"].to_dicts() == [flow]


def test_region_toml_says_what_the_region_is_and_every_note(region, made):
    text = (region.folder / "region.toml").read_text("utf-8")
    assert region.kind == "official"
    assert not region.is_example
    assert (region.base_year, region.first_plan_year, region.to) == (BASE, 2027, 2036)
    assert (region.municipalities, region.ring) == (TERRITORY, RING)
    assert all(note in text for note in made[1])
    assert "The ring has 64% of the commuters over the territory's border" in text


def test_the_same_tables_give_the_same_bytes_in_any_order_of_rows(found, region, tmp_path):
    shuffled = {name: frame.sample(fraction=1.0, shuffle=True, seed=7) for name, frame in found.items()}
    assemble(shuffled, territory=TERRITORY[::-1], ring=RING, today=TODAY, out=tmp_path)
    for path in sorted(region.folder.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_every_row_has_status_and_source(made):
    for name in ("population", "vital_rates", "employed", "employed_age", "commuting", "unemployed", "vacancies"):
        frame = made[0][name]
        assert frame.select("status", "source").null_count().row(0) == (0, 0), name


def test_a_large_table_is_parquet_and_the_former_csv_goes(found, tmp_path, monkeypatch):
    assemble(found, territory=TERRITORY, ring=RING, today=TODAY, out=tmp_path)
    monkeypatch.setattr(official, "MOST_CSV", 5)
    assemble(found, territory=TERRITORY, ring=RING, today=TODAY, out=tmp_path)
    assert [path.name for path in tmp_path.glob("employed.*")] == ["employed.parquet"]


def test_a_name_may_be_given_and_is_written_safely(found, tmp_path):
    assemble(found, territory=TERRITORY, today=TODAY, out=tmp_path, name_sv='Bygden "väst"')
    assert read_region(tmp_path).name_sv == 'Bygden "väst"'
    assert read_region(tmp_path).name_en == "Olofström and Karlshamn"


# Jobs


def test_employees_keep_their_total_with_those_of_whom_something_is_unknown(made):
    jobs = made[0]["employed"]
    assert total_of(jobs, municipality=THERE) == pytest.approx(216)
    assert total_of(jobs, municipality=HERE) == pytest.approx(216 + 4 + 1.5)
    assert "unknown" not in set(jobs["industry"]) | set(jobs["occupation"])


def test_rest_codes_are_spread_by_hand(made):
    """60 + 100 + 40 known; 4 sellers and 10 in care go to their only cell; 2 of 214 go to all alike."""
    jobs = made[0]["employed"].filter(pl.col("municipality") == THERE)
    more = 216 / 214
    assert one(jobs, industry="G")["persons"] == pytest.approx(44 * more)
    assert one(jobs, industry="Q")["persons"] == pytest.approx(110 * more)
    assert one(jobs, industry="C")["persons"] == pytest.approx(60 * more)
    assert one(jobs, industry="C")["status"] == "modelled"
    assert one(jobs, industry="C")["source"] == "SCB TAB4436 (BAS); 60.0 told, the rest spread"


def test_rest_codes_that_fall_on_a_hidden_cell_are_added_to_what_it_counts_as(found):
    """All known of trade is hidden: its unknown industry goes over all industries, and so onto the hidden cell too."""
    trade = (pl.col("municipality") == THERE) & (pl.col("occupation") == SELLERS) & (pl.col("industry") == "G")
    more = pl.DataFrame({"municipality": [THERE], "occupation": [WELDERS], "industry": ["G"], "sex": ["men"]})
    rows = found["official_employed"].with_columns(
        persons=pl.when(trade).then(None).otherwise(pl.col("persons")),
        status=pl.when(trade).then(pl.lit("suppressed")).otherwise(pl.col("status")),
    )
    extra = rows.head(1).with_columns(*(pl.lit(more[c][0]).alias(c) for c in more.columns), persons=pl.lit(10.0))
    made, _, _ = build({**found, "official_employed": pl.concat([rows, extra])}, territory=TERRITORY, ring=RING)
    row = one(made["employed"], municipality=THERE, industry="G", occupation=SELLERS)
    assert row["status"] == "suppressed"
    assert row["persons"] > 3
    everybody = 216 - 40 + 10 + 2 * 1.5
    assert total_of(made["employed"], municipality=THERE) == pytest.approx(everybody)


COUNTS = st.floats(0, 1000)


@settings(max_examples=40)
@given(
    arrays(float, (2, 3, 4), elements=COUNTS),
    arrays(float, (2, 3), elements=COUNTS),
    arrays(float, (2, 4), elements=COUNTS),
    arrays(float, 2, elements=COUNTS),
)
def test_spreading_keeps_every_total_and_makes_nothing_smaller(told, by_occupation, by_industry, rest):
    told = told + np.array([[[1.0]], [[0.5]]])
    whole = spread(told, by_occupation, by_industry, rest)
    sums = told.sum((1, 2)) + by_occupation.sum(1) + by_industry.sum(1) + rest
    assert whole.sum((1, 2)) == pytest.approx(sums)
    assert (whole >= told - 1e-9).all()


CELLS = list(itertools.product((WELDERS, NURSES, "unknown"), ("B+C", "Q", "unknown"), SEXES))


@settings(max_examples=40)
@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=len(CELLS), max_size=len(CELLS)))
def test_employees_are_all_there_whatever_is_hidden_or_unknown(counts):
    """A cell without number stands for 1.5 persons a hidden count; with these the sum is that of what was published."""
    rows = [(HERE, *cell, BASE, None if n is None else float(n)) for cell, n in zip(CELLS, counts, strict=True)]
    rows.append((HERE, SELLERS, "G", "men", BASE, 10.0))
    columns = ["municipality", "occupation", "industry", "sex", "year", "persons"]
    jobs, _ = employed({"official_employed": mini.table("official_employed", rows, columns, "SCB")}, (HERE,), BASE)
    assert jobs.select("industry", "occupation").is_unique().all()
    bare = jobs.filter(pl.col("persons").is_null())
    counted = bare["source"].str.extract(r"; (\d+) hidden").cast(pl.Int64).sum()
    published = 10 + sum(1.5 if n is None else n for n in counts)
    assert jobs["persons"].sum() + 1.5 * counted == pytest.approx(published)
    assert (jobs.drop_nulls("persons")["persons"] > 0).all()
    assert set(bare["status"]) <= {"suppressed"}


def test_see_gives_people_to_a_hidden_cell(region, found, tmp_path):
    """The nurses in construction stand for somebody: there are more posts than if they were counted as none."""
    none = found["official_employed"].with_columns(pl.col("persons").fill_null(0.0), status=pl.lit("observed"))
    assemble({**found, "official_employed": none}, territory=TERRITORY, ring=RING, today=TODAY, out=tmp_path)
    posts = [
        see(place, coded_needs=tables.empty("coded_needs"), to=BASE + 1, draws=2, seed=1)["gap_draws"]
        .filter(pl.col("municipality") == HERE, pl.col("occupation") == NURSES, pl.col("year") == BASE)["demand"]
        .mean()
        for place in (region, read_region(tmp_path))
    ]
    assert posts[0] > posts[1] + 0.5


def test_a_hidden_cell_of_jobs_stays_hidden_and_is_no_zero(made):
    row = one(made[0]["employed"], municipality=HERE, industry="F", occupation=WELDERS)
    assert row["status"] == "suppressed"
    assert row["persons"] == pytest.approx(5.5 * (221.5 / 219.5))
    assert "1 hidden cell(s) of 1 or 2 persons" in row["source"]
    bare = one(made[0]["employed"], municipality=HERE, industry="F", occupation=NURSES)
    assert (bare["persons"], bare["status"]) == (None, "suppressed")
    assert any(
        note.startswith("2 counts of employees are hidden: 1 cells of which nothing is told") for note in made[1]
    )


def test_without_rest_codes_and_hidden_cells_everything_is_observed(found):
    whole = found["official_employed"].filter(
        pl.col("occupation") != "unknown", pl.col("industry") != "unknown", pl.col("industry") != "F"
    )
    made, _, _ = build({**found, "official_employed": whole}, territory=TERRITORY, ring=RING)
    assert set(made["employed"]["status"]) == {"observed"}


def test_ages_are_those_of_the_county_or_of_the_nation_where_hidden(made):
    ages = made[0]["employed_age"]
    by_age = {o: ages.filter(pl.col("occupation") == o).sort("age_group") for o in (WELDERS, SELLERS)}
    assert by_age[WELDERS]["share"].to_list() == pytest.approx([n / 55 for n in range(1, 11)])
    assert by_age[SELLERS]["share"].to_list() == pytest.approx([n / 55 for n in range(10, 0, -1)])
    assert set(by_age[SELLERS]["status"]) == {"modelled"}
    assert by_age[WELDERS]["age_group"].to_list() == list(GROUPS)


def test_a_history_that_is_not_there_any_more_goes(found, tmp_path):
    assemble(found, territory=TERRITORY, ring=RING, today=TODAY, out=tmp_path)
    less = {name: frame for name, frame in found.items() if name != "official_jobs"}
    assemble(less, territory=TERRITORY, ring=RING, today=TODAY, out=tmp_path)
    assert tables.read(tmp_path / "jobs_history.csv", "jobs_history").is_empty()


def test_history_keeps_its_totals_and_its_register(found, made):
    history = made[0]["jobs_history"]
    assert total_of(history.filter(pl.col("year") == BASE), municipality=HERE) == pytest.approx(234)
    old = found["official_jobs"].filter(pl.col("year") == BASE - 4)
    newer = found["official_jobs"].filter(pl.col("year") > BASE - 4)
    mixed = pl.concat([old.with_columns(source=pl.lit("SCB DagSni07KonK (RAMS)")), newer])
    tables_of, notes, _ = build({**found, "official_jobs": mixed}, territory=TERRITORY, ring=RING)
    assert tables_of["jobs_history"]["year"].min() == BASE - 3
    assert "jobs_history leaves out 2020: another register with another definition" in notes


# Commuting


def test_commuters_keep_their_total_and_hidden_flows_are_no_zeros(made):
    flows = made[0]["commuting"]
    out = one(flows, home=HERE, work="outside")
    assert (out["persons"], out["status"]) == (2 * 1.5 + 2 * 3.0, "suppressed")
    assert "2 hidden cell(s)" in out["source"]
    assert total_of(flows, home=THERE) == pytest.approx(2 * (80 + 10 + 9))
    assert {"unknown", FAR} & ({*flows["home"]} | {*flows["work"]}) == set()


def test_commuters_of_unknown_workplace_go_where_their_neighbours_go(made):
    flows = made[0]["commuting"]
    stay = one(flows, home=THERE, work=THERE)
    assert stay["persons"] == pytest.approx(160 + 18 * 160 / 180)
    assert stay["status"] == "modelled"
    assert any(note.startswith("18 commuters of unknown home or workplace are spread") for note in made[1])


def test_a_ring_without_commuters_is_left_out_and_a_near_one_that_lacks_is_told(found, tmp_path):
    flows = found["official_commuting"].filter((pl.col("home") != BESIDE) | (pl.col("work") == BESIDE))
    notes = assemble({**found, "official_commuting": flows}, territory=TERRITORY, ring=RING, today=TODAY, out=tmp_path)
    assert read_region(tmp_path).ring == ()
    assert notes[0].startswith("The ring has 0% of the commuters")
    assert notes[1].startswith("Not in the ring though they exchange many commuters: 0180 (65%), 0184 (35%)")


def test_a_territory_that_nobody_leaves_has_no_ring(found, tmp_path):
    flows = found["official_commuting"].filter(pl.col("home").is_in(TERRITORY), pl.col("work").is_in(TERRITORY))
    notes = assemble({**found, "official_commuting": flows}, territory=TERRITORY, ring=RING, today=TODAY, out=tmp_path)
    assert notes[0] == "Nobody commutes over the territory's border"
    assert read_region(tmp_path).ring == ()


def test_the_ring_are_those_who_exchange_commuters(found):
    assert ring_of(found["official_commuting"], TERRITORY, least=0.25) == (BESIDE,)
    assert ring_of(found["official_commuting"], TERRITORY) == (FAR, "0184", BESIDE)


# People


def test_population_and_its_history_are_as_counted(made):
    assert total_of(made[0]["population"], municipality=HERE) == 202 * 10
    assert set(made[0]["population"]["status"]) == {"observed"}
    assert made[0]["population_total"].height == len(AREAS) * 4


def test_few_events_stay_near_the_nation_and_many_decide(found):
    def level(each: float, column: str, name: str, make) -> float:
        rates, _ = vital_rates({**found, name: make(each)}, AREAS, BASE)
        return float(rates[column].sum())

    none, some, many = (level(each, "death_rate", "official_deaths", mini.deaths) for each in (0.0, 5.0, 50.0))
    assert none < some < many
    assert level(0.0, "birth_rate", "official_births", mini.births) > 0
    share = vital_rates(found, AREAS, BASE)[0]["migration_share"]
    assert share.sum() == pytest.approx(1)
    assert share.min() >= 0


def test_without_moves_the_nation_s_profile_stands_in(found):
    made, notes, _ = build({k: v for k, v in found.items() if k != "official_moves"}, territory=TERRITORY, ring=RING)
    assert made["vital_rates"]["migration_share"].sum() == pytest.approx(1)
    assert "official_moves was not fetched: the national age profile of those who move" in notes


def test_participation_is_counted_and_exits_follow_its_fall(made):
    life = made[0]["working_life"]
    assert life["participation"].to_list() == pytest.approx([0.85] * 9 + [0.35])
    exits = dict(life.select("age_group", "exit_rate").iter_rows())
    fall = 1 - (0.35 / 0.85) ** 0.2
    assert exits["60-64"] > fall / 2 > exits["55-59"] > 0
    assert exits["65-69"] > fall / 2


def test_a_wider_group_gives_its_participation_to_the_profile_that_is_stated(found):
    """One group 25-64 with 0.8 of the people: the stated profile is scaled until they are as many."""
    people = build(found, territory=TERRITORY, ring=RING)[0]["population"]
    status = found["official_labour_status"].filter(pl.col("labour_status") != "totalt")
    young = status.filter(pl.col("age_group").is_in(["16-19", "20-24"]))
    whole = young.with_columns(age_group=pl.lit("25-64"), persons=pl.col("persons") * 2).filter(
        young["age_group"] == "16-19"
    )
    shares, spread, lacking = participation(pl.concat([young, whole]), people)
    assert spread == ["25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64"]
    assert lacking == ["65-69"]
    held = whole["persons"].sum()
    lived = sum(shares[group] * 5 * 2 * sum(mini.SIZE.values()) for group in spread)
    assert lived == pytest.approx(held)
    assert shares["40-44"] > shares["60-64"]


def test_final_exits_without_a_group_after_the_last_repeat_the_last_fall():
    assert final_exits(np.array([0.9, 0.9, 0.45]), None).round(4).tolist() == [0.0, 0.0647, 0.1294]


def test_groups_tile_ages_or_are_not_used():
    groups = ["16-19", "20-24", "25-29", "16-64", "20-64"]
    assert tiles(groups, 16, 64) == ["16-64"]
    assert tiles(groups, 16, 29) == ["16-19", "20-24", "25-29"]
    assert tiles(groups, 18, 29) == []


def test_education_levels_become_ours(made):
    stock = made[0]["education_stock"].filter(pl.col("municipality") == HERE)
    assert stock.select("education_level", "persons").rows() == [("1", 100.0), ("3", 200.0), ("5", 100.0)]
    assert "Education is not known of 300 persons, who are in no level of education_stock" in made[1]


def test_hidden_births_deaths_and_educations_are_no_zeros(found):
    def rates(name: str, each: float | None) -> pl.DataFrame:
        table = found[name].with_columns(persons=pl.lit(each, pl.Float64), status=pl.lit("suppressed"))
        return vital_rates({**found, name: table}, AREAS, BASE)[0]

    for name, column in (("official_births", "birth_rate"), ("official_deaths", "death_rate")):
        assert rates(name, None)[column].sum() == pytest.approx(rates(name, 1.5)[column].sum())
        assert rates(name, None)[column].sum() > rates(name, 0.0)[column].sum()
    one_hidden = found["official_education"].with_columns(
        persons=pl.when(pl.col("education_level") == "4").then(None).otherwise(pl.col("persons")),
        status=pl.when(pl.col("education_level") == "4").then(pl.lit("suppressed")).otherwise(pl.col("status")),
    )
    stock, notes = education_stock({**found, "official_education": one_hidden}, AREAS, BASE)
    row = one(stock, municipality=HERE, education_level="3")
    assert (row["persons"], row["status"]) == (101.5, "suppressed")
    assert "3 cells of education are hidden: each counts as 1.5 persons, none as zero" in notes


def test_levels_that_are_not_those_known_leave_education_out(found):
    other = found["official_education"].with_columns(education_level=pl.lit("3A"))
    made, _, _ = build({**found, "official_education": other.unique(["municipality"])}, territory=TERRITORY, ring=RING)
    assert made["education_stock"].is_empty()


# Slack and money


def test_unemployed_keep_the_municipality_s_total_once(made):
    """Ages 16-74 are 59 single years x 2 sexes x 5 %; the wider groups 16-64 and 20-64 are not added."""
    for code, size in mini.SIZE.items():
        assert total_of(made[0]["unemployed"], municipality=code) == pytest.approx(59 * 2 * size * 0.05, abs=1e-4)
    assert set(made[0]["unemployed"]["status"]) == {"modelled"}


def test_young_unemployed_say_which_ages_they_are(made):
    row = one(made[0]["unemployed_youth"], municipality=HERE)
    assert row["persons"] == pytest.approx(9 * 2 * 10 * 0.05)
    assert row["source"].endswith("ages 16-19, 20-24 taken for 18-24")


def test_vacancies_are_the_county_s_rate_times_the_employees(made, found):
    jobs = total_of(made[0]["employed"], municipality=THERE)
    assert total_of(made[0]["vacancies"], municipality=THERE) == pytest.approx(jobs * 2.25 / 100, abs=1e-4)
    without = {name: frame for name, frame in found.items() if name != "official_vacancies"}
    stated, notes, _ = build(without, territory=TERRITORY, ring=RING)
    assert total_of(stated["vacancies"], municipality=THERE) == pytest.approx(jobs * 1.2 / 100, abs=1e-4)
    assert "The rate of vacancies is stated for 3 municipalities: no survey was there" in notes


def test_a_tax_rate_that_is_not_known_is_no_zero(made):
    tax = made[0]["tax"]
    assert one(tax, municipality=HERE)["municipal_rate"] == 0.2226
    ring = one(tax, municipality=BESIDE)
    assert (ring["municipal_rate"], ring["status"]) == (None, "not_available")


# Faults


@pytest.mark.parametrize("name", ["official_population", "official_commuting", "official_labour_status"])
def test_a_missing_table_is_an_error_with_a_way_out(found, name):
    with pytest.raises(TableError, match=f"{name} is missing or empty.*fetch it with `brygga data update"):
        build({key: frame for key, frame in found.items() if key != name}, territory=TERRITORY)


def test_every_fault_comes_at_once(found):
    with pytest.raises(FaultsError) as error:
        build({}, territory=("1060", "1099"), ring=("1060",))
    assert len(error.value.faults) == 2 + 7


def test_a_year_in_two_registers_is_an_error(found):
    twice = found["official_employed"].with_columns(
        source=pl.when(pl.col("sex") == "men").then(pl.lit("SCB YREG56N (RAMS)")).otherwise(pl.col("source"))
    )
    words = r"2024 stands in two registers \(SCB TAB4436 \(BAS\), SCB YREG56N \(RAMS\)\).*keep the rows of one register"
    with pytest.raises(TableError, match=words):
        build({**found, "official_employed": twice}, territory=TERRITORY)


def test_a_row_that_stands_twice_is_an_error(found):
    jobs = found["official_employed"]
    with pytest.raises(TableError, match="official_employed: 2 rows stand twice, first 1060, 721, B\\+C, men, 2024"):
        build({**found, "official_employed": pl.concat([jobs, jobs.head(1)])}, territory=TERRITORY)


def test_a_municipality_that_was_merged_is_an_error(found):
    ended = found["official_population"].filter((pl.col("municipality") != THERE) | (pl.col("year") < BASE))
    with pytest.raises(
        TableError, match=r"1082 \(last 2023\) has no row in 2024.*merged into another or has a new code"
    ):
        build({**found, "official_population": ended}, territory=TERRITORY)


def test_a_municipality_that_a_table_does_not_have_is_an_error(found):
    for name in ("official_employed", "official_births", "official_labour_status"):
        less = found[name].filter(pl.col("municipality") != THERE)
        with pytest.raises(TableError, match=rf"{name}: no row for 1082 in \d+.*no row is not zero"):
            build({**found, name: less}, territory=TERRITORY)


def test_a_code_that_is_no_municipality_is_an_error(found):
    with pytest.raises(UnknownCodeError, match=r"territory: 1 code\(s\) not in the municipalities of Sweden: 1099"):
        build(found, territory=("1060", "1099"))


def test_tables_without_a_common_year_are_an_error(found):
    later = found["official_commuting"].with_columns(pl.lit(2025, pl.Int64).alias("year"))
    words = "no year is in all of official_population, .*official_commuting 2025-2025"
    with pytest.raises(TableError, match=words):
        build({**found, "official_commuting": later}, territory=TERRITORY)


def test_a_year_that_only_some_tables_have_is_not_the_base(found):
    later = found["official_population"].filter(pl.col("year") == BASE).with_columns(year=pl.lit(2025, pl.Int64))
    more = pl.concat([found["official_population"], later])
    assert build({**found, "official_population": more}, territory=TERRITORY)[2] == BASE


def test_a_hidden_age_of_the_population_is_an_error(found):
    hidden = found["official_population"].with_columns(
        persons=pl.when((pl.col("age") == 7) & (pl.col("year") == BASE)).then(None).otherwise(pl.col("persons"))
    )
    with pytest.raises(TableError, match=re.escape("official_population of 2024: 6 cell(s) without a number")):
        build({**found, "official_population": hidden}, territory=TERRITORY, ring=RING)


def test_an_industry_or_status_with_a_new_name_is_an_error(found):
    new = found["official_employed"].with_columns(pl.col("industry").replace("B+C", "BC"))
    with pytest.raises(UnknownCodeError, match="industry BC is neither SNI 2007 nor one of"):
        build({**found, "official_employed": new}, territory=TERRITORY)
    renamed = found["official_labour_status"].with_columns(pl.col("labour_status").replace("arbetslösa", "lediga"))
    with pytest.raises(UnknownCodeError, match="0 statuses begin with arbetslös; it has lediga, sysselsatta, totalt"):
        build({**found, "official_labour_status": renamed}, territory=TERRITORY)


def test_statuses_may_be_called_a_little_otherwise(found, made):
    renamed = found["official_labour_status"].with_columns(
        pl.col("labour_status").replace({"arbetslösa": "därav arbetslösa", "sysselsatta": "Antal sysselsatta"})
    )
    again, _, _ = build({**found, "official_labour_status": renamed}, territory=TERRITORY, ring=RING)
    assert again["unemployed"].equals(made[0]["unemployed"])


def test_the_young_may_begin_at_fifteen(found, made):
    younger = found["official_labour_status"].with_columns(
        pl.col("persons") * pl.col("age_group").replace_strict({"16-19": 5 / 4, "16-64": 50 / 49}, default=1.0),
        age_group=pl.col("age_group").replace({"16-19": "15-19", "16-64": "15-64"}),
    )
    again, _, _ = build({**found, "official_labour_status": younger}, territory=TERRITORY, ring=RING)
    assert again["working_life"]["participation"].to_list() == pytest.approx([0.85] * 9 + [0.35])
    assert total_of(again["unemployed"], municipality=HERE) == pytest.approx(60 * 2 * 10 * 0.05, abs=1e-4)


def test_absurd_numbers_are_named(found):
    thousand = found["official_employed"].with_columns(pl.col("persons") * 1_000)
    with pytest.raises(TableError, match=r"do not go together in 1060 \(220,003 and 2,020\), 1082"):
        build({**found, "official_employed": thousand}, territory=TERRITORY)
    twice = found["official_labour_status"].with_columns(pl.col("persons") * 2)
    with pytest.raises(TableError, match=r"in the labour force aged 16-19, 20-24, where .* somebody is counted twice"):
        build({**found, "official_labour_status": twice}, territory=TERRITORY)


def test_only_rest_codes_are_an_error(found):
    rest = (
        found["official_employed"]
        .with_columns(occupation=pl.lit("unknown"))
        .unique(["municipality", "occupation", "industry", "sex", "year"])
    )
    with pytest.raises(TableError, match="1060, 1082 has only rest codes and hidden cells"):
        build({**found, "official_employed": rest}, territory=TERRITORY)


def test_noise_is_counted_in_the_notes(found):
    noisy = {
        name: frame.with_columns(disturbed=pl.lit(True)) if "disturbed" in frame.columns else frame
        for name, frame in found.items()
    }
    _, notes, _ = build(noisy, territory=TERRITORY, ring=RING)
    cells = len(AREAS) * len(SEXES) * 6 + 4
    assert f"{cells} of {cells} cells of official_employed carry the publisher's random noise" in notes
    assert "60 of 60 cells of official_employed_age carry the publisher's random noise" in notes
    assert any("flows of commuters carry the publisher's random noise" in note for note in notes)
