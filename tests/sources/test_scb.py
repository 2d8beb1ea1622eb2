"""SCB's tables read into ours: what is asked for, what is never summed, what is hidden, and what has changed."""

import math

import polars as pl
import pytest

from brygga.core.errors import TableError, UnknownCodeError
from brygga.sources import scb
from brygga.sources.http import RefusedError
from brygga.sources.json_stat import Dimension
from brygga.sources.provider import Wanted
from brygga.sources.scb_picks import UNKNOWN, NotInDivisionError, Periods, added_up, municipalities, published, whole
from brygga.sources.scb_tables import TABLES
from tests.sources import scb_made
from tests.sources.server import Axis, Clock, Publisher, network, served

BLEKINGE = ("1060", "1080")
RING = ("1081", "1272")
SYDOST = ("0765", "0767", "1060", "1080", "1081", "1082", "1083", "1256", "1272", "1273", "1290", "1293")
AROUND = ("0760", "0761", "0763", "0764", "0780", "0781", "0834", "1257", "1266", "1267", "1275", "1276", "1381")


@pytest.fixture
def publisher():
    with served(Publisher(scb_made.tables())) as state:
        yield state


def fetched(publisher, table, **settings):
    client = network(Clock()).client("scb", publisher.address, calls=3, seconds=1)
    wanted = Wanted(**{"territory": BLEKINGE, "ring": RING, "tables": (table,)} | settings)
    return next(scb.fetch(client, wanted))


def test_population_has_each_municipality_age_and_sex_once_and_no_totals(publisher):
    found = fetched(publisher, "official_population")
    frame = found.frame
    assert frame["municipality"].unique().sort().to_list() == ["1060", "1080", "1081", "1272"]
    assert frame["age"].unique().sort().to_list() == list(range(101))
    assert frame["sex"].unique().sort().to_list() == ["men", "women"]
    assert frame.height == 4 * 101 * 2 * 21
    assert frame["year"].unique().sort().to_list() == list(range(2005, 2026))
    assert set(frame.filter(pl.col("year") == 2025)["disturbed"]) == {True}
    assert set(frame.filter(pl.col("year") < 2025)["disturbed"]) == {False}
    assert found.sources == ("TAB638", "TAB5557")
    assert any(remark.startswith("2025: every value carries a small random noise") for remark in found.remarks)


def test_a_cell_is_the_publishers_cell(publisher):
    """Civil status is left out and summed by the publisher; 100+1 is the open class beside classes of five years."""
    frame = fetched(publisher, "official_population").frame
    cell = frame.filter(municipality="1080", sex="women", age=100, year=2025)
    asked = ("1080", "SC", "100+1", "2", "000007ME", "2025")
    assert cell["persons"].item() == publisher.tables["TAB5557"].value(asked)
    cell = frame.filter(municipality="1080", sex="men", age=0, year=2024)
    assert cell["persons"].item() == publisher.tables["TAB638"].value(("1080", "0", "1", "BE0101N1", "2024"))


def test_of_a_year_in_two_tables_the_later_named_counts_and_never_both(publisher):
    old, new = publisher.tables["TAB638"], publisher.tables["TAB5557"]
    new.axis("Tid").codes = {"2024": "2024", "2025": "2025"}
    old.value, new.value = (lambda codes: 1), (lambda codes: 100)
    found = fetched(publisher, "official_population")
    assert found.frame.filter(year=2024)["persons"].unique().to_list() == [100]
    assert found.frame.filter(year=2023)["persons"].unique().to_list() == [1]
    assert any("BefolkningNy has 2024 as BefolkningCKM has" in remark for remark in found.remarks)


def test_the_years_that_rams_and_bas_both_have_are_counted_once(publisher):
    for table, number in (("TAB4396", 1), ("TAB3119", 10), ("TAB4434", 100)):
        publisher.tables[table].value = lambda codes, number=number: number
    found = fetched(publisher, "official_employed_history")
    by_year = found.frame.filter(municipality="1060", occupation="723", sex="men").select("year", "persons", "source")
    assert dict(by_year.select("year", "persons").rows()) == {
        **dict.fromkeys(range(2014, 2019), 1.0),
        2019: 10.0,
        **dict.fromkeys(range(2020, 2025), 100.0),
    }
    assert by_year.filter(year=2019)["source"].item() == "SCB TAB3119 (RAMS, new definition)"
    assert "YREG58N has 2020, 2021 as YREG58BAS has; those of YREG58BAS count" in found.remarks
    assert [remark[:5] for remark in found.remarks[1:]] == ["2019:", "2020:", "2023:"]


