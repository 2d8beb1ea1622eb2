"""The notice clock: what the law says must happen when, from the day of the notice.

Posts are counted county by county. In each:

    duty           posts >= 5, or dismissals within ninety days >= 20
    counted        the larger of the two numbers
    first leaving  notice + 2, 4 or 6 months (from 5, 26 and 101 counted), 6 weeks for fixed-term posts,
                   1 month for a layoff; without a duty the shortest notice period of employment protection
    person list    the latest day with one month left before the first leaves

and the opposite question: `latest_notice` gives the last day of notice for a leaving date. Everything is read from
`notice_rules`, by the day of the notice. A clock says what the rules say; it decides nothing for anybody.

Source: lag (1974:13) 1-2 a §§ and Arbetsförmedlingen's AFFS 2010:2, read where each row of the rules says.

Start reading at `notice_clock`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from brygga.core import codes
from brygga.core.errors import BryggaError, SettingError, listed, raise_all
from brygga.impact.months import add_months, latest_start
from brygga.impact.notice_rules import NoticeRules, Rule, rules_on

DAYS_IN_WEEK = 7
KINDS = ("dismissal", "fixed_term", "layoff")
NO_DUTY = "no_duty"


@dataclass(frozen=True)
class CountyClock:
    """The clock of one county's posts."""

    county: str
    posts: int
    counted: int
    duty: bool
    rule: Rule
    first_leaving: date
    person_list_by: date | None
    late_days: int
    why_sv: str
    why_en: str


@dataclass(frozen=True)
class Clock:
    """The clocks of the counties that posts are lost in, each for itself."""

    notice: date
    kind: str
    leaving: date | None
    counties: tuple[CountyClock, ...]
    rules: NoticeRules

    @property
    def _slowest(self) -> CountyClock:
        return max(self.counties, key=lambda clock: (clock.first_leaving, clock.county))

    @property
    def first_leaving(self) -> date:
        """The first day that somebody may leave in every county: the latest of the counties' days."""
        return self._slowest.first_leaving

    @property
    def person_list_by(self) -> date | None:
        """The first of the counties' last days for the person list; None where no county has a duty."""
        days = [clock.person_list_by for clock in self.counties if clock.person_list_by]
        return min(days) if days else None

    @property
    def months(self) -> int:
        """Lead time of the slowest county in months; 0 without a duty, and for a lead time in weeks."""
        slowest = self._slowest
        return slowest.rule.number if slowest.duty and slowest.rule.unit == "months" else 0

    @property
    def duty(self) -> bool:
        """Whether a notice is due in any county."""
        return any(clock.duty for clock in self.counties)

    @property
    def late_days(self) -> int:
        """Days by which the leaving date comes before the clock allows; 0 when it does not."""
        return max(clock.late_days for clock in self.counties)

    @property
    def rule(self) -> str:
        """The name of the rule that sets the slowest county's time."""
        slowest = self._slowest
        return slowest.rule.rule if slowest.duty else NO_DUTY

    @property
    def why_sv(self) -> str:
        """Why, in Swedish, county by county."""
        return " ".join(clock.why_sv for clock in self.counties)

    @property
    def why_en(self) -> str:
        """Why, county by county."""
        return " ".join(clock.why_en for clock in self.counties)


def notice_clock(
    posts_by_county: Mapping[str, float],
    notice: date,
    *,
    leaving: date | None = None,
    within_90_days: Mapping[str, float] | None = None,
    kind: str = "dismissal",
    rules: NoticeRules | None = None,
) -> Clock:
    """What must happen when, for posts lost in one or more counties.

    Parameters
    ----------
    posts_by_county : whole posts that this notice is about, by county code; several counties are counted each for
        itself
    notice : the day the notice is given
    leaving : the day the first is meant to leave, to see whether the notice comes in time
    within_90_days : all dismissals expected within ninety days in a county, these posts included
    kind : dismissal, fixed_term (posts for a time that end early) or layoff (work ceases, the employment goes on)
    rules : the rules to go by; those in force on the day of the notice by default

    Raises
    ------
    SettingError, UnknownCodeError, or FaultsError with several; ParameterError where no rule is in force so early.

    Examples
    --------
    >>> clock = notice_clock({"10": 140}, date(2026, 8, 31))
    >>> clock.months, clock.first_leaving, clock.person_list_by
    (6, datetime.date(2027, 2, 28), datetime.date(2027, 1, 31))
    """
    known = rules or rules_on(notice)
    period = within_90_days or {}
    raise_all("the notice", _faults(posts_by_county, period, notice, leaving, kind))
    counted = [
        _county(county, round(posts), round(period.get(county, posts)), notice, leaving, kind, known)
        for county, posts in sorted(posts_by_county.items())
    ]
    return Clock(notice, kind, leaving, tuple(counted), known)


