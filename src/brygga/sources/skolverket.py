"""Skolverket: which programmes schools and providers plan to give, and what is published of them.

Replies of Planned Educations v4 are an envelope (`status`, `message`, `body`) around a page of the form HAL:
`_embedded` holds one list, `page` says which page it is of how many. Statistics come as text with a
decimal comma; `valueType` says whether a value exists, is missing (".") or is hidden because it rests on few pupils
("..").

    events   -> table `official_programmes`           upper secondary and adult education
    figures  -> table `official_school_statistics`    per programme, a school or the nation

Start reading at `read_events`.

Source: Skolverket, Planned Educations API v4 (CC0), https://api.skolverket.se/planned-educations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.sources.http import Client, Tell
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.replies import (
    CHANGED,
    TELL,
    asked,
    counted_up,
    in_pieces,
    key_of,
    list_of,
    number_of,
    text_of,
    walk,
    wrong_kind,
)

ADDRESS = "https://api.skolverket.se/planned-educations"
"""Where Skolverket answers. The path stands in its OpenAPI document; the host was not probed."""

PROVIDER = "skolverket"
CALLS, SECONDS = 5, 1.0
LICENCE = "CC0"
SOURCE = "Skolverket, planned educations v4"
TABLE, STATISTICS = "official_programmes", "official_school_statistics"
NATION = "00"
PLACES_A_CALL = 20
UPPER_SECONDARY, ADULT = "educationEvents", "listedAdultEducationEvents"
PAGE_SIZE: Mapping[str, int] = {UPPER_SECONDARY: 100, ADULT: 200}
PATHS: Mapping[str, str] = {UPPER_SECONDARY: "education-events", ADULT: "adult-education-events"}
KINDS: Mapping[str, str] = {
    "Yrkeshögskoleutbildning": "yh",
    "Gymnasial vuxenutbildning": "adult",
    "Grundläggande vuxenutbildning": "adult",
    "Folkhögskoleutbildning": "folk_high_school",
    "Arbetsmarknadsutbildning": "labour_market",
}
"""Our kind for the publisher's word; a word that is not here is kind other and keeps its word in `form`."""

VALUE_TYPES: Mapping[str, str] = {
    "EXISTS": "observed",
    "MISSING": "not_available",
    "OMITTED_DUE_TO_BASED_ON_FEW_PUPILS": "suppressed",
}
ROUNDED = "cirka"
MEASURES = (
    "totalNumberOfPupils",
    "ratioOfPupilsWithExamWithin3Years",
    "ratioOfStudentsEligibleForUndergraduateEducation",
    "gradesPointsForStudentsWithExam",
    "studentsPerTeacherQuota",
    "certifiedTeachersQuota",
    "admissionPointsMin",
    "admissionPointsAverage",
)
"""The measures that are read: size, completion, quality and how sought a programme is."""


def plan(wanted: Wanted) -> list[PlannedCall]:
    """Nothing unless the table is asked for by name: a large municipality has thousands of adult courses.

    Examples
    --------
    >>> plan(Wanted(("1060",))), [call.note for call in plan(Wanted(("1060",), tables=("official_programmes",)))]
    ([], ['first page of educationEvents', 'first page of listedAdultEducationEvents'])
    """
    if TABLE not in wanted.tables:
        return []
    return [
        PlannedCall(
            TABLE, "Skolverket", len(paths_of(wanted.territory, which)), PAGE_SIZE[which], f"first page of {which}"
        )
        for which in PATHS
    ]


def fetch(client: Client, wanted: Wanted, *, tell: Tell) -> Iterator[Fetched]:
    """Table `official_programmes`, page after page, when it is asked for by name."""
    if TABLE not in wanted.tables:
        return
    paths = [path for which in PATHS for path in paths_of(wanted.territory, which)]
    pages: list[Any] = []
    for n, path in enumerate(paths, 1):
        pages.extend(walk(path, asked(client), next_page, "Skolverket"))
        tell(TABLE, n, len(paths))
    frame = read_events(pages)
    nowhere = frame.filter(pl.col("municipality").is_null()).height
    remarks = (f"{nowhere} events have no municipality",) if nowhere else ()
    yield Fetched(TABLE, frame, tuple(PATHS.values()), ("",), {"municipality": list(wanted.territory)}, remarks)


def paths_of(municipalities: Sequence[str], which: str) -> list[str]:
    """The first page of each call for one kind of events.

    Examples
    --------
    >>> paths_of(["1060"], UPPER_SECONDARY)
    ['v4/education-events?geographicalAreaCode=1060&page=0&size=100']
    """
    return [
        f"v4/{PATHS[which]}?geographicalAreaCode={','.join(some)}&page=0&size={PAGE_SIZE[which]}"
        for some in in_pieces(municipalities, PLACES_A_CALL)
    ]


def next_page(page: Any, path: str) -> str | None:
    """The path of the next page, or None on the last; links are not followed, the documented ones name a test host."""
    return counted_up(key_of(body_of(page, "Skolverket"), "page", "Skolverket: body"), path, "Skolverket")


def body_of(reply: Any, where: str) -> Mapping[str, Any]:
    """What the envelope holds.

    Raises
    ------
    TableError when the service says that it failed, or the envelope has another shape.

    Examples
    --------
    >>> body_of({"status": "OK", "message": "Success", "body": {}}, "Skolverket")
    {}
    """
    status = text_of(reply, "status", where)
    if status.removeprefix("200 ") != "OK":
        raise TableError(
            f"{where}: the service answers {status} ({reply.get('message')})",
            why="it says itself that the call failed",
            todo="try again later; what came before is kept",
        )
    body = key_of(reply, "body", where)
    if not isinstance(body, Mapping):
        raise wrong_kind(body, "an object", f"{where}: body")
    return body