def test_a_table_on_request_is_fetched_only_when_it_is_named():
    assert "official_employed_history" not in {line.table for line in scb.plan(Wanted(BLEKINGE))}
    assert len(scb.plan(Wanted(BLEKINGE, tables=("official_employed_history",)))) == 4


def test_a_year_not_published_yet_is_a_remark(publisher):
    del publisher.tables["TAB5557"]
    found = fetched(publisher, "official_population")
    assert found.frame["year"].max() == 2024
    assert any("BefolkningCKM, with the years from 2025, is not published" in remark for remark in found.remarks)


def test_a_new_year_that_cannot_be_read_is_a_fault_that_leaves_the_old_years_standing(publisher):
    publisher.tables["TAB5557"].axis("Kon").codes = {"M": "män", "K": "kvinnor"}
    found = fetched(publisher, "official_population")
    assert found.frame["year"].max() == 2024
    [fault] = found.faults
    assert fault.startswith("BefolkningCKM, with the years from 2025, is left out: TAB5557, variable Kon: code 1, 2")


def test_the_last_year_wanted_is_the_last_one(publisher):
    found = fetched(publisher, "official_population", last_year=2020)
    assert found.frame["year"].max() == 2020
    assert not any("TAB5557" in line for line in publisher.asked)


def test_births_add_the_childs_sex_at_the_publisher_and_leave_unknown_mothers_out(publisher):
    frame = fetched(publisher, "official_births").frame
    assert (frame["mother_age"].min(), frame["mother_age"].max()) == (14, 49)
    assert frame.filter(year=2024).height == 4 * 36


def test_moves_stand_side_by_side(publisher):
    frame = fetched(publisher, "official_moves").frame
    row = frame.filter(municipality="1060", sex="men", age=25, year=2024)
    value = publisher.tables["TAB1212"].value
    assert row["in_moves"].item() == value(("1060", "25", "1", "BE0101AU", "2024"))
    assert row["out_moves"].item() == value(("1060", "25", "1", "BE0101AV", "2024"))


def test_occupations_have_a_name_for_the_unknown(publisher):
    frame = fetched(publisher, "official_employed").frame
    assert frame.height == 4 * len(scb_made.occupations()) * 16 * 2
    assert {"unknown", "723"} < set(frame["occupation"])
    assert {"unknown", "B+C"} < set(frame["industry"])
    cell = frame.filter(municipality="1060", occupation="unknown", industry="unknown", sex="men")
    assert cell["persons"].item() == publisher.tables["TAB4436"].value(("1060", "0002", "00", "1", "000006XZ", "2024"))


def test_a_table_whose_id_is_not_known_is_found_and_remembered(publisher):
    found = fetched(publisher, "official_employed_age")
    assert found.ids == {"YREG57BAS": "TAB4401"}
    assert any("YREG57BAS is TAB4401 (Anställda (dagbef)" in remark for remark in found.remarks)
    assert set(found.frame["county"]) == {"00", "10", "12"}
    publisher.asked.clear()
    fetched(publisher, "official_employed_age", known=found.ids)
    assert not any("query=" in line for line in publisher.asked)


def test_an_id_given_by_hand_is_taken_and_not_doubted(publisher):
    found = fetched(publisher, "official_employed_age", ids={"YREG57BAS": "TAB4402"})
    assert found.sources == ("TAB4402",)
    with pytest.raises(RefusedError, match=r"TAB9/metadata.*404"):
        fetched(publisher, "official_employed_age", ids={"official_employed_age": "TAB9"})


