"""The example region: facts kept exactly, margins met, and every completed cell says so."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.codes import check_partition
from brygga.core.errors import TableError
from brygga.core.places import REGIONS
from brygga.core.region import MAY_BE_ABSENT, TABLES, read_region
from brygga.regions.sydost import given, jobs
from brygga.regions.sydost.recipe import build, build_sydost


@pytest.fixture(scope="module")
def made() -> dict[str, pl.DataFrame]:
    return build()


def total(frame: pl.DataFrame, **where: str) -> float:
    return float(frame.filter(**where)["persons"].sum())


def test_every_table_passes_its_dictionary(made: dict[str, pl.DataFrame]) -> None:
    assert set(TABLES) - set(made) <= set(MAY_BE_ABSENT)
    assert list(made) == [name for name in TABLES if name in made]
    for name, frame in made.items():
        tables.check(frame, name)


def test_the_folder_reads_back_as_a_region(tmp_path: Path) -> None:
    build_sydost(tmp_path)
    region = read_region(tmp_path)
    assert (region.name_sv, region.kind, len(region.municipalities)) == ("Exempelregion Sydost", "example", 12)
    assert region.needs is not None
    assert region.ads is not None
    assert region.needs.exists()
    assert region.ads.exists()


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        given.read.cache_clear()
        (tmp_path / name).mkdir()
        build_sydost(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(files) == len(build()) + 3
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_exits_from_55_are_those_that_head_counts_show(made: dict[str, pl.DataFrame]) -> None:
    exits = dict(made["working_life"].select("age_group", "exit_rate").iter_rows())
    assert (exits["55-59"], exits["60-64"], exits["65-69"]) == (0.012, 0.074, 0.081)
    assert exits["50-54"] == 0.009, "stated below 55"


def test_every_occupation_has_its_educations(made: dict[str, pl.DataFrame]) -> None:
    """Engineers by level as SCB counted them in 2018, the rest stated; shares of an occupation sum to 1."""
    key = made["occupation_education"]
    assert set(key["occupation"]) == set(made["employed_age"]["occupation"])
    sums = key.group_by("occupation").agg(pl.col("share").sum())
    assert sums["share"].to_list() == pytest.approx([1.0] * sums.height)
    engineers = dict(key.filter(occupation="2144").select("education_level", "share").iter_rows())
    assert engineers == pytest.approx({"2": 0.012, "3": 0.136, "4": 0.221, "5": 0.574, "6": 0.057})
    assert key["status"].unique().to_list() == ["modelled"]


@pytest.mark.parametrize(
    ("municipality", "year", "persons"), [("1293", 2020, 52010), ("0765", 2017, 17148), ("1082", 2019, 32473)]
)
def test_published_totals_are_kept(made: dict[str, pl.DataFrame], municipality: str, year: int, persons: int) -> None:
    cell = made["population_total"].filter(municipality=municipality, year=year)
    assert cell["persons"].item() == persons
    assert cell["status"].item() == "observed"
    assert cell["source"].item().startswith("fact F")


def test_ages_add_up_to_the_published_total(made: dict[str, pl.DataFrame]) -> None:
    sums = made["population"].group_by("municipality").agg(pl.col("persons").sum())
    known = made["population_total"].filter(year=2024).select("municipality", published="persons")
    joined = sums.join(known, on="municipality")
    assert joined.height == 12
    assert (joined["persons"] - joined["published"]).abs().max() < 0.02


def test_vehicles_are_the_published_share_of_olofstroms_business_sector(made: dict[str, pl.DataFrame]) -> None:
    vehicles = total(made["employed"], municipality="1060", industry="29")
    private = total(made["employed"], municipality="1060") - given.number("F1989")
    assert vehicles / private == pytest.approx(0.544, abs=1e-6)


def test_blekinges_occupations_are_those_of_the_county(made: dict[str, pl.DataFrame]) -> None:
    inside = made["employed"].filter(pl.col("municipality").str.starts_with("10"))
    sums = dict(inside.group_by(pl.col("occupation").str.slice(0, 3)).agg(pl.col("persons").sum()).iter_rows())
    for group, persons in jobs.county_margin().items():
        assert sums[group] == pytest.approx(persons, rel=1e-4), group


def test_just_over_a_sixth_of_blekinges_jobs_are_in_manufacturing(made: dict[str, pl.DataFrame]) -> None:
    inside = made["employed"].filter(pl.col("municipality").str.starts_with("10"))
    factory = inside.filter(pl.col("industry").is_in(list(given.MANUFACTURING)))
    assert 0.16 < factory["persons"].sum() / inside["persons"].sum() < 0.175


@pytest.mark.parametrize(
    ("municipality", "registered"), [("1082", 1256), ("1060", 535), ("1083", 591), ("1293", 2372), ("1273", 468)]
)
def test_registered_unemployed_are_kept(made: dict[str, pl.DataFrame], municipality: str, registered: int) -> None:
    rows = made["unemployed"].filter(municipality=municipality)
    assert rows["persons"].sum() == pytest.approx(registered, abs=1e-3)
    assert rows["source"].unique().item().startswith("total F")


def test_the_national_age_profile_is_the_published_one(made: dict[str, pl.DataFrame]) -> None:
    """25.4 per cent of Sweden's welders were 55-69 in 2024."""
    old = made["employed_age"].filter(
        (pl.col("occupation") == "7212") & pl.col("age_group").is_in(["55-59", "60-64", "65-69"])
    )
    assert old["share"].sum() == pytest.approx(0.254, abs=5e-4)