def read_events(pages: Iterable[Any]) -> pl.DataFrame:
    """Table `official_programmes` from pages of upper secondary or adult education events.

    An event that stands on two pages, because something was added while they were read, counts once.

    Raises
    ------
    TableError when a page has another shape than the documented one, or two events have one id.
    """
    rows = [row for n, page in enumerate(pages, 1) for row in _events(page, f"Skolverket, page {n}")]
    frame = pl.DataFrame(rows, schema=tables.empty(TABLE).schema, orient="row").unique(maintain_order=True)
    return tables.check(frame.sort(tables.keys(TABLE)), TABLE, where="Skolverket")


def read_statistics(replies: Iterable[Any]) -> pl.DataFrame:
    """Table `official_school_statistics` from replies on one school unit or on the nation.

    A school unit's reply holds `programMetrics`, one entry a programme; the nation's holds one programme itself.
    """
    rows: list[dict[str, Any]] = []
    for n, reply in enumerate(replies, 1):
        where = f"Skolverket, statistics {n}"
        body = body_of(reply, where)
        metrics = list_of(body, "programMetrics", where) if "programMetrics" in body else [body]
        for k, entry in enumerate(metrics):
            rows += _figures(entry, f"{where}: programMetrics[{k}]" if "programMetrics" in body else where)
    frame = pl.DataFrame(rows, schema=tables.empty(STATISTICS).schema, orient="row")
    return tables.check(frame.sort(tables.keys(STATISTICS)), STATISTICS, where="Skolverket")


def _events(page: Any, where: str) -> Iterator[dict[str, Any]]:
    body = body_of(page, where)
    if "_embedded" not in body and key_of(body, "page", where).get("totalElements") == 0:
        return
    held = key_of(body, "_embedded", where)
    which = next((name for name in PATHS if name in held), None)
    if which is None:
        raise TableError(
            f"{where}: _embedded has neither {UPPER_SECONDARY} nor {ADULT} but {', '.join(held) or 'nothing'}",
            why=CHANGED,
            todo=TELL,
        )
    for n, event in enumerate(list_of(held, which, where)):
        at = f"{where}: {which}[{n}]"
        yield _upper_secondary(event, at) if which == UPPER_SECONDARY else _adult(event, at)


def _upper_secondary(event: Any, at: str) -> dict[str, Any]:
    school, path = text_of(event, "schoolUnitCode", at), text_of(event, "studyPathCode", at)
    starts = day_of(event, "startDate", at)
    return {
        "event": f"{school}/{path}/{starts or 'no day'}",
        "municipality": key_of(event, "geographicalAreaCode", at) or None,
        "provider": key_of(event, "schoolUnitName", at),
        "programme": path,
        "name": key_of(event, "studyPathName", at),
        "kind": "upper_secondary",
        "form": text_of(key_of(event, "typeOfSchooling", at), "code", f"{at}.typeOfSchooling"),
        "starts": starts,
        "ends": day_of(event, "endDate", at),
        "pace": None,
        "source": SOURCE,
    }


def _adult(event: Any, at: str) -> dict[str, Any]:
    form = text_of(event, "typeOfSchool", at)
    identity = text_of(event, "educationEventId", at)
    title = key_of(event, "titleSv", at)
    return {
        "event": identity,
        "municipality": key_of(event, "geographicalAreaCode", at) or None,
        "provider": key_of(event, "providerName", at),
        "programme": identity,
        "name": title.removeprefix("<![CDATA[").removesuffix("]]>") if isinstance(title, str) else None,
        "kind": KINDS.get(form, "other"),
        "form": form,
        "starts": day_of(event, "semesterStartFrom", at),
        "ends": None,
        "pace": pace_of(key_of(event, "paceOfStudy", at)),
        "source": SOURCE,
    }


def _figures(entry: Any, where: str) -> Iterator[dict[str, Any]]:
    programme = text_of(entry, "programCode", where)
    for measure in MEASURES:
        for n, cell in enumerate(entry.get(measure) or []):
            at = f"{where}.{measure}[{n}]"
            kind = text_of(cell, "valueType", at)
            if kind not in VALUE_TYPES:
                raise wrong_kind(kind, f"one of {', '.join(VALUE_TYPES)}", f"{at}.valueType")
            told = str(key_of(cell, "value", at) or "").strip() if kind == "EXISTS" else ""
            value = number_of({"value": told.removeprefix(ROUNDED)}, "value", at)
            rounded = "; rounded by the publisher" if told.startswith(ROUNDED) else ""
            yield {
                "school": entry.get("schoolUnit") or NATION,
                "programme": programme,
                "measure": measure,
                "period": key_of(cell, "timePeriod", at) or "unknown",
                "value": value,
                "status": VALUE_TYPES[kind],
                "source": SOURCE + rounded,
            }


def day_of(holder: Any, key: str, at: str) -> date | None:
    """The day that stands under a key, or None where it is null.

    Examples
    --------
    >>> day_of({"startDate": "2024-08-01T00:00:00"}, "startDate", "event")
    datetime.date(2024, 8, 1)
    """
    found = key_of(holder, key, at)
    if found is None or found == "":
        return None
    try:
        return date.fromisoformat(str(found)[:10])
    except ValueError as error:
        raise wrong_kind(found, "a day such as 2027-08-16", f"{at}.{key}") from error


def pace_of(found: Any) -> float | None:
    """Pace of study as a share of full time; None where it is not set or is a span.

    Examples
    --------
    >>> pace_of("100.0"), pace_of("null"), pace_of("25-50"), pace_of(None)
    (1.0, None, None, None)
    """
    try:
        return float(found) / 100
    except (TypeError, ValueError):
        return None
