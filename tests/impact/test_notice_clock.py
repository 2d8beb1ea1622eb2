"""The notice clock: boundaries of the law, months as the law counts them, several counties, and the steps."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import FaultsError, ParameterError, SettingError, UnknownCodeError
from brygga.impact.clock_steps import closure_clock
from brygga.impact.months import add_months, latest_start, months_between
from brygga.impact.notice_clock import latest_notice, notice_clock
from brygga.impact.notice_rules import notice_rules, rules_on

NOTICE = date(2026, 11, 23)
DAYS = st.dates(date(2019, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("posts", "months", "first"),
    [
        (5, 2, date(2027, 1, 23)),
        (25, 2, date(2027, 1, 23)),
        (26, 4, date(2027, 3, 23)),
        (100, 4, date(2027, 3, 23)),
        (101, 6, date(2027, 5, 23)),
        (500, 6, date(2027, 5, 23)),
    ],
)
def test_the_lead_time_changes_at_26_and_at_101_posts(posts, months, first):
    clock = notice_clock({"10": posts}, NOTICE)
    assert (clock.duty, clock.months, clock.rule, clock.first_leaving) == (True, months, "lead_time", first)


def test_four_posts_need_no_notice_and_five_do():
    four, five = notice_clock({"10": 4}, NOTICE), notice_clock({"10": 5}, NOTICE)
    assert (four.duty, four.months, four.rule, four.person_list_by) == (False, 0, "no_duty", None)
    assert four.first_leaving == date(2026, 12, 23)
    assert five.duty
    assert "under five" in four.why_en
    assert "under fem" in four.why_sv


def test_twenty_within_ninety_days_are_a_duty_and_nineteen_are_not():
    assert not notice_clock({"10": 4}, NOTICE, within_90_days={"10": 19}).duty
    twenty = notice_clock({"10": 4}, NOTICE, within_90_days={"10": 20})
    assert (twenty.duty, twenty.months) == (True, 2)
    assert "20 within ninety days" in twenty.why_en


def test_what_goes_within_ninety_days_counts_towards_the_lead_time():
    assert notice_clock({"10": 20}, NOTICE, within_90_days={"10": 26}).months == 4
    assert notice_clock({"10": 6}, NOTICE, within_90_days={"10": 19}).months == 2


def test_each_county_is_counted_for_itself():
    clock = notice_clock({"10": 60, "12": 60, "07": 4}, NOTICE)
    assert [(c.county, c.duty, c.first_leaving) for c in clock.counties] == [
        ("07", False, date(2026, 12, 23)),
        ("10", True, date(2027, 3, 23)),
        ("12", True, date(2027, 3, 23)),
    ]
    assert clock.months == 4  # 120 together would be six
    assert clock.counties[1] == notice_clock({"10": 60}, NOTICE).counties[0]


def test_the_order_of_counties_does_not_matter():
    assert notice_clock({"10": 60, "12": 130}, NOTICE) == notice_clock({"12": 130, "10": 60}, NOTICE)


def test_fixed_term_is_six_weeks_and_a_layoff_one_month():
    fixed = notice_clock({"10": 30}, NOTICE, kind="fixed_term")
    assert (fixed.first_leaving, fixed.person_list_by) == (NOTICE + timedelta(weeks=6), None)
    layoff = notice_clock({"10": 30}, date(2027, 1, 31), kind="layoff")
    assert layoff.first_leaving == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
        (date(2026, 12, 15), 2, date(2027, 2, 15)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(start, months, end):
    assert add_months(start, months) == end


@given(DAYS, st.integers(0, 24))
def test_the_latest_start_is_the_last_day_that_is_early_enough(end, months):
    start = latest_start(end, months)
    assert add_months(start, months) <= end < add_months(start + timedelta(days=1), months)
    assert months_between(start, end) == months


@given(DAYS, st.integers(1, 400), st.sampled_from(["dismissal", "fixed_term", "layoff"]))
def test_a_notice_on_its_last_day_is_in_time_and_a_day_later_is_late(leaving, posts, kind):
    last = latest_notice(posts, leaving, kind=kind)
    rules = rules_on(leaving)
    assert notice_clock({"10": posts}, last, leaving=leaving, kind=kind, rules=rules).late_days == 0
    if last < leaving:
        after = notice_clock({"10": posts}, last + timedelta(days=1), leaving=leaving, kind=kind, rules=rules)
        assert after.late_days > 0


@given(st.integers(0, 400), st.integers(0, 400))
def test_more_posts_never_let_anybody_leave_earlier(some, more):
    def first(posts):
        return notice_clock({"10": posts}, NOTICE).first_leaving

    assert first(some) <= first(some + more)


def test_the_person_list_is_due_one_month_before_the_first_leaves():
    assert notice_clock({"10": 140}, date(2026, 8, 31)).person_list_by == date(2027, 1, 31)
    later = notice_clock({"10": 140}, date(2026, 8, 31), leaving=date(2027, 6, 30))
    assert later.person_list_by == date(2027, 5, 31)


def test_every_fault_of_a_notice_is_told_at_once():
    with pytest.raises(FaultsError) as caught:
        notice_clock({"10": -3, "12": 2.5}, NOTICE, leaving=date(2026, 11, 1), kind="strike")
    words = str(caught.value)
    assert "kind strike" in words
    assert "-3 in county 10, 2.5 in county 12" in words
    assert "the first leaves on 2026-11-01, before the notice on 2026-11-23" in words


def test_wrong_counties_and_sums_are_named():
    with pytest.raises(UnknownCodeError, match=r"posts by county: 1 code\(s\) not in the counties of Sweden: 2"):
        notice_clock({"2": 30}, NOTICE)
    with pytest.raises(SettingError, match=r"fewer within ninety days than now in county 10"):
        notice_clock({"10": 30}, NOTICE, within_90_days={"10": 20})
    with pytest.raises(SettingError, match=r"no posts"):
        notice_clock({}, NOTICE)
    with pytest.raises(ParameterError, match=r"no rule duty_persons is in force on 2009-05-01"):
        notice_clock({"10": 30}, date(2009, 5, 1))


def test_rules_in_force_are_read_by_the_day_of_the_notice():
    def row(first, last, value):
        return dict(base, valid_from=first, valid_to=last, value=value)

    table = notice_rules()
    base = table.filter(rule="lead_time", least=101).row(0, named=True)
    others = table.filter(~((pl.col("rule") == "lead_time") & (pl.col("least") == 101)))
    rows = [row(date(2018, 1, 1), date(2026, 12, 31), 6.0), row(date(2027, 1, 1), None, 8.0)]
    frame = pl.concat([others, pl.DataFrame(rows, schema=table.schema)])
    assert notice_clock({"10": 200}, NOTICE, rules=rules_on(NOTICE, frame=frame)).months == 6
    new_year = date(2027, 1, 1)
    assert notice_clock({"10": 200}, new_year, rules=rules_on(new_year, frame=frame)).months == 8


def test_every_row_that_was_read_says_where():
    table = notice_rules()
    assert table.filter(standing="read")["address"].str.starts_with("http").all()
    assert table.filter(pl.col("valid_to") < pl.col("valid_from")).is_empty()
    assert table["note_sv"].is_null().to_list() == table["note_en"].is_null().to_list()
    assert set(table.filter(topic="lead", standing="read")["rule"]) >= {"lead_time", "lead_time_layoff"}


def test_the_steps_of_140_posts_in_blekinge():
    steps = closure_clock(notice_clock({"10": 140}, date(2026, 8, 31)), shock="1060-29-140")
    day = dict(steps.select("step", "date").iter_rows())
    assert day["notice"] == date(2026, 8, 31)
    assert day["first_leaving"] == date(2027, 2, 28)
    assert day["person_list"] == date(2027, 1, 31)
    assert day["leaves_10_years"] == date(2027, 2, 28)
    assert day["study_support_window_10"] == date(2026, 10, 1)
    assert day["study_support_window_04"] == date(2027, 4, 1)
    assert "too_early" not in day
    assert set(steps["standing"]) <= {"read", "reported"}
    assert steps.filter(step="notice")["text_sv"].item().startswith("Varslet lämnas. Varslet anger skälen")


def test_long_employment_outlasts_a_short_lead_time():
    steps = closure_clock(notice_clock({"10": 10}, date(2026, 8, 31)), shock="x")
    day = dict(steps.select("step", "date").iter_rows())
    assert (day["leaves_00_years"], day["leaves_10_years"]) == (date(2026, 10, 31), date(2027, 2, 28))


def test_a_leaving_date_too_early_is_said_with_the_fee_but_no_amount():
    steps = closure_clock(notice_clock({"10": 140}, NOTICE, leaving=date(2027, 3, 1)), shock="x")
    text = steps.filter(step="too_early")["text_en"].item()
    assert text.startswith(
        "The first is to leave 83 days before the law allows. A notice given too late may cost a fee"
    )
    assert "the amount was not read and is not computed" in text