def test_codes_form_partitions(made: dict[str, pl.DataFrame]) -> None:
    check_partition(made["employed"]["occupation"].unique().to_list(), where="employed.occupation")
    industries = made["employed"]["industry"].unique().to_list()
    assert not {"B", "C"} & set(industries)
    assert set(industries) == set(made["industry_outlook"]["industry"])


@pytest.mark.parametrize(
    ("table", "over"),
    [("employed_age", "occupation"), ("programme_leads", "programme"), ("programme_funding", "programme")],
)
def test_shares_sum_to_one(made: dict[str, pl.DataFrame], table: str, over: str) -> None:
    sums = made[table].group_by(over).agg(pl.col("share").sum())
    assert (sums["share"] - 1).abs().max() < 1e-9


def test_migration_shares_sum_to_one(made: dict[str, pl.DataFrame]) -> None:
    assert made["vital_rates"]["migration_share"].sum() == pytest.approx(1)


def test_what_is_completed_says_so(made: dict[str, pl.DataFrame]) -> None:
    for name, frame in made.items():
        if "status" in frame.columns:
            assert set(frame["status"].unique()) <= {"observed", "modelled", "provisional"}, name
            assert frame["source"].null_count() == 0, name
            assert (frame["source"].str.len_chars() > 0).all(), name
    completed = ("population", "employed", "commuting", "unemployed", "vacancies", "budgets", "outcomes", "intake")
    assert all(set(made[name]["status"]) == {"modelled"} for name in completed)


def test_commuting_meets_jobs_and_stays_below_the_counties_flows(made: dict[str, pl.DataFrame]) -> None:
    flows = made["commuting"]
    at_work = flows.filter(pl.col("work") != "outside").group_by("work").agg(pl.col("persons").sum())
    posts = dict(made["employed"].group_by("municipality").agg(pl.col("persons").sum()).iter_rows())
    for work, persons in at_work.iter_rows():
        assert persons == pytest.approx(posts[work], rel=1e-6)
    between = {}
    for county, fact in (("10", "F2054"), ("07", "F2051")):
        crossing = pl.col("home").str.starts_with("12") & pl.col("work").str.starts_with(county)
        between[county] = (flows.filter(crossing)["persons"].sum(), given.number(fact))
    assert all(0 < ours < published for ours, published in between.values())


def test_most_people_work_where_they_live(made: dict[str, pl.DataFrame]) -> None:
    homes = made["commuting"].filter(pl.col("home") != "outside")
    stay = homes.group_by("home").agg(
        share=pl.col("persons").filter(pl.col("home") == pl.col("work")).sum() / pl.col("persons").sum()
    )
    assert stay["share"].min() > 0.5
    assert stay["share"].max() < 0.9


def test_employment_is_a_plausible_share_of_the_population(made: dict[str, pl.DataFrame]) -> None:
    people = made["population_total"].filter(year=2024)["persons"].sum()
    assert 0.42 < made["employed"]["persons"].sum() / people < 0.50


