"""Ads: job ads as JobSearch, JobStream and the historical files give them, in bulk or a few.

Each becomes a row of table `job_ads` and nothing else of it is kept: id, headline, text, municipality, the employer's
own code, positions, day and employer. Names of contacts, addresses and numbers are taken out of headline and text
before anything else sees them. Fields may be objects or, in older files, lists. A removed ad that comes as a stub
(JobStream) says nothing new and is left out; one that has its text stays, since the demand was there.

A broken row never loses the others: what was wrong stands beside the ads, with file and line.

Start reading at `read_ads`; `ad_row` makes one row, and `brygga.sources.ad_files` takes files apart.

Source: Arbetsförmedlingen JobTech (JobSearch, JobStream, Historical ads).
"""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import BryggaError, TableError
from brygga.sources.ad_files import Ad, ads_of, unreadable
from brygga.sources.contacts import without_contacts

MOST_POSITIONS = 1e6
"""What an ad may seek; more is a slip of the pen, and counts as one."""

_MARKUP = re.compile(r"<[^<>]{1,500}>")
_LINES = re.compile(r"<(?:br|/?p|/?li|/?div|/?h\d)\b[^<>]{0,200}>", re.IGNORECASE)


class Wrong(NamedTuple):
    """A row that could not be read: where it stands and what is wrong."""

    file: str
    place: str
    what: str


class ReadAds(NamedTuple):
    """Table `job_ads`, and the rows that could not be read."""

    ads: pl.DataFrame
    wrong: tuple[Wrong, ...] = ()


def read_ads(path: Path) -> ReadAds:
    """The ads of one file, all at once; for large files see `brygga.workflow.bulk`.

    Parameters
    ----------
    path : a reply of JobSearch, a list of ads, or one ad a line; as it is or packed

    Returns
    -------
    ReadAds
        One row an ad, in the order of the file, an ad met twice kept once; and every broken row. `occupation` is
        the employer's SSYK code in JobTech's grouping, or empty.

    Raises
    ------
    FileError
        If the file is missing, is not JSON, or none of its rows can be read.
    TableError
        If it is JSON of another shape, or has no ads.
    """
    rows: dict[str, dict[str, object]] = {}
    wrong: list[Wrong] = []
    for ad in ads_of(path):
        row = row_of(ad)
        if isinstance(row, str):
            wrong.append(Wrong(path.name, ad.place, row))
        elif row is not None:
            rows.setdefault(str(row["ad_id"]), row)
    if not rows:
        raise nothing_read(path.name, wrong)
    table = pl.DataFrame(list(rows.values()), schema=tables.empty("job_ads").schema)
    return ReadAds(tables.check(table, "job_ads", where=path.name), tuple(wrong))


def nothing_read(name: str, wrong: list[Wrong]) -> BryggaError:
    """The fault of a file that has no ads, or none that can be read."""
    if wrong:
        first = wrong[0]
        return unreadable(name, f"none of its {len(wrong)} rows can ({first.place}: {first.what})")
    return TableError(
        f"{name} has no ads", why="there is nothing to code", todo="widen the search, or leave the file out"
    )


def row_of(ad: Ad) -> dict[str, object] | str | None:
    """The row of an ad as it was found, None for a stub of a removed one, or what is wrong with it in words."""
    if ad.raw is None:
        return ad.wrong
    content: Any = ad.raw
    if isinstance(content, bytes):
        try:
            content = json.loads(content)
        except UnicodeDecodeError as error:
            return f"it is not UTF-8 (byte {error.start})"
        except json.JSONDecodeError as error:
            return f"it is not JSON ({error.msg}, character {error.pos})"
        except RecursionError:
            return "it is nested too deeply"
    return ad_row(content)