def latest_notice(
    posts: float, leaving: date, *, within_90_days: float | None = None, kind: str = "dismissal", county: str = "01"
) -> date:
    """The last day that a notice for `posts` in one county may be given when the first is to leave on `leaving`.

    The rules are those of the leaving date, since the day of the notice is what is asked for.

    Examples
    --------
    >>> latest_notice(100, date(2027, 2, 28)), latest_notice(101, date(2027, 2, 28))
    (datetime.date(2026, 10, 31), datetime.date(2026, 8, 31))
    """
    known = rules_on(leaving)
    period = {} if within_90_days is None else {county: within_90_days}
    clock = notice_clock({county: posts}, leaving, within_90_days=period, kind=kind, rules=known)
    return _back(clock.counties[0].rule, leaving)


def _county(
    county: str, posts: int, period: int, notice: date, leaving: date | None, kind: str, rules: NoticeRules
) -> CountyClock:
    least, least_in_period = rules.one("duty_persons").number, rules.one("duty_persons_in_period").number
    duty = posts >= least or period >= least_in_period
    counted = max(posts, period) if period >= least_in_period else posts
    rule = _rule(duty, counted, kind, rules)
    first = _forward(rule, notice)
    list_rule = rules.one("person_list")
    ends = leaving if leaving is not None and leaving > first else first
    listed_by = latest_start(ends, list_rule.number) if duty and kind == "dismissal" else None
    late = max(0, (first - leaving).days) if leaving else 0
    sv, en = _why(county, posts, counted, duty, rule)
    return CountyClock(county, posts, counted, duty, rule, first, listed_by, late, sv, en)


def _rule(duty: bool, counted: int, kind: str, rules: NoticeRules) -> Rule:
    if not duty:
        return rules.one("notice_period")
    if kind == "fixed_term":
        return rules.one("lead_time_fixed_term")
    if kind == "layoff":
        return rules.one("lead_time_layoff")
    first = rules.all("lead_time")[0].least
    return rules.one("lead_time", max(counted, first))


def _forward(rule: Rule, day: date) -> date:
    if rule.unit == "weeks":
        return day + timedelta(days=DAYS_IN_WEEK * rule.number)
    return add_months(day, rule.number)


def _back(rule: Rule, day: date) -> date:
    if rule.unit == "weeks":
        return day - timedelta(days=DAYS_IN_WEEK * rule.number)
    return latest_start(day, rule.number)


def _why(county: str, posts: int, counted: int, duty: bool, rule: Rule) -> tuple[str, str]:
    """The reason in Swedish and English."""
    sv, en = codes.name_of(county, "county", "sv"), codes.name_of(county, "county", "en")
    if not duty:
        return (
            f"{sv}: {posts} tjänster, under fem, så inget varsel behöver lämnas; uppsägningstiderna gäller.",
            f"{en}: {posts} posts, under five, so no notice is due; the notice periods of each person hold.",
        )
    more_sv = f" ({counted} inom nittio dagar)" if counted > posts else ""
    more_en = f" ({counted} within ninety days)" if counted > posts else ""
    return f"{sv}: {posts} tjänster{more_sv}. {rule.text_sv}.", f"{en}: {posts} posts{more_en}. {rule.text_en}."


def _faults(
    posts: Mapping[str, float], period: Mapping[str, float], notice: date, leaving: date | None, kind: str
) -> list[BryggaError]:
    faults: list[BryggaError] = []
    if kind not in KINDS:
        faults.append(_fault(f"kind {kind}", "the clock knows no such kind", f"choose one of: {', '.join(KINDS)}"))
    if not posts:
        faults.append(_fault("no posts", "a notice is about posts in a county", "give the posts of each county"))
    try:
        codes.check_codes([*posts, *period], "county", where="posts by county")
    except BryggaError as error:
        faults.append(error)
    counts = [*posts.items(), *period.items()]
    broken = [f"{count:g} in county {county}" for county, count in counts if count < 0 or count != round(count)]
    if broken:
        faults.append(_fault(f"posts: {listed(broken)}", "posts are whole and not negative", "give whole posts"))
    fewer = [county for county, count in posts.items() if period.get(county, count) < count]
    if fewer:
        why = "the posts of this notice are among them"
        faults.append(_fault(f"fewer within ninety days than now in county {listed(fewer)}", why, "add them in"))
    if leaving is not None and leaving < notice:
        faults.append(
            _fault(
                f"the first leaves on {leaving}, before the notice on {notice}",
                "a notice is given before anybody leaves",
                "check the two dates, or write the day the notice was really given",
            )
        )
    return faults


def _fault(what: str, why: str, todo: str) -> BryggaError:
    return SettingError(what, why=why, todo=todo)
