import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.projection.education import FLOWS, programme_completers, project_education

GROUPS = ("16-24", "25-34", "35-44", "45-54")
NOBODY_LEAVES = pl.DataFrame({"age_group": GROUPS, "rate": [0.0] * 4})


def people(*rows, municipality="1080"):
    whole = [(municipality, "all", e, a, 2024, float(n)) for e, a, n in rows]
    names = ["municipality", "sex", "education", "age_group", "year", "persons"]
    return pl.DataFrame(whole, schema=names, orient="row")


def flat(low=90.0, high=10.0, municipality="1080"):
    return people(*((e, a, n) for a in GROUPS for e, n in (("2", low), ("4", high))), municipality=municipality)


def size(stock, **where):
    return stock.filter(**where)["persons"].sum()


def by_education(frame, year):
    sums = frame.filter(year=year).group_by("education", maintain_order=True).agg(pl.col("persons").sum())
    return dict(sums.sort("education").iter_rows())


def trained(*rows):
    return pl.DataFrame(rows, schema=["municipality", "education", "year", "persons"], orient="row")


def test_growing_older_by_hand():
    """Of 100 aged 45-54 ten turn 55 and are gone; ten come from 35-44, with the educations they have."""
    start = people(("2", "35-44", 100), ("4", "35-44", 0), ("2", "45-54", 0), ("4", "45-54", 100))
    stock, flows = project_education(start, NOBODY_LEAVES.tail(2), to=2025)
    assert by_education(stock, 2025) == pytest.approx({"2": 100, "4": 90})
    older = stock.filter(year=2025, age_group="45-54")
    assert dict(older.select("education", "persons").iter_rows()) == pytest.approx({"2": 10, "4": 90})
    assert flows["aged_out"].to_list() == pytest.approx([0, -10])


def test_the_young_become_as_educated_as_those_before_them():
    """Of 90 aged 16-24, ten turn 25: today half of those aged 25-34 have a long education, so five get one."""
    start = people(("2", "16-24", 90), ("4", "16-24", 0), ("2", "25-34", 50), ("4", "25-34", 50))
    stock, flows = project_education(start, NOBODY_LEAVES.head(2), to=2025)
    grown = stock.filter(year=2025, age_group="25-34")
    assert dict(grown.select("education", "persons").iter_rows()) == pytest.approx({"2": 45 + 5, "4": 45 + 5})
    assert flows["further"].to_list() == pytest.approx([-5, 5])


def test_exits_and_arrivals_by_hand():
    leaving = pl.DataFrame({"age_group": GROUPS, "rate": [0.0, 0.0, 0.0, 0.5]})
    coming = pl.DataFrame({"municipality": ["1080"], "sex": ["all"], "year": [2025], "persons": [20.0]})
    _, flows = project_education(flat(), leaving, to=2025, arrivals=coming)
    assert flows["exits"].to_list() == pytest.approx([-45, -5])
    assert flows["aged_out"].to_list() == pytest.approx([-4.5, -0.5])
    assert flows["arrivals"].to_list() == pytest.approx([18, 2])


def test_an_education_may_leave_at_its_own_rate():
    leaving = pl.DataFrame(
        [(e, a, r) for e, r in (("2", 0.2), ("4", 0.0)) for a in GROUPS],
        schema=["education", "age_group", "rate"],
        orient="row",
    )
    _, flows = project_education(flat(), leaving, to=2025)
    assert flows["exits"].to_list() == pytest.approx([-72, 0])


def test_completers_come_from_where_they_were():
    stock, flows = project_education(
        flat(), NOBODY_LEAVES, to=2025, completers=trained(("1080", "4", 2025, 6.0)), sources={"4": ["2"]}, settled=35
    )
    plain, _ = project_education(flat(), NOBODY_LEAVES, to=2025)
    after, before = by_education(stock, 2025), by_education(plain, 2025)
    assert {e: after[e] - before[e] for e in after} == pytest.approx({"2": -6, "4": 6})
    assert flows["completers"].sum() == pytest.approx(0, abs=1e-9)
    assert size(stock, year=2025, age_group="45-54") == pytest.approx(size(plain, year=2025, age_group="45-54"))


def test_more_completers_than_people_are_not_made_up():
    stock, _ = project_education(
        flat(), NOBODY_LEAVES, to=2025, completers=trained(("1080", "4", 2025, 1e6)), sources={"4": ["2"]}
    )
    assert stock["persons"].min() >= 0
    assert size(stock, year=2025, education="2", age_group="25-34") == pytest.approx(0, abs=1e-9)