def charged(made: dict[str, pl.DataFrame], cost: pl.DataFrame) -> pl.DataFrame:
    """What each funder pays a year when the same classes start every plan year: funder, year, cost."""
    once = cost.join(made["payments"].select("programme"), on="programme", how="anti")
    at_once = once.select("programme", offset=pl.lit(0, pl.Int64), part=pl.lit(1.0))
    profile = pl.concat([made["payments"].select("programme", "offset", part="share"), at_once])
    starts = cost.join(pl.DataFrame({"start": list(range(2027, 2032))}), how="cross").join(profile, on="programme")
    paid = starts.join(made["programme_funding"], on="programme")
    year, part = pl.col("start") + pl.col("offset"), pl.col("cost") * pl.col("part") * pl.col("share")
    return paid.select("funder", year=year, cost=part).group_by("funder", "year").agg(pl.col("cost").sum())


def test_last_years_classes_fit_rooms_applicants_and_budgets(made: dict[str, pl.DataFrame]) -> None:
    last = made["programmes"].join(made["intake"].filter(year=2026), on="programme")
    assert (last["seats"] <= last["applicants"]).all()
    assert (last["classes"] <= last["classes_max"]).all()
    assert (last["seats"] <= last["class_max"] * last["classes"]).all()
    assert (last["seats"] >= last["class_min"] * last["classes"]).all()
    used = last.group_by("site").agg(pl.col("classes").sum()).join(made["sites"], on="site")
    assert (used["classes"] <= used["rooms"]).all()
    cost = last.with_columns(
        cost=pl.col("cost_class_sek") * pl.col("classes") + pl.col("cost_seat_sek") * pl.col("seats")
    )
    spent = charged(made, cost).join(made["budgets"], on=["funder", "year"])
    room = spent.with_columns(times=pl.col("amount_sek") / pl.col("cost"))
    steady = room.filter(year=2029)
    assert steady.height == 18
    assert steady["times"].is_between(1.05, 1.3).all()
    assert room["times"].min() > 1
    assert room.filter(pl.col("year") > 2031)["funder"].n_unique() >= 13


def test_the_states_money_binds_if_more_is_granted_than_expected(made: dict[str, pl.DataFrame]) -> None:
    """Cost counts with the chance of a grant: all that can start takes nine tenths, far too much if all is granted."""
    full = made["programmes"].with_columns(
        cost=pl.col("cost_class_sek") * pl.col("classes_max")
        + pl.col("cost_seat_sek") * pl.min_horizontal(pl.col("class_max") * pl.col("classes_max"), "applicants")
    )
    has = made["budgets"].filter(funder="state", year=2029)["amount_sek"].item()
    expected = full.with_columns(pl.col("cost") * pl.col("grant_probability"))
    assert charged(made, expected).filter(funder="state", year=2029)["cost"].item() > 0.9 * has
    assert charged(made, full).filter(funder="state", year=2029)["cost"].item() > 1.5 * has


def test_some_budget_binds(made: dict[str, pl.DataFrame]) -> None:
    full = made["programmes"].with_columns(
        cost=(pl.col("cost_class_sek") + pl.col("cost_seat_sek") * pl.col("class_max")) * pl.col("classes_max")
    )
    wanted = full.join(made["programme_funding"], on="programme").group_by("funder")
    asked = wanted.agg((pl.col("cost") * pl.col("share")).sum()).join(made["budgets"].filter(year=2027), on="funder")
    assert (asked["cost"] > asked["amount_sek"]).sum() >= 5


def test_outcomes_fall_from_step_to_step(made: dict[str, pl.DataFrame]) -> None:
    rows = made["outcomes"]
    assert (rows["completed"] <= rows["started"]).all()
    assert (rows["placed"] <= rows["completed"]).all()
    assert (rows["matched"] <= rows["placed"]).all()


def test_the_chance_of_a_grant_is_that_of_the_area_and_year(made: dict[str, pl.DataFrame]) -> None:
    """Technology and manufacturing: 125 of 194, 124 of 207, 75 of 204; a round says much of the next, not all."""
    chance = made["programmes"].filter(pl.col("delivery") == "yh")["grant_probability"].unique().item()
    assert 75 / 204 < chance < 324 / 605
    assert made["programme_areas"].height == made["programmes"].filter(delivery="yh").height
    assert made["programme_areas"]["area"].unique().to_list() == ["Teknik och tillverkning"]


