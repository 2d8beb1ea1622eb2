"""PxWeb: pieces that join to the whole, limits from the server, and every way a server can misbehave."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import TableError, UnknownCodeError
from brygga.core.places import SHARED_DATA
from brygga.sources.http import RefusedError, UnreachableError
from brygga.sources.pxweb import PxWeb, cells_of, chunks
from brygga.sources.recordings import Recording
from tests.sources.server import Axis, Clock, Made, Publisher, network, served

RECORDED = SHARED_DATA / "api-recordings" / "scb-v2-recorded"
SELECTION = {"Region": ("1080", "1060", "1081"), "Kon": ("1", "2"), "Tid": ("2022", "2023", "2024")}


def made(**settings) -> Made:
    axes = [
        Axis("Region", "region", {"00": "Riket", "1060": "Olofström", "1080": "Karlskrona", "1081": "Ronneby"}),
        Axis("Kon", "kön", {"1": "män", "2": "kvinnor"}, sums=True),
        Axis("Tid", "år", {str(year): str(year) for year in range(2020, 2025)}, "time"),
    ]
    return Made("TAB1", "Folkmängd efter region, kön och år", axes, **settings)


@pytest.fixture
def publisher():
    with served(Publisher({"TAB1": made()})) as state:
        yield state


def server(publisher, clock=None, **settings) -> PxWeb:
    return PxWeb(network(clock or Clock(), **settings).client("scb", publisher.address, calls=30, seconds=1))


def calls(publisher, what="/data") -> int:
    return sum(what in line for line in publisher.asked)


sizes = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 7), min_size=1)


@given(sizes, st.integers(1, 60))
def test_pieces_fit_hold_each_cell_once_and_what_fits_is_not_split(sizes, limit):
    selection = {name: tuple(f"{name}{n}" for n in range(size)) for name, size in sizes.items()}
    pieces = chunks(selection, limit)
    assert all(cells_of(piece) <= limit for piece in pieces)
    cells = [cell for piece in pieces for cell in _cells(piece)]
    assert sorted(cells) == sorted(_cells(selection))
    if cells_of(selection) <= limit:
        assert pieces == [selection]


@given(sizes, st.integers(1, 60))
def test_no_single_split_needs_fewer_pieces(sizes, limit):
    selection = {name: tuple(map(str, range(size))) for name, size in sizes.items()}
    whole = cells_of(selection)
    singles = [math.ceil(n / (limit * n // whole)) for n in sizes.values() if limit * n // whole]
    if singles:
        assert len(chunks(selection, limit)) == min(singles)


def _cells(selection):
    cells = [()]
    for codes in selection.values():
        cells = [(*cell, code) for cell in cells for code in codes]
    return cells


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9, 17])
def test_the_pieces_joined_are_the_table_of_one_call(publisher, limit):
    whole, _ = server(publisher).table("TAB1", SELECTION)
    assert calls(publisher) == 1
    publisher.cells = limit
    joined, _ = server(publisher).table("TAB1", SELECTION)
    assert joined.equals(whole)
    assert calls(publisher) == 1 + len(chunks(SELECTION, limit))
    assert whole["Region"].unique(maintain_order=True).to_list() == list(SELECTION["Region"])


def test_limits_and_pace_are_those_of_the_server(publisher):
    clock = Clock()
    asked = server(publisher, clock)
    limits = asked.limits()
    assert (limits.cells, limits.calls, limits.seconds, limits.source) == (150_000, 3, 1.0, "Källa: SCB")
    publisher.cells = publisher.told_cells = 2
    slow = server(publisher, clock)
    slow.table("TAB1", SELECTION)
    assert sum(clock.waited) == pytest.approx(1.1 * 3, abs=0.01)  # 11 calls, 3 in 1.1 s


def test_a_limit_that_is_lower_than_said_is_met_by_splitting(publisher):
    whole, _ = server(publisher).table("TAB1", SELECTION)
    wide = {"Region": ("1060", "1080", "1081", "00"), **{k: v for k, v in SELECTION.items() if k != "Region"}}
    publisher.told_cells, publisher.cells = 150_000, 10
    with pytest.raises(RefusedError, match="Too many cells"):
        server(publisher).table("TAB1", wide)  # a call this small is not split again
    assert whole.height == 18


def test_a_call_too_large_is_halved_until_it_fits(publisher):
    many = Axis("Alder", "ålder", {str(n): str(n) for n in range(3000)})
    publisher.tables["TAB2"] = Made("TAB2", "Stor", [many, *made().axes[2:]])
    publisher.told_cells, publisher.cells = 150_000, 1_900
    selection = {"Alder": tuple(many.codes), "Tid": ("2024",)}
    frame, _ = server(publisher).table("TAB2", selection)
    assert frame["Alder"].to_list() == list(many.codes)
    assert calls(publisher) == 3


def test_unchanged_tables_are_not_fetched_anew_and_changed_ones_are(publisher, tmp_path):
    kept = Recording(tmp_path)
    first, day = server(publisher, unfinished=kept).table("TAB1", SELECTION)
    network(Clock(), unfinished=kept).finish()
    again, same = server(publisher, unfinished=kept).table("TAB1", SELECTION)
    assert (again.equals(first), same) == (True, day)
    assert (calls(publisher, "metadata"), calls(publisher)) == (2, 1)
    publisher.tables["TAB1"] = made(updated="2026-11-20T07:00:00Z", value=lambda codes: 7)
    network(Clock(), unfinished=kept).finish()
    changed, new = server(publisher, unfinished=kept).table("TAB1", SELECTION)
    assert (calls(publisher), new) == (2, "2026-11-20T07:00:00Z")
    assert changed["value"].unique().to_list() == [7]


def test_a_table_that_changes_while_it_is_fetched_is_fetched_again(publisher):
    publisher.cells = 6
    asked = server(publisher)
    answer = publisher.answer
    before, after = made(updated="2026-01-01"), made(updated="2026-02-02")
    seen = []

    def changing(method, target, body):
        seen.append(target)
        publisher.tables["TAB1"] = after if sum("/data" in one for one in seen) >= 2 else before
        return answer(method, target, body)

    publisher.answer = changing
    frame, day = asked.table("TAB1", SELECTION)
    assert (frame.height, day) == (18, "2026-02-02")


def test_a_table_that_never_stands_still_is_named(publisher):
    publisher.cells = 6
    answer, n = publisher.answer, iter(range(99))

    def changing(method, target, body):
        publisher.tables["TAB1"] = made(updated=f"2026-01-{next(n):02d}")
        return answer(method, target, body)

    publisher.answer = changing
    with pytest.raises(TableError, match=r"TAB1 changed while it was fetched.*half an old table.*in an hour"):
        server(publisher).table("TAB1", SELECTION)


def test_a_network_that_dies_goes_on_where_it_stopped(publisher, tmp_path):
    publisher.cells = 1
    kept = Recording(tmp_path)
    publisher.dies_at = 10
    with pytest.raises(UnreachableError, match="what has come is kept"):
        server(publisher, unfinished=kept).table("TAB1", SELECTION)
    before = len(publisher.asked) - 4  # the tenth was tried five times
    publisher.dies_at, publisher.asked = 0, []
    frame, _ = server(publisher, unfinished=kept).table("TAB1", SELECTION)
    assert frame.height == 18
    assert len(publisher.asked) + before - 1 == 2 + 18


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        ({**SELECTION, "Alder": ("1",)}, r"TAB1 has no variable Alder; it has Region, Kon, Tid.*--probe"),
        ({**SELECTION, "Region": ("1083",)}, r"TAB1, variable Region: 1083 not there.*merged, split and renamed"),
        ({**SELECTION, "Region": ()}, r"TAB1, variable Region: nothing chosen"),
        ({"Kon": ("1",), "Tid": ("2024",)}, r"TAB1 must be told what to choose of Region.*does not sum these up"),
    ],
)
def test_a_selection_that_does_not_fit_is_named_before_it_is_asked(publisher, selection, said):
    with pytest.raises(UnknownCodeError, match=said):
        server(publisher).table("TAB1", selection)
    assert calls(publisher) == 0


def test_what_is_left_out_is_summed_by_the_publisher(publisher):
    frame, _ = server(publisher).table("TAB1", {"Region": ("1080",), "Tid": ("2024",)})
    assert frame.columns == ["Region", "Tid", "value", "state"]


def test_a_table_that_is_gone_says_what_to_do(publisher):
    with pytest.raises(RefusedError, match=r"TAB9/metadata.*404"):
        server(publisher).table("TAB9", SELECTION)


def test_codes_that_did_not_come_are_no_zeros(publisher):
    answer = publisher.answer

    def lacking(method, target, body):
        status, content = answer(method, target, body)
        if "/data" in target:
            content = json.dumps(made().reply({**SELECTION, "Kon": ("1",)})).encode()
        return status, content

    publisher.answer = lacking
    with pytest.raises(TableError, match=r"variable Kon: the reply has 1 codes where 2 were asked for; it lacks 2"):
        server(publisher).table("TAB1", SELECTION)


def test_a_config_without_limits_is_named(publisher):
    publisher.answer = lambda *_: (200, b'{"apiVersion": "2.2.0"}')
    with pytest.raises(TableError, match=r"/config does not say how much may be asked for.*PxWebApi 2"):
        server(publisher).limits()


def test_the_catalogue_is_read_page_by_page(publisher):
    entry = made().entry()

    def pages(method, target, body):
        number = int(target.rpartition("=")[2])
        content = {"tables": [{**entry, "id": f"TAB{number}"}], "page": {"pageNumber": number, "totalPages": 3}}
        return 200, json.dumps(content).encode()

    publisher.answer = pages
    found = server(publisher).search("folkmängd")
    assert [table.id for table in found] == ["TAB1", "TAB2", "TAB3"]
    assert (found[0].variables, found[0].first, found[0].last) == (("region", "kön", "år"), "2020", "2024")


@pytest.mark.parametrize("content", [b"[]", b'{"tables": 3}', b'{"tables": [1]}', b'{"tables": [], "page": [1]}'])
def test_a_catalogue_that_is_none_is_named(publisher, content):
    publisher.answer = lambda *_: (200, content)
    with pytest.raises(TableError, match=r"/tables does not list tables.*--table NAME=ID"):
        server(publisher).search("folkmängd")


@pytest.mark.parametrize("content", [b"[]", b"3", b'{"maxCallsPerTimeWindow": null, "timeWindow": 1}'])
def test_a_config_that_is_none_is_named(publisher, content):
    publisher.answer = lambda *_: (200, content)
    with pytest.raises(TableError, match=r"/config does not say how much"):
        server(publisher).limits()


@pytest.fixture
def recorded():
    """SCB's own recorded replies, played by the server."""
    state = Publisher({})
    files = {"config": "config", "metadata": "TAB6471_metadata", "data": "TAB6471_data", "tables": "search"}
    files["agg"] = "agg_alder10"

    def answer(method, target, body):
        name = next(name for part, name in files.items() if part in target.rpartition("/")[2])
        return 200, (RECORDED / f"{name}.json").read_bytes()

    state.answer = answer
    with served(state) as playing:
        yield playing