def ad_row(ad: Any) -> dict[str, object] | str | None:
    """One row of table `job_ads`, None for the stub of a removed ad, or what is wrong with it in words.

    Examples
    --------
    >>> row = ad_row({"id": 7, "headline": "Svetsare", "description": {"text": "Ring Eva Ek"}})
    >>> row["ad_id"], row["headline"], row["text"], row["positions"]
    ('7', 'Svetsare', 'Ring …', 1.0)
    >>> ad_row({"headline": "Svetsare"})
    'it has no id'
    """
    wrong = _wrong(ad)
    if wrong:
        return wrong
    if ad.get("removed") and not ad.get("headline") and not ad.get("description"):
        return None
    contacts = ad.get("application_contacts")
    names = [_sound(str(contact.get("name") or "")) for contact in _many(contacts) if isinstance(contact, dict)]
    return {
        "ad_id": _sound(str(ad["id"])),
        "original_id": _text(ad.get("original_id")),
        "headline": without_contacts(_sound(ad.get("headline") or ""), names),
        "text": without_contacts(_sound(_body(_one(ad.get("description")))), names),
        "municipality": _municipality(_one(ad.get("workplace_address"))),
        "occupation": _employer_code(ad),
        "positions": _positions(ad.get("number_of_vacancies")),
        "published": _day(ad.get("publication_date")),
        "employer": _text(_one(ad.get("employer")).get("name")),
    }


def _sound(text: str) -> str:
    """The text with ? for half of a pair of UTF-16 (an emoji cut in two), which JSON can write and UTF-8 cannot.

    Examples
    --------
    >>> _sound("Svetsare \\ud83d")
    'Svetsare ?'
    """
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _wrong(ad: Any) -> str:
    """What makes a row unreadable: no object, no id, or words where something else stands."""
    if not isinstance(ad, dict):
        return "it is no ad but " + ("a list" if isinstance(ad, list) else "a single value")
    identity = ad.get("id")
    if identity is None or identity == "":
        return "it has no id"
    if isinstance(identity, bool) or not isinstance(identity, (str, int)):
        return "its id is neither text nor a number"
    headline, description = ad.get("headline"), ad.get("description")
    if headline is not None and not isinstance(headline, str):
        return "its headline is no text"
    if description is not None and not isinstance(description, (dict, list)):
        return "its description is no object"
    if not isinstance(_one(description).get("text"), (str, type(None))):
        return "its description has no text but something else"
    return ""


def _body(description: Mapping[str, Any]) -> str:
    """The text; where there is none the formatted one without its markup, else the parts of the oldest ads."""
    text = description.get("text")
    if isinstance(text, str) and text.strip():
        return text
    formatted = description.get("text_formatted")
    if isinstance(formatted, str) and formatted.strip():
        return html.unescape(_MARKUP.sub(" ", _LINES.sub("\n", formatted)))
    parts = (description.get(key) for key in ("company_information", "needs", "requirements", "conditions"))
    return "\n".join(part for part in parts if isinstance(part, str) and part.strip())


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _one(value: Any) -> Mapping[str, Any]:
    """The object, or the first of the list that older files have in its place."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return _sound(str(value)) if isinstance(value, (str, int)) and str(value) else None


def _municipality(address: Mapping[str, Any]) -> str | None:
    """The code of the workplace's municipality, told by code or else by name."""
    code = address.get("municipality_code")
    if isinstance(code, (str, int)) and str(code).zfill(4) in _municipalities():
        return str(code).zfill(4)
    name = address.get("municipality")
    return _municipality_names().get(name.strip().lower()) if isinstance(name, str) else None


@functools.cache
def _municipalities() -> frozenset[str]:
    return frozenset(codes.codes("kommun"))


@functools.cache
def _municipality_names() -> dict[str, str]:
    return {str(name).lower(): str(code) for name, code in codes.classification("kommun").select("name", "code").rows()}


@functools.cache
def _groups() -> dict[str, str]:
    """JobTech's group of each code: of itself, and of SCB's finer one."""
    finer = codes.classification("jobtech_ssyk").select("code", "jobtech_code").rows()
    return {**{str(code): str(group) for code, group in finer}, **{code: code for code in codes.codes("jobtech_ssyk")}}


def _employer_code(ad: Mapping[str, Any]) -> str | None:
    """The employer's code in JobTech's grouping; SCB's finer code is lifted to it."""
    code = _one(ad.get("occupation_group")).get("legacy_ams_taxonomy_id")
    return _groups().get(str(code)) if code is not None else None


def _positions(value: Any) -> float:
    """Positions sought; an ad that does not say, or says nonsense, seeks one."""
    try:
        return max(float(round(float(value))), 1.0) if float(value) < MOST_POSITIONS else 1.0
    except (TypeError, ValueError, OverflowError):
        return 1.0


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