def test_a_table_that_has_another_id_is_found_but_never_one_that_fills_another_part(publisher):
    publisher.tables["TAB700"] = publisher.tables.pop("TAB638")
    publisher.tables["TAB700"].id = "TAB700"
    found = fetched(publisher, "official_population")
    assert (found.sources, found.ids["BefolkningNy"]) == (("TAB700", "TAB5557"), "TAB700")
    del publisher.tables["TAB700"]
    with pytest.raises(RefusedError, match=r"TAB638/metadata.*404"):
        fetched(publisher, "official_population")


def test_a_guessed_id_that_does_not_fit_is_simply_another_table(publisher):
    publisher.tables["TAB6399"] = publisher.tables["TAB6370"]
    publisher.tables["TAB6399"].id = "TAB6399"
    publisher.tables["TAB6370"] = publisher.tables["TAB4359"]
    assert fetched(publisher, "official_education_flows").sources == ("TAB6399",)


def test_a_table_that_nobody_has_says_where_to_look(publisher):
    for table in ("TAB4401", "TAB4402"):
        del publisher.tables[table]
    with pytest.raises(RefusedError, match=r"no table that fits YREG57BAS.*--table YREG57BAS=TAB"):
        fetched(publisher, "official_employed_age")


def test_hidden_commuters_are_no_zeros(publisher):
    found = fetched(publisher, "official_commuting")
    frame = found.frame
    assert frame.filter(pl.col("persons").is_between(1, 2)).height == 0
    hidden = frame.filter(status="suppressed")
    assert hidden.height > 0
    assert hidden["persons"].null_count() == hidden.height
    assert any(f"{hidden.height} of {frame.height} cells are hidden" in remark for remark in found.remarks)
    zero = frame.filter(persons=0)
    assert set(zero["status"]) == {"observed"}


def test_all_codes_that_are_no_municipality_have_one_name_and_a_hidden_part_hides_the_sum(publisher):
    table = publisher.tables["TAB1830"]
    for name in ("Bostadskommun", "Arbetsstallekommun"):
        table.axis(name).codes = {"1060": "Olofström", "1080": "Karlskrona", "9999": "okänd", "0010": "Danmark"}

    def value(codes):
        return ".." if codes[:2] == ("1060", "0010") else 5

    table.value = value
    frame = fetched(publisher, "official_commuting", ring=()).frame
    assert set(frame["work"]) == {"1060", "1080", UNKNOWN}
    sums = {(h, w): (p, s) for h, w, p, s in frame.filter(sex="men").select("home", "work", "persons", "status").rows()}
    assert sums["1080", UNKNOWN] == (10.0, "observed")
    assert sums["1060", UNKNOWN] == (None, "suppressed")
    assert sums[UNKNOWN, UNKNOWN] == (20.0, "observed")


def test_jobs_are_those_at_the_workplace_without_the_sum_of_all_industries(publisher):
    frame = fetched(publisher, "official_jobs").frame
    assert "A-U+US" not in set(frame["industry"])
    cell = frame.filter(municipality="1060", industry="B+C", year=2024)
    assert cell["persons"].item() == publisher.tables["TAB3204"].value(
        ("1060", "1+2", "B+C", "tot", "000002XH", "2024")
    )


def test_labour_status_has_counts_and_no_rates(publisher):
    frame = fetched(publisher, "official_labour_status").frame
    assert set(frame["labour_status"]) == {"sysselsatta", "arbetslösa", "antal i arbetskraften", "antal totalt"}
    assert "60-64" in set(frame["age_group"])


def test_flows_are_those_of_groups_that_do_not_hold_each_other(publisher):
    frame = fetched(publisher, "official_education_flows").frame
    assert set(frame["education"]) == {"53B", "55G"}
    assert "Varav åldersutträden (65-åringar)" in set(frame["flow"])
    assert set(frame["year"]) == {2023, 2024}


def test_education_by_level_per_municipality_and_by_field_for_the_nation(publisher):
    frame = fetched(publisher, "official_education").frame
    local = frame.filter(municipality="1060")
    assert set(local["education_field"]) == {"all"}
    nation = frame.filter(municipality="00")
    assert nation.height == 8 * 10
    value = publisher.tables["TAB3981"].value
    both = sum(value(("1060", sex, "tot16-74", "3", "UF0506A1", "2024")) for sex in "12")
    assert local.filter(education_level="3", year=2024)["persons"].item() == both


