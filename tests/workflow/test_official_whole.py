"""From publishers to a projection: everything recorded once, played without a network, made a region, and seen."""

import json
from datetime import date

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.region import read_region
from brygga.sources import barometer, eurostat, kolada, skatteverket
from brygga.sources.recordings import Recording, Reply, Request
from brygga.workflow import update_territory as workflow
from brygga.workflow.ground import prepare
from brygga.workflow.see import see
from brygga.workflow.update_territory import plan_territory, update_territory
from tests.sources import scb_made, test_barometer, test_eurostat, test_kolada, test_skatteverket
from tests.sources.server import Clock, Publisher, network, served

TERRITORY = ("1060", "1080")


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """SCB's invented tables recorded from a server, and one invented reply of each other provider beside them."""
    folder = tmp_path_factory.mktemp("recording")
    with pytest.MonkeyPatch.context() as patch, served(Publisher(scb_made.tables(), pace=1000)) as state:
        patch.setenv("BRYGGA_SCB_ADDRESS", state.address)
        patch.setattr(workflow, "PROVIDERS", ("scb",))
        patch.setattr(workflow, "assemble", lambda found, **settings: ())
        plan = plan_territory(TERRITORY, ring="1081,1272")
        out = tmp_path_factory.mktemp("first")
        update_territory(plan, out, network=network(Clock(), recorded=Recording(folder)))
    first, *others = kolada.paths_of(TERRITORY)
    cells = [test_kolada.cell(municipality=code, T=13_000) for code in TERRITORY]
    rates = [test_skatteverket.row("OLOFSTRÖM"), test_skatteverket.row("KARLSKRONA")]
    replies = [
        (kolada, first, test_kolada.page(*cells)),
        *((kolada, path, test_kolada.page()) for path in others),
        (skatteverket, skatteverket.path_of(2026), {"results": rates}),
        (eurostat, eurostat.path_of(), test_eurostat.reply({"1": 10.0, "7": 25.5}, {"3": "c"})),
        (barometer, barometer.PATH, [test_barometer.record(), test_barometer.record(area="00")]),
    ]
    for provider, path, content in replies:
        request = Request(provider.PROVIDER, "GET", f"{provider.ADDRESS}/{path}")
        Recording(folder).store(request, Reply(json.dumps(content).encode(), date(2026, 11, 23)))
    return folder


@pytest.fixture(scope="module")
def done(recording, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return update_territory(plan_territory(TERRITORY, ring="1081,1272"), out, played=recording)


def test_every_provider_s_table_comes_and_nothing_fails(done):
    beside = {"official_indicators", "official_tax", "official_input_output", "official_barometer"}
    assert beside <= set(done.rows)
    assert "official_programmes" not in done.rows
    assert done.faults == ()
    assert "official_input_output: Eurostat withholds 1 cells, which stay unknown" in done.remarks


def test_the_region_is_official_and_says_what_it_is_made_of(done):
    region = read_region(done.folder)
    assert (region.kind, region.municipalities, region.base_year) == ("official", TERRITORY, 2024)
    tax = dict(region.tables["tax"].select("municipality", "municipal_rate").iter_rows())
    assert tax == {"1060": 0.2226, "1080": 0.2226, "1081": None, "1272": None}
    assert any("flows of commuters are hidden" in remark for remark in done.remarks)


def test_see_runs_on_it(done):
    region = read_region(done.folder)
    seen = see(region, coded_needs=tables.empty("coded_needs"), to=region.first_plan_year, draws=4, seed=1)
    assert set(seen["unfilled"]["municipality"]) == set(TERRITORY)
    assert seen["population_projection"].filter(pl.col("year") == 2024)["p50"].sum() == pytest.approx(
        region.tables["population"].filter(pl.col("municipality").is_in(TERRITORY))["persons"].sum(), rel=1e-6
    )


def test_people_are_projected_from_their_own_history(done):
    region = read_region(done.folder)
    assert not [remark for remark in done.remarks if "rates held" in remark]
    for kind in ("population", "births", "deaths"):
        assert region.tables[f"{kind}_history"]["year"].n_unique() >= 5
    ground = prepare(region, None, to=region.first_plan_year, day=date(2026, 11, 23))
    assert ground.living.fitted is not None
    assert ground.living.fitted.year == 2024