@pytest.mark.shared_data
def test_scbs_recorded_replies_go_all_the_way(recorded):
    asked = server(recorded)
    shape = asked.shape("TAB6471")
    reply = json.loads((RECORDED / "TAB6471_data.json").read_text())
    selection = {name: tuple(reply["dimension"][name]["category"]["index"]) for name in reply["id"]}
    frame, day = asked.table("TAB6471", selection, shape=shape)
    assert (frame.height, day) == (2772, "2026-06-08T06:00:00Z")
    assert frame["value"].to_list() == reply["value"]
    assert asked.limits().licence.endswith("cc0/")
    assert len(asked.search("befolkning")) == 10


@pytest.mark.shared_data
def test_scbs_recorded_code_list_is_read(recorded):
    groups = server(recorded).code_list("agg_Ålder10årJ")
    assert sorted(groups["20-29"]) == [str(age) for age in range(20, 30)]


@pytest.mark.shared_data
def test_codes_of_another_division_are_checked_against_its_list(recorded):
    asked = server(recorded)
    with pytest.raises(UnknownCodeError, match=r"TAB6471, variable Alder: 0-9 not there\. it has -9, 10-19, 20-29"):
        asked.table("TAB6471", {"Alder": ("0-9",)}, code_lists={"Alder": "agg_Ålder10årJ"})


def test_a_variable_can_be_asked_for_in_another_division(publisher):
    bodies, answer = [], publisher.answer
    areas = Made("TAB1", "Folkmängd", [Axis("Region", "region", {"LA1": "Blekinge", "LA2": "Skåne"}), *made().axes[1:]])

    def answering(method, target, body):
        if "/codelists/" in target:
            values = [{"code": code, "valueMap": ["1080"]} for code in ("LA1", "LA2")]
            return 200, json.dumps({"values": values}).encode()
        if body:
            bodies.append(json.loads(body)["selection"])
            return 200, json.dumps(areas.reply({e["variableCode"]: e["valueCodes"] for e in bodies[-1]})).encode()
        return answer(method, target, body)

    publisher.answer = answering
    selection = {"Region": ("LA2", "LA1"), "Kon": ("1", "2"), "Tid": ("2024",)}
    frame, _ = server(publisher).table("TAB1", selection, code_lists={"Region": "agg_RegionLA"})
    assert frame["Region"].to_list() == ["LA2", "LA2", "LA1", "LA1"]
    assert [entry.get("codelist") for entry in bodies[0]] == ["agg_RegionLA", None, None]
