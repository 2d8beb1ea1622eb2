"""Our own test set in `tests/data/listen`: that its data hang together, not how well the coder does on them."""

import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from brygga.core import codes
from brygga.core.places import SHARED_DATA

FOLDER = Path(__file__).parents[1] / "data" / "listen"
ADS = SHARED_DATA / "ads" / "jobsearch_search_response.json"
ZONES = {"company", "tasks", "required", "merit", "benefits", "other"}
GROUPS = set(codes.classification("jobtech_ssyk")["jobtech_code"])
PREFIXES = ("", "first_", "reread_")


def read(name: str) -> list[dict]:
    table = pl.read_csv(FOLDER / f"{name}.csv", infer_schema=False).fill_null("")
    return [row | {c: int(row[c]) for c in ("start", "end") if c in row} for row in table.to_dicts()]


TEXTS = {row["text_id"]: row for row in read("texts")}


def test_there_are_as_many_as_the_readme_says():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| `(\w+)\.csv` \| (\d+) \|", readme, flags=re.MULTILINE))
    files = {path.stem: len(read(path.stem)) for path in sorted(FOLDER.glob("*.csv"))}
    assert {name: int(number) for name, number in said.items()} == files


def test_texts_have_an_id_a_kind_a_language_and_a_day():
    assert len(TEXTS) == len(read("texts")) == 100
    for row in TEXTS.values():
        assert (row["text_id"][0], row["kind"]) in {("n", "need"), ("a", "ad")}
        assert row["language"] in {"sv", "en", "mixed"}
        assert date.fromisoformat(row["heard_on"]).year == 2026
        assert row["text"] == row["text"].strip() != ""
    ads = [row["text"] for row in TEXTS.values() if row["kind"] == "ad"]
    assert all(80 <= len(text.split()) <= 180 for text in ads)


def test_texts_hold_no_address_no_phone_and_no_personal_number():
    for row in TEXTS.values():
        assert not re.search(r"\S@\S|https?:|www\.|\+46|\b0\d{1,3}[ -/]?\d{5,}|\b\d{6,8}[-+ ]?\d{4}\b", row["text"]), (
            row
        )


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("name", ["spans", "zones"])
def test_offsets_lie_in_the_text_and_cut_no_word(prefix, name):
    for row in read(prefix + name):
        text = TEXTS[row["text_id"]]["text"]
        assert 0 <= row["start"] < row["end"] <= len(text), row
        surface = text[row["start"] : row["end"]]
        assert surface == surface.strip(), row
        before, after = text[row["start"] - 1 : row["start"]], text[row["end"] : row["end"] + 1]
        assert not (before.isalnum() and surface[0].isalnum()), row
        assert not (after.isalnum() and surface[-1].isalnum()), row
        assert row["zone"] in ZONES, row


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(("name", "key"), [("spans", "text_id"), ("zones", "text_id"), ("ads85", "ad_id")])
def test_spans_and_zones_are_in_order_and_do_not_overlap(prefix, name, key):
    rows = read(prefix + name)
    for one, next_one in pairwise(rows):
        assert one[key] != next_one[key] or one["end"] <= next_one["start"], (one, next_one)
    assert len([0 for a, b in pairwise(rows) if a[key] != b[key]]) + 1 == len({row[key] for row in rows})


def test_every_word_of_an_own_ad_has_a_zone_and_each_span_the_zone_it_stands_in():
    zones: dict[str, list[dict]] = {}
    for row in read("zones"):
        zones.setdefault(row["text_id"], []).append(row)
    assert set(zones) == {key for key, row in TEXTS.items() if row["kind"] == "ad"}
    for key, rows in zones.items():
        left = "".join(c for n, c in enumerate(TEXTS[key]["text"]) if not any(r["start"] <= n < r["end"] for r in rows))
        assert left.strip() == "", key
    for span in read("spans"):
        for row in zones.get(span["text_id"], []):
            if row["start"] < span["end"] and span["start"] < row["end"]:
                assert (row["start"] <= span["start"], span["end"] <= row["end"], row["zone"]) == (
                    True,
                    True,
                    span["zone"],
                )


def test_skills_have_a_plain_name():
    for row in read("spans") + read("ads85"):
        assert row["skill"] == row["skill"].strip() != "", row
        assert len(row["skill"]) <= 60, row