def test_guidance_falls_by_step_and_is_paid_by_who_pays_the_school(made: dict[str, pl.DataFrame]) -> None:
    steps = made["guidance"].sort("guidance", "programme", "step")
    fallen = steps.with_columns(before=pl.col("applicants").shift(1).over("guidance", "programme")).drop_nulls("before")
    assert (fallen["applicants"] < fallen["before"]).all()
    payers = steps.join(made["programme_funding"], on="programme")["funder"].unique()
    assert payers.str.contains(r"^\d{4}$").all()


def test_workplaces_take_those_who_started_last(made: dict[str, pl.DataFrame]) -> None:
    last = made["intake"].filter(year=2026).join(made["placements"].filter(year=2027), on="programme")
    assert (last["seats"] <= last["places"]).all()
    assert made["placements"]["weeks"].min() >= 10


def test_a_programme_of_three_years_is_paid_over_three(made: dict[str, pl.DataFrame]) -> None:
    profile = made["payments"].filter(programme="in_osterang")
    assert profile["offset"].to_list() == [0, 1, 2]
    assert profile["share"].sum() == pytest.approx(1)
    years = made["budgets"].group_by("funder").agg(pl.col("year").min().alias("a"), pl.col("year").max().alias("b"))
    assert set(years.select("a", "b").rows()) == {(2027, 2033)}


def test_only_granted_starts_are_certain(made: dict[str, pl.DataFrame]) -> None:
    starts = made["programme_grants"].select("programme", "year").rows()
    assert sorted(starts) == [
        ("yh_beredare", 2027), ("yh_elinstallator", 2027), ("yh_elinstallator", 2028), ("yh_flygtekniker", 2027),
    ]  # fmt: skip
    assert made["programme_grants"]["source"].str.contains(r"F24(18|22|24)").all()


def test_a_yh_class_has_the_seats_that_were_granted_a_start(made: dict[str, pl.DataFrame]) -> None:
    running = made["intake"].filter(pl.col("seats") > 0).join(made["programmes"], on="programme")
    assert (running.filter(delivery="yh")["seats"] == running.filter(delivery="yh")["class_max"]).all()


def test_counts_are_by_status(made: dict[str, pl.DataFrame]) -> None:
    counts = [tables.observed_and_modelled(frame, name) for name, frame in made.items() if name in tables.names()]
    observed, modelled = (sum(kind) for kind in zip(*counts, strict=True))
    assert observed > 1000
    assert modelled > 10 * observed


def test_every_fact_that_is_cited_stands_in_the_extract() -> None:
    cited: set[str] = set()
    for path in [*(REGIONS / "sydost" / "structure").iterdir(), *(REGIONS / "sydost").glob("*.py")]:
        cited |= set(re.findall(r"\bF\d{4}\b", path.read_text("utf-8")))
    assert len(cited) > 40
    assert cited <= set(given.facts())


def test_no_fact_tells_of_a_machine(made: dict[str, pl.DataFrame]) -> None:
    for column in ("source_reference", "note"):
        assert not made["facts"][column].fill_null("").str.contains(r"(^|[\s;])/(home|work|tmp|Users)/|[A-Z]:\\").any()


@pytest.mark.shared_data
def test_the_extract_is_what_its_recipe_makes(tmp_path: Path) -> None:
    path = Path(__file__).parents[2] / "recipes" / "sydost_facts.py"
    spec = importlib.util.spec_from_file_location("sydost_facts", path)
    assert spec is not None
    assert spec.loader is not None
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    recipe.OUT = tmp_path
    recipe.main()
    made = sorted(tmp_path.iterdir())
    assert len(made) == 8
    for file in made:
        assert file.read_bytes() == (REGIONS / "sydost" / file.name).read_bytes(), file.name


def test_an_unknown_fact_is_named() -> None:
    with pytest.raises(TableError, match="no number with id F9999"):
        given.number("F9999")


@pytest.mark.parametrize("node", ["212", "421", "835", "811", "812", "817", "831", "832"])
def test_pay_that_south_sweden_hides_is_not_observed(made: dict[str, pl.DataFrame], node: str) -> None:
    row = made["pay"].filter(occupation=node)
    assert row["status"].item() == "modelled"
    assert "what it hides is the mean of other regions" in row["source"].item()


