"""Skolverket's planned educations, read against the examples in its own OpenAPI document."""

import json
from datetime import date

import polars as pl
import pytest

from brygga.core.errors import TableError
from brygga.core.places import SHARED_DATA
from brygga.sources import skolverket
from brygga.sources.provider import Wanted
from brygga.sources.skolverket import (
    ADULT,
    MEASURES,
    PATHS,
    UPPER_SECONDARY,
    VALUE_TYPES,
    paths_of,
    plan,
    read_events,
    read_statistics,
)
from tests.sources.replayed import replayed

DOCUMENT = "api-recordings/skolverket_planned_educations_v4_openapi.json"


@pytest.fixture(scope="module")
def document():
    return json.loads((SHARED_DATA / DOCUMENT).read_text("utf-8"))


def example(document, path):
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    return next(iter(content.values()))["example"]


def school(code="12345678", path="IN", **other):
    """One upper secondary event, invented."""
    return {
        "schoolUnitCode": code,
        "schoolUnitName": "Påhittade skolan",
        "studyPathCode": path,
        "studyPathName": "Industritekniska programmet",
        "startDate": "2027-08-01T00:00:00",
        "endDate": None,
        "typeOfSchooling": {"code": "gy", "displayName": "Gymnasieskolan"},
        "geographicalAreaCode": "1060",
        **other,
    }


def page(which, *events, number=0, pages=1):
    held = {"_embedded": {which: list(events)}} if events else {}
    counted = {"size": 100, "totalElements": len(events), "totalPages": pages, "number": number}
    return {"status": "OK", "message": "Success", "body": {**held, "page": counted}}


@pytest.mark.shared_data
@pytest.mark.parametrize("which", [UPPER_SECONDARY, ADULT])
def test_the_documented_page_is_read_whole(document, which):
    reply = example(document, f"/v4/{PATHS[which]}")
    events = reply["body"]["_embedded"][which]
    table = read_events([reply])
    assert table.height == len({json.dumps(event, sort_keys=True) for event in events}) > 10
    assert set(table["kind"]) <= {"upper_secondary", "yh", "adult", "other", "folk_high_school", "labour_market"}
    assert not table["name"].str.contains("CDATA").any()


@pytest.mark.shared_data
def test_what_is_asked_for_is_documented(document):
    for which, path in PATHS.items():
        documented = {one["name"]: one["schema"] for one in document["paths"][f"/v4/{path}"]["get"]["parameters"]}
        asked = dict(part.split("=") for part in paths_of(["1060"], which)[0].partition("?")[2].split("&"))
        assert set(asked) <= set(documented)
        assert int(asked["size"]) <= documented["size"]["maximum"]


@pytest.mark.shared_data
def test_the_documented_statistics_are_read_with_what_is_hidden(document):
    nation = example(document, "/v4/statistics/national-values/gy/{programCode}")
    unit = example(document, "/v4/school-units/{schoolUnitCode}/statistics/gy")
    table = read_statistics([nation, unit])
    assert set(table["school"]) == {"00", "49862313"}
    assert set(table["measure"]) <= set(MEASURES)
    pupils = table.filter(pl.col("measure") == "totalNumberOfPupils", pl.col("programme") == "EK")
    assert pupils.select("value", "source").row(0) == (270.0, f"{skolverket.SOURCE}; rounded by the publisher")


@pytest.mark.shared_data
def test_every_value_type_of_the_document_is_known(document):
    found = set()

    def look(held):
        if isinstance(held, dict):
            found.update({held["valueType"]} if "valueType" in held else ())
            [look(one) for one in held.values()]
        elif isinstance(held, list):
            [look(one) for one in held]

    look(document["paths"])
    assert {kind for kind in found if isinstance(kind, str)} == set(VALUE_TYPES)


def test_an_event_by_hand():
    row = read_events([page(UPPER_SECONDARY, school())]).row(0, named=True)
    assert row["event"] == "12345678/IN/2027-08-01"
    assert (row["municipality"], row["kind"], row["starts"], row["ends"]) == (
        "1060", "upper_secondary", date(2027, 8, 1), None,
    )  # fmt: skip


def test_hidden_and_missing_values_are_no_zeros():
    cells = [
        {"value": "0,0", "valueType": "EXISTS", "timePeriod": "2024/25"},
        {"value": None, "valueType": "MISSING", "timePeriod": None},
        {"value": "..", "valueType": "OMITTED_DUE_TO_BASED_ON_FEW_PUPILS", "timePeriod": "2023/24"},
    ]
    body = {"programCode": "IN", "ratioOfPupilsWithExamWithin3Years": cells}
    table = read_statistics([{"status": "OK", "message": "", "body": body}])
    assert table.select("period", "value", "status").rows() == [
        ("2023/24", None, "suppressed"),
        ("2024/25", 0.0, "observed"),
        ("unknown", None, "not_available"),
    ]


def test_pages_are_counted_up_and_an_event_met_twice_counts_once(tmp_path):
    upper, adult = (paths_of(["1060"], which)[0] for which in PATHS)
    client = replayed(
        skolverket,
        tmp_path,
        {
            upper: page(UPPER_SECONDARY, school("1"), school("2"), pages=2),
            upper.replace("page=0", "page=1"): page(UPPER_SECONDARY, school("2"), school("3"), number=1, pages=2),
            adult: page(ADULT),
        },
    )
    wanted = Wanted(("1060",), tables=("official_programmes",))
    (fetched,) = skolverket.fetch(client, wanted, tell=lambda *said: None)
    assert fetched.frame.height == 3
    assert plan(Wanted(("1060",))) == []
    assert list(skolverket.fetch(client, Wanted(("1060",)), tell=lambda *said: None)) == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"status": "500 INTERNAL_SERVER_ERROR", "message": "Fel", "body": None}, "the service answers 500 INTERNAL"),
        ({"message": "", "body": {}}, "page 1 has no key status"),
        ({"status": "OK", "body": []}, "body is .* where an object belongs"),
        (page("schools", school()), "_embedded has neither educationEvents nor listedAdultEducationEvents but schools"),
        (page(UPPER_SECONDARY, {"schoolUnitCode": "1"}), r"educationEvents\[0\] has no key studyPathCode"),
        (page(UPPER_SECONDARY, school(startDate="i höst")), "startDate is .* where a day such as 2027-08-16 belongs"),
        (page(UPPER_SECONDARY, school(), school(schoolUnitName="B")), r"1 key\(s\) stand more than once"),
    ],
)
def test_a_changed_shape_is_named_with_its_place(reply, words):
    with pytest.raises(TableError, match=words):
        read_events([reply])


def test_a_new_reason_for_hiding_is_an_error():
    cells = [{"value": None, "valueType": "SECRET", "timePeriod": None}]
    body = {"programCode": "IN", "totalNumberOfPupils": cells}
    with pytest.raises(TableError, match='valueType is "SECRET" where one of EXISTS, MISSING, OMITTED'):
        read_statistics([{"status": "OK", "body": body}])