def test_further_education_moves_people_between_groups():
    rate = pl.DataFrame({"origin": ["2"], "education": ["4"], "age_group": ["45-54"], "rate": [0.1]})
    stock, flows = project_education(flat(), NOBODY_LEAVES, to=2025, further=rate, settled=0)
    assert flows["further"].to_list() == pytest.approx([-9, 9])
    assert size(stock, year=2025) == pytest.approx(400 - 10), "one in ten of those aged 45-54 grows out"


def test_totals_are_met_and_movers_are_what_is_missing():
    wanted = pl.DataFrame(
        [("1080", "all", a, 2025, 120.0) for a in GROUPS],
        schema=["municipality", "sex", "age_group", "year", "persons"],
        orient="row",
    )
    stock, flows = project_education(flat(), NOBODY_LEAVES, to=2025, totals=wanted)
    assert size(stock, year=2025) == pytest.approx(480)
    assert flows.select(pl.sum_horizontal(FLOWS)).to_series().sum() == pytest.approx(80)


def start_of(cells):
    rows = [(e, a, cells[4 * i + j]) for i, e in enumerate("23") for j, a in enumerate(GROUPS)]
    north = people(*rows)
    return pl.concat([north, people(*((e, a, n / 2) for e, a, n in rows), municipality="1081")])


@settings(max_examples=40)
@given(
    st.lists(st.floats(0, 500), min_size=8, max_size=8),
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
    st.floats(0, 20),
    st.floats(0, 0.5),
)
def test_nobody_appears_or_vanishes(cells, rates, completers, learning):
    leaving = pl.DataFrame({"age_group": GROUPS, "rate": rates})
    stock, flows = project_education(
        start_of(cells),
        leaving,
        to=2027,
        completers=trained(("1080", "3", 2026, completers)),
        sources={"3": ["2"]},
        further=pl.DataFrame({"origin": ["2"], "education": ["3"], "age_group": ["35-44"], "rate": [learning]}),
    )
    sums = stock.group_by("municipality", "education", "year", maintain_order=True).agg(pl.col("persons").sum())
    steps = sums.join(sums.with_columns(pl.col("year") + 1), on=["municipality", "education", "year"], suffix="_before")
    steps = steps.join(flows, on=["municipality", "education", "year"])
    off = steps.select(pl.col("persons") - pl.col("persons_before") - pl.sum_horizontal(FLOWS)).to_series()
    assert off.abs().max() < 1e-6
    zero = flows.group_by("municipality", "year").agg(pl.col("further").sum(), pl.col("completers").sum())
    assert zero["further"].abs().max() < 1e-6
    assert zero["completers"].abs().max() < 1e-6
    assert stock["persons"].min() >= -1e-9


@given(st.lists(st.floats(0, 500), min_size=8, max_size=8))
def test_without_entries_exits_and_moves_nothing_changes_but_age(cells):
    stock, flows = project_education(start_of(cells), NOBODY_LEAVES, to=2029, settled=0)
    base, end = by_education(stock, 2024), by_education(stock, 2029)
    others = [pl.col(flow).abs().sum() for flow in FLOWS if flow != "aged_out"]
    gone = flows.group_by("education", maintain_order=True).agg(pl.col("aged_out").sum(), *others)
    gone = {row["education"]: row for row in gone.iter_rows(named=True)}
    for education, persons in base.items():
        assert end[education] - gone[education]["aged_out"] == pytest.approx(persons, abs=1e-6)
        assert all(gone[education][flow] < 1e-9 for flow in FLOWS if flow != "aged_out")


@settings(max_examples=20)
@given(st.permutations(range(16)))
def test_the_order_of_rows_changes_no_byte(order):
    start = start_of([float(7 * i % 11) + 0.1 for i in range(8)])
    whole = [project_education(frame, NOBODY_LEAVES, to=2026)[0] for frame in (start, start[order])]
    assert whole[0].equals(whole[1])


PROGRAMMES = pl.DataFrame({"programme": ["cnc", "yh"], "site": ["s", "s"], "years": [3, 2], "completion": [0.8, 0.5]})
INTAKE = pl.DataFrame({"programme": ["cnc", "cnc", "yh"], "year": [2024, 2025, 2025], "seats": [10.0, 20.0, 30.0]})
GIVES = pl.DataFrame({"programme": ["cnc", "yh"], "education": ["3", "4"], "share": [1.0, 1.0]})
REACH = pl.DataFrame({"site": ["s", "s"], "municipality": ["1080", "1081"], "share": [0.75, 0.25]})