def test_vacancies_are_rates_per_quarter_with_their_margin(publisher):
    frame = fetched(publisher, "official_vacancies").frame
    row = frame.filter(county="10", year=2024, quarter=3)
    assert row.select("vacancies", "margin").row(0) == (2.1, 0.4)
    assert set(frame["county"]) == {"00", "10", "12"}


def test_yh_counts_persons_and_not_shares(publisher):
    frame = fetched(publisher, "official_yh").frame
    assert set(frame["measure"]) == {"Antal antagna som påbörjat studier", "Antal studerande"}
    assert set(frame["education_field"]) == {"7"}


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_every_table_comes_whole_and_checked(publisher, table):
    found = fetched(publisher, table)
    assert found.frame.height > 0
    assert found.table == table
    assert len(found.sources) == len(found.updated) == len(found.selection)


def test_a_merged_municipality_is_named_with_table_and_what_to_do(publisher):
    with pytest.raises(NotInDivisionError, match=r"TAB638, variable Region: municipality 1293 \(Hässleholm\).*merged"):
        fetched(publisher, "official_population", territory=("1060", "1293"))
    assert sum("query=" in line for line in publisher.asked) == 0


@pytest.mark.parametrize(
    ("table", "axis", "codes", "said"),
    [
        ("TAB638", "Alder", {"0": "0 år"}, r"TAB638, variable Alder: age 1, 2, 3, 4, 5 and 95 more is not there"),
        ("TAB638", "Kon", {"M": "män", "K": "kvinnor"}, r"TAB638, variable Kon: code 1, 2 is not there; it has M, K"),
        ("TAB4436", "Yrke2012", {"7223": "x"}, r"TAB4436, variable Yrke2012: 7223 not in SSYK 2012"),
        ("TAB3204", "Kon", {"1": "män", "2": "kvinnor"}, r"TAB3204, variable Kon has no total; it has 1, 2"),
        (
            "TAB1212",
            "ContentsCode",
            {"X": "Nya flyttningar"},
            r"TAB1212, variable ContentsCode: nothing that is counted fits.*X \(Nya flyttningar\)",
        ),
    ],
)
def test_metadata_that_changed_is_named_with_table_variable_and_code(publisher, table, axis, codes, said):
    publisher.tables[table].axis(axis).codes = codes
    official = next(o.name for o in TABLES if any(part.id == table for part in o.parts))
    with pytest.raises(UnknownCodeError, match=said):
        fetched(publisher, official)


def test_a_variable_that_is_gone_is_named(publisher):
    one = publisher.tables["TAB4436"]
    one.axes = [axis for axis in one.axes if axis.name != "SNI2007"]
    with pytest.raises(UnknownCodeError, match=r"TAB4436 has no variable SNI2007 \(näringsgren\); it has Region"):
        fetched(publisher, "official_employed")


def test_a_variable_that_is_new_must_be_described_before_it_is_summed(publisher):
    publisher.tables["TAB4436"].axes.append(Axis("Sektor", "sektor", {"1": "offentlig", "2": "privat"}))
    with pytest.raises(UnknownCodeError, match=r"TAB4436 must be told what to choose of Sektor"):
        fetched(publisher, "official_employed")


def test_a_variable_with_a_new_code_but_its_old_label_is_still_found(publisher):
    publisher.tables["TAB4436"].axis("SNI2007").name = "SNI2025"
    assert fetched(publisher, "official_employed").frame.height == 4 * len(scb_made.occupations()) * 16 * 2


@pytest.mark.parametrize("absurd", [-5, math.inf])
def test_absurd_values_are_named_with_table_and_row(publisher, absurd):
    publisher.tables["TAB3204"].value = lambda codes: absurd if codes[2] == "B+C" else 1
    if absurd == math.inf:
        publisher.tables["TAB3204"].value = lambda codes: "?" if codes[2] == "B+C" else 1
        frame = fetched(publisher, "official_jobs").frame
        assert set(frame.filter(industry="B+C")["status"]) == {"not_available"}
        return
    with pytest.raises(TableError, match=r"official_jobs from SCB TAB3204 \(BAS\), column persons: -5.*below zero"):
        fetched(publisher, "official_jobs")


