"""Susa-navet: every education event in Sweden that providers report (EMIL 3).

About 272,000 events: adult education, higher vocational education (YH), universities, folk high schools and
labour-market training. A page is a HAL object: the list under `educationEvents` (at the top or in `_embedded`),
which page it is of how many under `page`. Everything changed
since a day is asked for with `updatedSince`, so a later update reads little.

Events name their programme by the id of an education info, which holds the title and the form; `read_events`
takes both lists. An event that is cancelled or whose status is not ACTIVE is left out, an event without a municipality
is kept without one.

Start reading at `read_events`.

Source: Skolverket, Susa-navet EMIL 3 (CC0), https://api.skolverket.se/susa-navet/emil3. No reply was recorded when this
was written: the shape is the one that public clients of 2026 read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from brygga.core import tables
from brygga.core.errors import SettingError, TableError
from brygga.sources.http import Client, Tell
from brygga.sources.provider import Fetched, PlannedCall, Wanted
from brygga.sources.replies import CHANGED, TELL, asked, counted_up, key_of, text_of, walk, wrong_kind

ADDRESS = "https://api.skolverket.se/susa-navet/emil3"
"""Where Susa-navet answers."""

PROVIDER = "susa"
CALLS, SECONDS = 5, 1.0
LICENCE = "CC0"
SOURCE = "Susa-navet (Skolverket), EMIL 3"
TABLE = "official_programmes_susa"
EVENTS, INFOS = "educationEvents", "educationInfos"
PAGE = 2_000
SCHOOL_TYPES: Mapping[str, str] = {
    "YH": "yh",
    "VUXGY": "adult",
    "FHS": "folk_high_school",
    "HS": "university",
    "AF": "labour_market",
    "GY": "upper_secondary",
}
"""School types that are asked for, and our kind of each; upper secondary has its own source (`skolverket`)."""

ASKED = ("YH", "VUXGY", "FHS", "HS", "AF")


def plan(wanted: Wanted) -> list[PlannedCall]:
    """Nothing unless the table is asked for by name: the whole country comes, whatever the territory.

    Examples
    --------
    >>> plan(Wanted(("1060",))), len(plan(Wanted(("1060",), tables=("official_programmes_susa",))))
    ([], 10)
    """
    if TABLE not in wanted.tables:
        return []
    return [
        PlannedCall(TABLE, "Susa-navet", 1, PAGE, f"first page of {which} {code}; the others as it says")
        for code in ASKED
        for which in (INFOS, EVENTS)
    ]


def fetch(client: Client, wanted: Wanted, *, tell: Tell) -> Iterator[Fetched]:
    """Table `official_programmes_susa`, the events in the municipalities wanted, when it is asked for by name."""
    if TABLE not in wanted.tables:
        return
    pages: dict[str, list[Any]] = {INFOS: [], EVENTS: []}
    for n, code in enumerate(ASKED, 1):
        for which, held in pages.items():
            held.extend(walk(path_of(which, code), asked(client), next_page, "Susa-navet"))
        tell(f"{TABLE} {code}", n, len(ASKED))
    frame = read_events(pages[EVENTS], pages[INFOS])
    here = frame.filter(pl.col("municipality").is_in(list(wanted.municipalities)))
    nowhere = frame.filter(pl.col("municipality").is_null()).height
    remarks = (f"{nowhere} events of the country have no municipality and are left out",) if nowhere else ()
    selection = {"municipality": list(wanted.municipalities), "schoolType": list(ASKED)}
    yield Fetched(TABLE, here, (EVENTS, INFOS), ("",), selection, remarks)


def path_of(which: str, school_type: str, updated_since: date | None = None) -> str:
    """The first page of a list; only what changed since a day where one is given.

    Raises
    ------
    SettingError when the school type is not known.

    Examples
    --------
    >>> path_of(EVENTS, "YH", date(2026, 11, 1))
    'educationEvents?schoolType=YH&page=0&size=2000&updatedSince=2026-11-01'
    """
    if school_type not in SCHOOL_TYPES:
        raise SettingError(
            f"Susa-navet: no school type {school_type}",
            why="its kind would not be known",
            todo=f"use some of {', '.join(SCHOOL_TYPES)}",
        )
    since = f"&updatedSince={updated_since.isoformat()}" if updated_since else ""
    return f"{which}?schoolType={school_type}&page=0&size={PAGE}{since}"


def next_page(page: Any, path: str) -> str | None:
    """The path of the page after this one, or None on the last: by its numbers, else by its link.

    Examples
    --------
    >>> next_page({"page": {"number": 0, "totalPages": 2}}, "educationEvents?page=0")
    'educationEvents?page=1'
    >>> next_page({"_links": {"self": {"href": "https://x?page=1"}}}, "educationEvents?page=1") is None
    True
    """
    if isinstance(page, Mapping) and "page" not in page and isinstance(page.get("_links"), Mapping):
        following = page["_links"].get("next")
        return text_of(following, "href", "Susa-navet: _links.next") if following else None
    return counted_up(key_of(page, "page", "Susa-navet"), path, "Susa-navet")


def read_events(events: Iterable[Any], infos: Iterable[Any]) -> pl.DataFrame:
    """Table `official_programmes_susa` from pages of events and of the infos they point to.

    Raises
    ------
    TableError when a page has another shape than expected.
    """
    about = {
        text_of(info, "id", at): key_of(info, "content", at)
        for n, page in enumerate(infos, 1)
        for at, info in _listed(page, INFOS, f"Susa-navet, page {n} of infos")
    }
    rows = [
        row
        for n, page in enumerate(events, 1)
        for at, event in _listed(page, EVENTS, f"Susa-navet, page {n} of events")
        if (row := _row(event, about, at))
    ]
    frame = pl.DataFrame(rows, schema=tables.empty(TABLE).schema, orient="row")
    latest = frame.unique(tables.keys(TABLE), keep="last", maintain_order=True)
    return tables.check(latest.sort(tables.keys(TABLE)), TABLE, where="Susa-navet")


def _listed(page: Any, name: str, where: str) -> Iterator[tuple[str, Any]]:
    """Each entry of a page's list with its place."""
    holder = page.get("_embedded", page) if isinstance(page, Mapping) else page
    if isinstance(holder, Mapping) and name not in holder:
        counted = page.get("page")
        if isinstance(counted, Mapping) and counted.get("totalElements") == 0:
            return
        raise TableError(f"{where} has no key {name}; it has {', '.join(holder)}", why=CHANGED, todo=TELL)
    found = key_of(holder, name, where)
    if not isinstance(found, list):
        raise wrong_kind(found, "a list", f"{where}: {name}")
    yield from ((f"{where}: {name}[{n}]", entry) for n, entry in enumerate(found))