def completers(without=None, to=2032):
    return programme_completers(
        PROGRAMMES, INTAKE, GIVES, REACH, base_year=2024, to=to, stay=0.9, without_intake=without
    )


def test_completers_are_intake_times_completion_times_stay():
    """20 started in 2025: 16 complete in 2028, 14.4 stay, three quarters of them in 1080."""
    row = completers().filter(municipality="1080", education="3", year=2028)
    assert row["persons"].item() == pytest.approx(20 * 0.8 * 0.9 * 0.75)
    usual = completers().filter(municipality="1080", education="3", year=2031)
    assert usual["persons"].item() == pytest.approx(15 * 0.8 * 0.9 * 0.75), "a later year has the usual intake, 15"


def test_a_hidden_intake_is_not_zero():
    hidden = INTAKE.with_columns(seats=pl.Series([10.0, None, 30.0]))
    made = programme_completers(PROGRAMMES, hidden, GIVES, REACH, base_year=2024, to=2028, stay=1.0)
    row = made.filter(municipality="1080", education="3", year=2028)
    assert row["persons"].item() == pytest.approx(10 * 0.8 * 0.75), "the mean of the years that are known"


def test_classes_that_run_finish_and_count_and_later_ones_are_left_out():
    left = completers(without=(2027, 2031)).filter(municipality="1080", education="3").sort("year")
    assert [y for y, n in left.select("year", "persons").iter_rows() if n > 0] == [2025, 2026, 2027, 2028, 2029]


def test_classes_after_the_plan_are_nobodys_decision():
    late = completers(without=(2025, 2026)).filter(municipality="1080", education="3").sort("year")
    assert [y for y, n in late.select("year", "persons").iter_rows() if n == 0] == [2028, 2029]


@settings(max_examples=25)
@given(st.integers(2025, 2033), st.lists(st.floats(50, 500), min_size=8, max_size=8))
def test_leaving_the_plans_intake_out_and_putting_it_back_gives_the_same(first, cells):
    whole = completers()
    kept = completers(without=(first, first + 2))
    decided = whole.join(kept, on=["municipality", "education", "year"], suffix="_kept").select(
        "municipality", "education", "year", persons=pl.col("persons") - pl.col("persons_kept")
    )
    back = (
        pl.concat([kept, decided])
        .group_by("municipality", "education", "year", maintain_order=True)
        .agg(pl.col("persons").sum())
    )
    start = pl.concat([start_of(cells), start_of([0.0] * 8).filter(education="2").with_columns(education=pl.lit("4"))])
    paths = [
        project_education(start, NOBODY_LEAVES, to=2032, completers=c, sources={"3": ["2"], "4": ["3"]})[0]
        for c in (whole, back)
    ]
    assert paths[0]["persons"].to_list() == pytest.approx(paths[1]["persons"].to_list(), abs=1e-6)


def test_completers_left_out_go_back_to_where_they_came_from():
    stock, _ = project_education(
        flat(), NOBODY_LEAVES, to=2025, completers=trained(("1080", "4", 2025, -3.0)), sources={"4": ["2"]}
    )
    plain, _ = project_education(flat(), NOBODY_LEAVES, to=2025)
    after, before = by_education(stock, 2025), by_education(plain, 2025)
    assert {e: after[e] - before[e] for e in after} == pytest.approx({"2": 3, "4": -3})


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ({"completers": trained(("1080", "4", 2025, 1.0))}, "completers of 4 come from no education group"),
        ({"completers": trained(("1080", "6", 2025, 1.0))}, "completers.education: 6 not in the education stock"),
        (
            {"further": pl.DataFrame({"origin": ["2"], "education": ["4"], "age_group": ["16-24"], "rate": [1.5]})},
            "sum to more than 1",
        ),
    ],
)
def test_what_cannot_be_is_said(given_, words):
    with pytest.raises(TableError, match=words):
        project_education(flat(), NOBODY_LEAVES, to=2025, **given_)


def test_two_years_are_no_base_year():
    with pytest.raises(TableError, match="education stock of 2024, 2025, to 2030"):
        project_education(pl.concat([flat(), flat().with_columns(year=pl.lit(2025, pl.Int64))]), NOBODY_LEAVES, to=2030)


def test_totals_and_movers_are_not_both_given():
    nothing = pl.DataFrame()
    with pytest.raises(TableError, match="given totals and movers"):
        project_education(flat(), NOBODY_LEAVES, to=2025, totals=nothing, movers=nothing)