@pytest.mark.parametrize(
    ("sign", "value", "status"),
    [
        ("..", None, "not_available"),
        (".", None, "not_applicable"),
        ("-", 0.0, "observed"),
        ("?", None, "not_available"),
    ],
)
def test_each_sign_of_the_publisher_has_its_state(publisher, sign, value, status):
    publisher.tables["TAB3204"].value = lambda codes: sign if codes[2] == "A" else 4
    frame = fetched(publisher, "official_jobs").frame.filter(industry="A", year=2024, municipality="1060")
    assert frame.select("persons", "status").row(0) == (value, status)


def test_the_plan_for_twelve_municipalities_and_a_ring_is_under_sixty_calls():
    lines = scb.plan(Wanted(SYDOST, AROUND))
    assert sum(line.calls for line in lines) == 44
    assert {line.table: line.cells for line in lines}["official_commuting"] == 290 * 290 * 2


def test_the_plan_is_what_is_asked_for(publisher):
    """On the made country, where commuting is smaller, the calls planned are the calls made."""
    client = network(Clock()).client("scb", publisher.address, calls=3, seconds=1)
    wanted = Wanted(BLEKINGE, RING)
    list(scb.fetch(client, wanted))
    assert client.calls == sum(line.calls for line in scb.plan(wanted)) - 1  # the whole country takes one more
    assert not any(line.startswith("GET") and len(line) > 400 for line in publisher.asked)


def test_the_probe_reports_what_changed_and_fetches_nothing(publisher):
    publisher.tables["TAB638"].axis("Kon").codes = {"M": "män"}
    client = network(Clock()).client("scb", publisher.address, calls=3, seconds=1)
    found = list(scb.probe(client, Wanted(("1080",))))
    faults = [one for one in found if one.fault]
    assert [(one.part, one.id) for one in faults] == [("BefolkningNy", "TAB638")]
    assert "variable Kon: code 1, 2 is not there" in faults[0].fault
    assert len(found) == sum(len(table.parts) for table in TABLES)
    assert not any("/data" in line for line in publisher.asked)


@pytest.mark.parametrize(
    ("codes", "chosen"),
    [
        ("16-24 25-34 35-74", "16-24 25-34 35-74"),
        ("16-24 25-74 16-74", "16-74"),
        ("SE UTL", "SE UTL"),
        ("1 2 1+2", "1+2"),
    ],
)
def test_codes_are_added_up_only_when_none_holds_another(codes, chosen):
    dimension = Dimension("x", "x", tuple(codes.split()), {})
    assert list(added_up("TAB1", dimension, Wanted(()))) == chosen.split()


def test_classes_that_overlap_are_not_added_up():
    dimension = Dimension("Alder", "ålder", ("16-24", "20-34", "35-74"), {})
    with pytest.raises(UnknownCodeError, match=r"TAB1, variable Alder: its classes overlap \(16-24, 20-34, 35-74\)"):
        added_up("TAB1", dimension, Wanted(()))


def test_picks_by_hand():
    region = Dimension("Region", "region", ("00", "10", "1060", "1080", "9999", "0010"), {})
    assert municipalities("TAB1", region, Wanted(("1060",), ("1080",))) == {"1060": "1060", "1080": "1080"}
    level = Dimension("Niva", "nivå", ("1", "US", "T"), {"T": "totalt"})
    assert published("TAB1", level, Wanted(())) == {"1": "1", "US": "unknown"}
    assert whole("TAB1", level, Wanted(())) == {"T": ""}
    assert whole("TAB1", Dimension("x", "x", ("1",), {}, may_be_left_out=True), Wanted(())) == {}
    time = Dimension("Tid", "år", ("2022", "2023", "2024"), {})
    assert Periods(2)("TAB1", time, Wanted((), last_year=2023)) == {"2022": 2022, "2023": 2023}
    with pytest.raises(UnknownCodeError, match="no year up to 1999"):
        Periods(2)("TAB1", time, Wanted((), last_year=1999))