def _row(event: Any, infos: Mapping[str, Any], at: str) -> dict[str, Any] | None:
    content = key_of(event, "content", at)
    programme = text_of(content, "education", f"{at}.content")
    if str(event.get("status") or "ACTIVE").upper() != "ACTIVE" or content.get("isCancelled"):
        return None
    info = infos.get(programme, {})
    form = code_of(info.get("form")) or "unknown"
    execution = content.get("execution") or {}
    places = content.get("locations") or []
    pace = (content.get("paceOfStudy") or {}).get("percentage")
    return {
        "event": text_of(event, "id", at),
        "municipality": municipality_of(places, f"{at}.content.locations"),
        "provider": next(iter(content.get("providers") or []), None),
        "programme": programme,
        "name": in_swedish(info.get("title")),
        "kind": SCHOOL_TYPES.get(form.upper(), "other"),
        "form": form,
        "starts": _day(execution.get("start"), f"{at}.content.execution.start"),
        "ends": _day(execution.get("end"), f"{at}.content.execution.end"),
        "pace": pace / 100 if isinstance(pace, (int, float)) else None,
        "source": SOURCE,
    }


def municipality_of(places: Any, at: str) -> str | None:
    """The municipality of the first place that has one, or None.

    Examples
    --------
    >>> municipality_of([{"areaCode": "1060"}], "locations"), municipality_of([{}], "locations")
    ('1060', None)
    """
    if not isinstance(places, list):
        raise wrong_kind(places, "a list", at)
    areas = [str(place.get("areaCode") or "") for place in places if isinstance(place, Mapping)]
    return next((area[:4] for area in areas if len(area) >= 4), None)


def code_of(found: Any) -> str:
    """The code of an EMIL value, which comes as text or as an object with `code`.

    Examples
    --------
    >>> code_of({"code": "yh"}), code_of("yh"), code_of(None)
    ('yh', 'yh', '')
    """
    return str((found.get("code") if isinstance(found, Mapping) else found) or "")


def in_swedish(found: Any) -> str | None:
    """The Swedish text of an EMIL text in several languages, or the first there is.

    Examples
    --------
    >>> in_swedish({"strings": [{"lang": "eng", "value": "Welder"}, {"lang": "swe", "value": "Svetsare"}]})
    'Svetsare'
    """
    texts = found.get("strings") if isinstance(found, Mapping) else None
    if not isinstance(texts, list):
        return None
    by_language = {text.get("lang"): text.get("value") for text in texts if isinstance(text, Mapping)}
    return by_language.get("swe") or next((text for text in by_language.values() if text), None)


def _day(found: Any, at: str) -> date | None:
    if not found:
        return None
    try:
        return date.fromisoformat(str(found)[:10])
    except ValueError as error:
        raise wrong_kind(found, "a day such as 2027-08-16", at) from error
