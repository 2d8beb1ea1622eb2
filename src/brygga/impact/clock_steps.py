"""Clock steps: the notice clock as a list a crisis group can tick off, table `closure_clock`.

Per county: the notice and what it holds, the last day for the person list, the first day somebody may leave, the
earliest day by length of employment, whether a leaving date comes too early and what that may cost; then the support
beside it: the next day that transition study support opens, and local job tracks. Each with its rule, source and
standing.

Start reading at `closure_clock`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from brygga.core import tables
from brygga.impact.months import YEAR, add_months
from brygga.impact.notice_clock import Clock, CountyClock
from brygga.impact.notice_rules import Rule

GUIDANCE = ("study_support_age_from", "study_support_worked_months", "study_support_weeks", "study_support_most")
Row = dict[str, object]


def closure_clock(clock: Clock, *, shock: str) -> pl.DataFrame:
    """Table `closure_clock`: every step of a clock, in order of county and day.

    Examples
    --------
    >>> from brygga.impact.notice_clock import notice_clock
    >>> steps = closure_clock(notice_clock({"10": 30}, date(2026, 8, 31)), shock="1060-29-30")
    >>> steps.filter(step="first_leaving")["date"].item()
    datetime.date(2026, 12, 31)
    """
    rows = [
        {"shock": shock, "county": county.county, **row} for county in clock.counties for row in _steps(clock, county)
    ]
    frame = pl.DataFrame(rows, schema=tables.empty("closure_clock").schema)
    return tables.check(frame.sort("county", "date", "step", nulls_last=True), "closure_clock")


def _steps(clock: Clock, county: CountyClock) -> Iterator[Row]:
    rules = clock.rules
    if not county.duty:
        yield _step("no_duty", clock.notice, rules.one("duty_persons"), sv=county.why_sv, en=county.why_en)
    else:
        contents = rules.one("contents")
        sv, en = f"Varslet lämnas. {contents.text_sv}", f"The notice is given. {contents.text_en}"
        yield _step("notice", clock.notice, contents, sv=sv, en=en)
        if county.person_list_by:
            yield _step("person_list", county.person_list_by, rules.one("person_list"))
    yield _step("first_leaving", county.first_leaving, county.rule, sv=county.why_sv, en=county.why_en)
    if county.late_days:
        yield _late(clock, county)
    if clock.kind == "dismissal":
        yield from _notice_periods(clock, county)
    yield _step("confidential", None, rules.one("confidential"))
    yield from _support(clock)


def _late(clock: Clock, county: CountyClock) -> Row:
    """The leaving date comes before the clock allows it."""
    if not county.duty:
        sv = f"Den första ska sluta {county.late_days} dagar innan den kortaste uppsägningstiden är ute"
        en = f"The first is to leave {county.late_days} days before the shortest notice period is over"
        return _step("too_early", clock.leaving, county.rule, sv=sv, en=en)
    fee = clock.rules.one("late_fee")
    sv = f"Den första ska sluta {county.late_days} dagar före den dag lagen medger. {fee.text_sv}. {fee.note_sv}"
    en = f"The first is to leave {county.late_days} days before the law allows. {fee.text_en}. {fee.note_en}"
    return _step("too_early", clock.leaving, fee, sv=sv, en=en)


def _notice_periods(clock: Clock, county: CountyClock) -> Iterator[Row]:
    """The earliest day that who has been employed so long may leave, if dismissed the same day as the notice."""
    for rule in clock.rules.all("notice_period"):
        earliest = max(county.first_leaving, add_months(clock.notice, rule.number))
        sv = f"Tidigaste dag att sluta för den som sägs upp samma dag som varslet; oftast senare. {rule.text_sv}"
        en = f"Earliest day to leave for who is dismissed on the day of the notice; mostly later. {rule.text_en}"
        yield _step(f"leaves_{rule.least:02d}_years", earliest, rule, sv=sv, en=en)


def _support(clock: Clock) -> Iterator[Row]:
    """Guidance beside the clock; who has a right to it is for its authority to say."""
    for rule in sorted(clock.rules.rows.get("study_support_window", ()), key=lambda row: row.least):
        yield _step(f"study_support_window_{rule.least:02d}", _next_month(clock.notice, rule.number), rule)
    for name in GUIDANCE:
        for rule in clock.rules.rows.get(name, ()):
            cap = f": {rule.value:g}" if rule.unit.startswith("SEK") else ""
            note_sv, note_en = f". {rule.note_sv}" if rule.note_sv else "", f". {rule.note_en}" if rule.note_en else ""
            sv, en = f"{rule.text_sv}{cap}{note_sv}", f"{rule.text_en}{cap}{note_en}"
            yield _step(name, None, rule, sv=sv, en=en)
    for name in ("local_job_track", "local_job_track_to_work"):
        for rule in clock.rules.rows.get(name, ()):
            yield _step(name, None, rule, sv=f"{rule.text_sv} ({rule.note_sv})", en=f"{rule.text_en} ({rule.note_en})")


def _next_month(day: date, month: int) -> date:
    """The first day of that calendar month on or after `day`.

    Examples
    --------
    >>> _next_month(date(2026, 10, 1), 10), _next_month(date(2026, 10, 2), 10)
    (datetime.date(2026, 10, 1), datetime.date(2027, 10, 1))
    """
    first = date(day.year, month, 1)
    return first if first >= day else add_months(first, YEAR)


def _step(step: str, day: date | None, rule: Rule, *, sv: str = "", en: str = "") -> Row:
    return {
        "step": step,
        "date": day,
        "who": rule.who,
        "rule": rule.rule,
        "text_sv": sv or rule.text_sv,
        "text_en": en or rule.text_en,
        "standing": rule.standing,
        "source": rule.source,
        "address": rule.address,
    }