@pytest.mark.parametrize("prefix", PREFIXES)
def test_needs_have_known_codes_whole_ranges_and_days_in_order(prefix):
    numbers: dict[str, list[int]] = {}
    for row in read(prefix + "needs"):
        numbers.setdefault(row["text_id"], []).append(int(row["need"]))
        assert row["occupation"] in GROUPS, row
        assert row["occupation_alt"] in GROUPS - {row["occupation"]} | {""}, row
        low, high = row["persons_low"], row["persons_high"]
        assert all(number == "" or float(number) > 0 for number in (low, high)), row
        assert low == "" or high == "" or float(low) <= float(high), row
        days = [date.fromisoformat(day) for day in (row["from_date"], row["to_date"]) if day]
        assert days == sorted(days), row
        heard = date.fromisoformat(TEXTS[row["text_id"]]["heard_on"])
        assert all(day >= heard or day.month >= 3 for day in days), row
        assert not days or days[-1] >= heard, row
        text = TEXTS[row["text_id"]]["text"]
        assert text[row["start"] : row["end"]].strip(), row
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    if not prefix:
        assert set(numbers) == set(TEXTS)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_must_have_and_merit_are_the_spans_of_those_zones(prefix):
    spans: dict[tuple[str, str], set[str]] = {}
    for row in read(prefix + "spans"):
        surface = TEXTS[row["text_id"]]["text"][row["start"] : row["end"]]
        spans.setdefault((row["text_id"], row["zone"]), set()).add(surface)
    wanted: dict[tuple[str, str], set[str]] = {}
    for row in read(prefix + "needs"):
        for column, zone in (("must_have", "required"), ("merit", "merit")):
            wanted.setdefault((row["text_id"], zone), set()).update(filter(None, row[column].split("|")))
    for key in spans.keys() | wanted.keys():
        if key[1] in {"required", "merit"}:
            assert spans.get(key, set()) == wanted.get(key, set()), key


@pytest.mark.parametrize("prefix", PREFIXES)
def test_shared_ads_are_labelled_by_id_offset_and_label_only(prefix):
    spans, jobs = read(prefix + "ads85"), read(prefix + "ads85_occupation")
    assert set(spans[0]) == {"ad_id", "start", "end", "skill", "zone"}
    assert set(jobs[0]) <= {"ad_id", "occupation", "occupation_alt", "employer_agrees"}
    assert {row["ad_id"] for row in spans} <= {row["ad_id"] for row in jobs}
    assert all(row["occupation"] in GROUPS and row["occupation_alt"] in GROUPS | {""} for row in jobs)
    assert all(row["zone"] in ZONES and 0 <= row["start"] < row["end"] for row in spans)
    assert not any(re.search(r"@|https?:|www\.|\d{5}", row["skill"]) for row in spans)


@pytest.mark.shared_data
def test_shared_ads_are_those_of_the_reply_and_the_forty_with_the_lowest_id_have_spans():
    texts = {ad["id"]: ad["description"]["text"] for ad in json.loads(ADS.read_text(encoding="utf-8"))["hits"]}
    ordered = sorted(texts, key=int)
    assert [row["ad_id"] for row in read("ads85_occupation")] == ordered
    spans = read("ads85")
    assert list(dict.fromkeys(row["ad_id"] for row in spans)) == ordered[:40]
    for row in spans:
        surface = texts[row["ad_id"]][row["start"] : row["end"]]
        assert surface == surface.strip(), (row["ad_id"], row["start"])
        assert row["end"] <= len(texts[row["ad_id"]]), (row["ad_id"], row["start"])


@pytest.mark.parametrize("name", ["spans", "zones", "needs", "ads85", "ads85_occupation"])
def test_both_readings_of_the_sample_cover_the_same_texts(name):
    first, second = read(f"first_{name}"), read(f"reread_{name}")
    key = "ad_id" if name.startswith("ads85") else "text_id"
    assert {row[key] for row in first} == {row[key] for row in second}
    if name == "zones":
        assert [(r["text_id"], r["start"], r["end"]) for r in first] == [
            (r["text_id"], r["start"], r["end"]) for r in second
        ]
    least = {"needs": 25, "ads85": 15, "ads85_occupation": 15}.get(name, 1)
    assert len({row[key] for row in first}) >= least