def test_olofstroms_jobs_say_that_they_are_claimed(made: dict[str, pl.DataFrame]) -> None:
    sources = made["employed"].filter(municipality="1060")["source"].unique().item()
    assert "F1988" in sources
    assert "claimed" in sources


def test_unpublished_unemployment_follows_the_county(made: dict[str, pl.DataFrame]) -> None:
    """Kristianstad as Skåne, 9.2 per cent; the openly unemployed measure another thing and are not used."""
    sources = made["unemployed"].filter(pl.col("municipality").is_in(["1290", "0765"]))["source"].unique()
    assert sources.str.contains("as if the municipality were as its county").all()
    assert not made["unemployed"]["source"].str.contains("N03937").any()


def test_the_state_pays_its_published_grant_in_adult_education(made: dict[str, pl.DataFrame]) -> None:
    """A seat in a class of middle size costs twice the state's 75,000: the municipality pays half."""
    adult = made["programmes"].filter(delivery="adult").join(made["programme_funding"], on="programme")
    assert (adult["share"] == 0.5).all()
    row = made["programmes"].filter(programme="vux_cnc_hassleholm")
    typical = (row["class_min"] + row["class_max"]) / 2
    seat = (row["cost_class_sek"] / typical + row["cost_seat_sek"]).item()
    assert seat * 0.5 == pytest.approx(given.number("F2170"))


def test_short_courses_do_not_crowd_out_a_class(made: dict[str, pl.DataFrame]) -> None:
    starts = made["programmes"].group_by("site").agg(pl.col("classes_max").sum(), pl.col("delivery"))
    with_short = starts.filter(pl.col("delivery").list.contains("short")).join(made["sites"], on="site")
    assert with_short.height == 3
    assert (with_short["classes_max"] <= with_short["rooms"]).all()
    welders = made["sites"].filter(site="osby_larcenter")["rooms"].item()
    assert welders >= starts.filter(site="osby_larcenter")["classes_max"].item()


def test_applicants_stay_below_the_share_of_adults_without_post_secondary_education(
    made: dict[str, pl.DataFrame],
) -> None:
    adults = made["education_stock"].filter(pl.col("education_level").is_in(["1", "2", "3"]))
    most = adults.group_by("municipality").agg(most=pl.col("persons").sum() * given.parameter("applicant_ceiling"))
    offered = made["programmes"].filter(pl.col("delivery").is_in(["yh", "adult"])).join(made["sites"], on="site")
    sums = offered.group_by("municipality").agg(pl.col("applicants").sum()).join(most, on="municipality")
    assert (sums["applicants"] <= sums["most"]).all()
    assert made["programmes"].filter(programme="yh_automation_robot")["applicants"].item() == 24


def test_vacancies_are_between_the_two_published_measures(made: dict[str, pl.DataFrame]) -> None:
    """29,767 vakanser and 83,015 lediga jobb of 3.3 million: 0.9 and 2.5 per cent; skilled industry at most 4."""
    jobs_by = made["employed"].group_by("occupation").agg(jobs=pl.col("persons").sum())
    posts = made["vacancies"].group_by("occupation").agg(pl.col("persons").sum()).join(jobs_by, on="occupation")
    assert 0.009 < posts["persons"].sum() / posts["jobs"].sum() < 0.025
    assert (posts["persons"] / posts["jobs"]).max() < 0.04


def test_the_announced_posts_are_where_people_are(made: dict[str, pl.DataFrame]) -> None:
    """No occupation of Karlskrona grows by more than a third when the cable works come, and nobody says them twice."""
    posts = made["events"].filter(event="nkt_third_tower").group_by("occupation").agg(pl.col("posts").sum())
    assert posts["posts"].sum() == pytest.approx(500)
    there = made["employed"].filter(municipality="1080").group_by("occupation").agg(pl.col("persons").sum())
    grown = posts.join(there, on="occupation", how="left")
    assert (grown["posts"] / grown["persons"]).max() < 1 / 3
    needs = pl.read_csv(REGIONS / "sydost" / "needs.csv", infer_schema=False)
    assert set(needs.filter(company="Exempel Kabel AB")["growth"]) == {"0"}
