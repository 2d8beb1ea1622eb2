"""Ads in bulk: the same table wherever and however it was made. Every ad is invented."""

import gzip
import json
import os
import re
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.errors import FaultsError, FileError, SettingError, TableError
from brygga.core.execution import Execution
from brygga.core.provenance import read_result
from brygga.sources.ad_files import ads_of
from brygga.workflow import bulk
from brygga.workflow.bulk import Chunk, cells_of, code_chunk, demand_of, listen_in_bulk
from brygga.workflow.taxonomy import open_pack

MADE = Path(__file__).parents[1] / "data" / "ads"
FILES = [MADE / "search.json", MADE / "historical.jsonl", MADE / "snapshot.json"]
WRITTEN = ("bulk_ads.parquet", "ads_demand.parquet", "ads_demand.json", "ads_demand.csv")


@pytest.fixture(scope="module", autouse=True)
def _no_taxonomy_of_the_machine(tmp_path_factory):
    """Our own words alone, whatever is installed where the tests run; workers inherit it."""
    kept = os.environ.get("BRYGGA_HOME")
    os.environ["BRYGGA_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield
    os.environ.pop("BRYGGA_HOME")
    if kept is not None:
        os.environ["BRYGGA_HOME"] = kept


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The three files coded here, in one go."""
    out = tmp_path_factory.mktemp("bulk") / "out"
    return listen_in_bulk(FILES, out)


def same_bytes(one, other, names=WRITTEN):
    return [name for name in names if (one / name).read_bytes() != (other / name).read_bytes()] == []


def test_the_demand_is_what_a_reader_counts(once):
    """Six ads, three files: ad 2 is ad 1 posted again after three weeks, ad 3 after four months is a new one."""
    shown = once.demand.select("occupation", "municipality", "month", "ads", "positions", "by_employer", "by_us").rows()
    assert shown == [
        ("3111", "1082", "2026-11", 1, 1.0, 1, 0),
        ("7212", "unknown", "2026-10", 1, 5.0, 0, 1),
        ("7223", "1060", "2026-10", 1, 2.0, 1, 0),
        ("7223", "1060", "2027-02", 1, 2.0, 1, 0),
        ("7412", "1060", "2026-10", 1, 1.0, 1, 0),
    ]
    assert (once.ads, once.counted, once.positions, once.removed, once.left_open) == (18, 5, 11.0, 1, 0)
    sure = dict(once.demand.select("occupation", "mean_confidence").rows())
    assert 0 < sure.pop("7212") <= 1
    assert set(sure.values()) == {None}


def test_each_ad_is_a_row_in_order_and_none_of_its_words_is_kept(once):
    ads = pl.read_parquet(once.folder / "bulk_ads.parquet")
    assert tables.check(ads, "bulk_ads").equals(ads)
    assert ads["ad_id"].to_list() == [str(n) for n in range(1, 7)] + [f"h{n}" for n in range(1, 7)] + [
        str(n) for n in range(1, 7)
    ]
    assert ads.filter("counted")["row"].to_list() == [0, 2, 3, 4, 5]
    assert ads["skills_merit"][0] > 0
    kept = b"".join((once.folder / name).read_bytes() for name in WRITTEN).decode("utf-8", "replace")
    assert not any(word in kept for word in ("ventiler", "Exempelsson", "0455", "exempel.se", "Fanuc", "Svarv AB"))


def test_the_story_names_inputs_window_and_taxonomy(once):
    demand, story = read_result(once.folder, "ads_demand")
    assert demand.equals(once.demand)
    assert tables.check(demand, "ads_demand").equals(demand)
    assert [(one["name"], one["rows"]) for one in story["inputs"]] == [
        ("historical.jsonl", 6), ("search.json", 6), ("snapshot.json", 6),
    ]  # fmt: skip
    assert story["parameters"][0]["name"] == "coding.repost_days"
    assert story["settings"] == {"taxonomy": open_pack(None).version}
    assert tables.read(once.folder / "ads_demand.csv", "ads_demand").equals(demand)


def test_the_size_of_a_chunk_or_part_is_of_no_consequence(once, tmp_path, monkeypatch):
    monkeypatch.setattr(bulk, "PART", 4)
    listen_in_bulk(FILES, tmp_path / "small", chunk=1)
    listen_in_bulk(FILES, tmp_path / "other", chunk=5)
    assert same_bytes(once.folder, tmp_path / "small")
    assert same_bytes(once.folder, tmp_path / "other")


def test_the_order_of_files_and_ads_does_not_matter_for_the_demand(once, tmp_path):
    listen_in_bulk(FILES[::-1], tmp_path / "turned")
    assert same_bytes(once.folder, tmp_path / "turned", WRITTEN[1:])
    hits = json.loads((MADE / "search.json").read_text(encoding="utf-8"))["hits"]
    (tmp_path / "turned.json").write_text(json.dumps(hits[::-1]), encoding="utf-8")
    assert listen_in_bulk([tmp_path / "turned.json"], tmp_path / "ads").demand.equals(once.demand)


def test_packing_is_of_no_consequence(once, tmp_path):
    content = (MADE / "historical.jsonl").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2026.jsonl", content)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(content))
    for name in ("a.zip", "a.jsonl.gz"):
        assert listen_in_bulk([tmp_path / name], tmp_path / f"out-{name}").demand.equals(once.demand)
    assert listen_in_bulk([tmp_path / "a.zip", tmp_path / "a.jsonl.gz"], tmp_path / "both").demand.equals(once.demand)


def test_only_a_few_chunks_are_in_hand_at_a_time(tmp_path, monkeypatch):
    """A thousand ads are drawn from the file as they are coded, not before."""
    ad = json.loads((MADE / "historical.jsonl").read_text(encoding="utf-8").splitlines()[0])
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(json.dumps(ad | {"id": str(n)}) for n in range(1000)), encoding="utf-8")
    drawn = []
    ahead = []

    def watched(of):
        for one in ads_of(of):
            drawn.append(one.place)
            yield one

    monkeypatch.setattr(bulk, "ads_of", watched)
    done = listen_in_bulk([path], tmp_path / "out", chunk=50, progress=lambda n: ahead.append(len(drawn) - n))
    assert (done.ads, len(ahead), max(ahead)) == (1000, 20, 0)


def test_processes_give_the_same_bytes(once, tmp_path):
    listen_in_bulk(FILES, tmp_path / "out", chunk=4, execution=Execution("processes", workers=2))
    assert same_bytes(once.folder, tmp_path / "out")


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_bytes(once, tmp_path):
    listen_in_bulk(FILES, tmp_path / "out", chunk=7, execution=Execution("dask", workers=1))
    assert same_bytes(once.folder, tmp_path / "out")


def test_broken_rows_and_files_lose_nothing_else_and_are_listed(once, tmp_path):
    lines = (MADE / "historical.jsonl").read_text(encoding="utf-8").splitlines()
    lines.insert(2, '{"id": "x", "headl')
    lines.insert(4, '{"headline": "Hemlig rubrik"}')
    (tmp_path / "ads.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "page.json").write_text("<html>", encoding="utf-8")
    found = listen_in_bulk([tmp_path / "page.json", tmp_path / "ads.jsonl", tmp_path / "gone.zip"], tmp_path / "out")
    assert found.demand.equals(once.demand)
    assert pl.read_csv(tmp_path / "out" / "wrong_rows.csv").rows() == [
        ("page.json", "", "page.json cannot be read: it looks like a web page."),
        ("ads.jsonl", "line 3", "it is not JSON (Unterminated string starting at, character 12)"),
        ("ads.jsonl", "line 5", "it has no id"),
        ("gone.zip", "", "gone.zip cannot be read: No such file or directory."),
    ]
    told = "\n".join(found.lines())
    assert "4 rows could not be read" in told
    assert "ads.jsonl, line 3: it is not JSON" in told
    assert "Hemlig" not in told
    listen_in_bulk([MADE / "historical.jsonl"], tmp_path / "out")
    assert not (tmp_path / "out" / "wrong_rows.csv").exists()


@pytest.mark.parametrize(
    ("contents", "kind", "message"),
    [
        (["<html>"], FileError, r"a0\.json cannot be read: it looks like a web page"),
        (["<html>", ""], FaultsError, r"a0\.json, a1\.json has 2 faults.*web page.*it is empty"),
        (['{"hits": []}', "[]"], TableError, r"a0\.json, a1\.json has no ads.*nothing to code"),
        (['{"id": "1"\n{"id": "2"'], FileError, r"none of 2 rows can be read \(a0\.json, line 1: it is not JSON"),
    ],
)
def test_only_when_nothing_can_be_read_is_it_an_error(tmp_path, contents, kind, message):
    paths = [tmp_path / f"a{n}.json" for n in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_text(content, encoding="utf-8")
    with pytest.raises(kind, match=re.compile(message, re.DOTALL)):
        listen_in_bulk(paths, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_stop_or_a_full_disk_leaves_what_was_there_and_nothing_half_written(tmp_path, monkeypatch):
    out = tmp_path / "out"
    listen_in_bulk(FILES[:1], out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def stopped(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        listen_in_bulk(FILES, out, progress=stopped)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", full)
    with pytest.raises(FileError, match=r"cannot be written: No space left on device.*nothing is left half-written"):
        listen_in_bulk(FILES, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"out cannot be written.*choose another folder with -o"):
        listen_in_bulk(FILES[:1], tmp_path / "file" / "out")


def test_a_worker_with_another_taxonomy_is_refused():
    with pytest.raises(SettingError, match=r"a worker knows the taxonomy as .*, this machine as other.*same path"):
        code_chunk(Chunk("x", []), taxonomy=None, version="other")


def test_progress_is_told_chunk_by_chunk(tmp_path):
    told = []
    listen_in_bulk([MADE / "historical.jsonl"], tmp_path, chunk=4, progress=told.append)
    assert told == [4, 6]


def frame(*ads):
    names = ("employer_code", "occupation", "confidence", "municipality", "first", "most")
    kinds = (pl.String, pl.String, pl.Float64, pl.String, pl.Date, pl.Float64)
    return pl.DataFrame(ads, schema=dict(zip(names, kinds, strict=True)), orient="row")


def test_unknown_places_occupations_and_days_are_rows_of_their_own():
    ads = frame(
        ("7223", None, 0.0, None, date(2026, 1, 31), 2.0),
        (None, "7223", 0.5, "1060", None, 1.0),
        (None, "7223", 0.75, "1060", None, 3.0),
        (None, None, 0.0, "1060", date(2026, 2, 1), 1.0),
    )
    assert demand_of(cells_of(ads)).rows() == [
        ("7223", "1060", "unknown", 2, 4.0, 0, 2, 0.625),
        ("7223", "unknown", "2026-01", 1, 2.0, 1, 0, None),
        ("unknown", "1060", "2026-02", 1, 1.0, 0, 0, None),
    ]


def test_cells_of_halves_add_up_to_the_whole():
    ads = frame(*((None, "7223", n / 7, "1060", date(2026, 1, 1), float(n)) for n in range(1, 6)))
    halves = pl.concat([cells_of(ads[:2]), cells_of(ads[2:])])
    assert demand_of(halves).equals(demand_of(cells_of(ads)))
