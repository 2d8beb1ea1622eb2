"""What the measures page says of planning together, of what was left out, and of other sums and futures."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from brygga_web.decisions.measures import _window


@pytest.fixture
def pages(write_run, tmp_path, settings):
    """The measures page in both languages, of a run without the tables named."""

    def read(*without: str) -> tuple[str, str]:
        folder = write_run(tmp_path / f"run{len(list(tmp_path.iterdir()))}")
        for name in without:
            (folder / f"{name}.parquet").unlink()
        settings.BRYGGA_RESULTS = str(folder)
        client = Client(headers={"host": "localhost"})
        return tuple(client.get(f"{prefix}/insatser/?ar=2033").content.decode() for prefix in ("", "/en"))

    return read


def test_the_value_of_cooperation_is_said_with_its_ends(pages):
    swedish, english = pages()
    assert "samverkan värd 26 personår, bevisat mellan 25 och 28 för dessa planer" in swedish
    assert "cooperation is worth 26 person-years, proven between 25 and 28 for these plans" in english
    assert "startar inget ensam" in swedish


def test_a_municipality_that_loses_is_shown_with_its_loss(pages):
    assert "−2" in pages()[0].split('id="samverkan"')[1].split("</table>")[0]


def test_what_was_left_out_is_named_with_what_stands_in_the_way(pages):
    out = pages()[1].split('id="inte"')[1].split("</table>")[0]
    assert "displaces what fills more" in out
    assert "Workplace-training places" in out


def test_the_front_names_its_knee_and_its_floor(pages):
    shown = pages()[1].split('id="front"')[1].split("</table>")[0]
    assert "the curve bends most here" in shown
    assert "floor: at least 20" in shown
    assert "250" in shown


def test_foresight_is_no_plan_to_choose(pages):
    shown = pages()[1].split('id="framtider"')[1].split("</table>")[0]
    assert "As last year" in shown
    assert "foresight" not in shown


def test_a_run_without_them_has_a_page_all_the_same(pages):
    swedish, _ = pages("plan_cooperation", "plan_front", "plan_candidates", "plan_reasons")
    assert "Samverkan fyller" not in swedish
    assert 'id="front"' not in swedish
    assert "Planen: utbildningsplatser" in swedish


def test_a_day_that_nobody_read_is_said_to_be_an_example():
    start = {"apply_by": date(2027, 1, 15), "window_standing": "example"}
    assert _window(start, "en") == "2027-01-15 (example)"
    assert _window(start | {"window_standing": "read"}, "en") == "2027-01-15"
    assert _window(start | {"apply_by": None}, "sv") == ""
