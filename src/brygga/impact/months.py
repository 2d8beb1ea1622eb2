"""Months: time in months as the law counts it, forwards and back.

    add_months(day, n)            the same day of the month n months on, or the month's last day
    latest_start(end, n)          the latest day whose n months have passed by `end`

The two belong together: `add_months(latest_start(end, n), n) <= end`, and a day later it is not. So six months
from 31 August are over on the last of February, and who leaves on 28 February is warned on 31 August at latest.

Source: lag (1930:173) om beräkning av lagstadgad tid, 1 § (read at lagen.nu/1930:173).

Start reading at `add_months`.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

YEAR = 12


def add_months(day: date, months: int) -> date:
    """The day `months` later (or earlier, when negative), the month's last day where it has none of that number.

    Examples
    --------
    >>> add_months(date(2026, 8, 31), 6), add_months(date(2027, 8, 31), 6)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 29))
    """
    index = day.year * YEAR + day.month - 1 + months
    year, month = index // YEAR, index % YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def latest_start(end: date, months: int) -> date:
    """The latest day from which `months` have passed by `end`.

    Examples
    --------
    >>> latest_start(date(2027, 2, 28), 6), latest_start(date(2027, 3, 1), 6), latest_start(date(2027, 2, 27), 6)
    (datetime.date(2026, 8, 31), datetime.date(2026, 9, 1), datetime.date(2026, 8, 27))
    """
    start = add_months(end, -months)
    while add_months(start + timedelta(days=1), months) <= end:
        start += timedelta(days=1)
    return start


def months_between(start: date, end: date) -> int:
    """Whole months from `start` that have passed by `end`; negative before it.

    Examples
    --------
    >>> months_between(date(2026, 8, 31), date(2027, 2, 28)), months_between(date(2026, 8, 31), date(2027, 2, 27))
    (6, 5)
    """
    months = (end.year - start.year) * YEAR + end.month - start.month
    return months if add_months(start, months) <= end else months - 1
