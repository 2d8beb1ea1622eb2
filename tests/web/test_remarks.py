"""The plan's warnings in the language of the page, made from data; what has no words stays, marked as English."""

from __future__ import annotations

import json

import pytest
from django.test import Client


@pytest.fixture
def read_with(write_run, tmp_path, settings):
    """The measures page of a run with the warnings given."""

    def page(*warnings: str, prefix: str = "", **summed: object) -> str:
        folder = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
        settings.BRYGGA_RESULTS = str(write_run(folder))
        summary = folder / "summary.json"
        summary.write_text(
            json.dumps(json.loads(summary.read_text()) | {"status": "optimal", "warnings": list(warnings)} | summed)
        )
        reply = Client(headers={"host": "localhost"}).get(f"{prefix}/insatser/?ar=2033")
        return reply.content.decode()

    return page


def test_occupations_without_a_programme_are_counted_in_the_language_of_the_page(read_with):
    warning = "No measure leads to 3 occupation(s) with unfilled posts: 532, 7212 and 819."
    unled = {"occupations": 3, "person_years": 20.0}
    page = read_with(warning, not_led_to=unled)
    assert "leder till 3 av de 5 yrken" in page
    assert warning not in page
    assert "leads to 3 of the 5 occupations" in read_with(warning, prefix="/en", not_led_to=unled)


def test_a_plan_cut_off_is_said(read_with):
    page = read_with(
        "The plan was cut off by its time limit: its bound holds, but another machine may find another.",
        status="feasible",
    )
    assert "avbröts av sin tidsgräns" in page
    assert "cut off" not in page


def test_a_warning_without_words_stays_marked_as_english(read_with):
    page = read_with("As last year breaks 9 limit(s): money.")
    after = page[page.index("Programmets anmärkningar") :]
    assert "As last year breaks 9 limit(s): money." in after[after.index('lang="en"') :]
    assert "Att tänka på" not in page


def test_without_warnings_nothing_is_said(read_with):
    assert "Att tänka på" not in read_with()
