"""JobTech: job ads as JobSearch and the historical files give them, and the taxonomy of titles.

`read_ads` takes the reply of JobSearch `/search` as it is (`{"total": ..., "hits": [...]}`),
a list of ads, or one ad a line (JSONL, as the historical files); occupation fields may be
objects or, in the older index, lists. Contact details are taken out before anything else
sees the text. `read_taxonomy` turns a folder of exports into titles with codes.

Source: Arbetsförmedlingen JobTech (JobSearch, Historical ads, Taxonomy), ESCO.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import FileError, TableError, listed
from brygga.sources.taxonomy import read_exports

_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # mail
    r"|(?:https?://|www\.)\S+"
    r"|\b(?:19|20)?\d{6}[-+ ]?\d{4}\b"  # personal number
    r"|(?:\+\d{2}|\b00\d{2}|\b0)[\d()]?(?:[ \-/()]{0,2}\d){6,12}\b"  # telephone
)
_CONTACT_LINE = re.compile(r"\b(?:kontaktpersoner|kontaktperson|contact person|fackliga? \w+)\b[^\n]*", re.IGNORECASE)


def read_ads(path: Path) -> pl.DataFrame:
    """The ads of a JobSearch reply or a file of historical ads.

    Parameters
    ----------
    path : JSON (a reply with `hits`, or a list of ads) or JSONL

    Returns
    -------
    table `job_ads`
        One row an ad, in the order of the file; an ad met twice is kept once, a removed one without
        text is left out. `occupation` is the employer's SSYK code in JobTech's grouping, or empty.

    Raises
    ------
    FileError
        If the file is missing or is not JSON.
    TableError
        If it is JSON of another shape, has no ads, or an ad lacks its id.
    """
    ads = _hits(_json(path), path.name)
    nameless = [n for n, ad in enumerate(ads, 1) if not isinstance(ad, dict) or not ad.get("id")]
    if nameless:
        raise TableError(
            f"{path.name}: ad number {listed(nameless)} has no id",
            why="an ad without id cannot be told from its copies",
            todo="fetch the ads again, or take these out of the file",
        )
    rows = {str(ad["id"]): _row(ad) for ad in reversed(ads) if not (ad.get("removed") and not ad.get("headline"))}
    if not rows:
        raise _no_ads(path.name)
    schema = tables.empty("job_ads").schema
    return tables.check(pl.DataFrame(list(reversed(rows.values())), schema=schema), "job_ads", where=path.name)


def without_contacts(text: str, names: Iterable[str] = ()) -> str:
    """The text without mail and web addresses, telephone and personal numbers, contact lines and given names.

    Examples
    --------
    >>> without_contacts("Ring Eva 0455-12 34 56 eller eva@exempel.se om 3 tjänster 2027", ["Eva"])
    'Ring … … eller … om 3 tjänster 2027'
    """
    for name in names:
        if len(name) > 2:
            text = re.sub(rf"\b{re.escape(name)}\b", "…", text)
    return _CONTACT.sub("…", _CONTACT_LINE.sub("…", text))


def read_taxonomy(folder: Path) -> pl.DataFrame:
    """Titles with SSYK codes from a folder of exports: the names and ESCO labels of `brygga.sources.taxonomy`.

    Returns
    -------
    label table
        Columns code (SSYK 2012), label, language, kind (taxonomy, or esco): one row a code x label.
    """
    kinds = {"name": "taxonomy", "esco": "esco", "isco": "esco"}
    labels = read_exports(folder).labels.filter(pl.col("family").is_in(kinds))
    return (
        labels.select(
            pl.col("code").map_elements(_unit, return_dtype=pl.String),
            label="text",
            language="language",
            kind=pl.col("family").replace_strict(kinds, return_dtype=pl.String),
        )
        .unique(maintain_order=True)
        .sort("code", "label")
    )


def _json(path: Path) -> Any:
    """The content of a JSON file, or of one with a JSON value a line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _unreadable(path, error.strerror or "unknown fault") from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, f"byte {error.start} is not UTF-8") from error
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and lines[0].lstrip().startswith("{") and lines[0].rstrip().endswith("}"):
            return [_line(path, n, line) for n, line in enumerate(lines, 1)]
        raise _unreadable(path, f"it is not JSON ({error})") from error


def _line(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise _unreadable(path, f"line {number} is not JSON ({error.msg})") from error


def _unreadable(path: Path, reason: str) -> FileError:
    return FileError(
        f"{path.name} cannot be read: {reason}",
        why="ads and titles are read from JSON, UTF-8",
        todo=f"check the file {path}, or fetch it again",
    )


def _hits(content: Any, where: str) -> list[Any]:
    if isinstance(content, dict) and "hits" not in content and "headline" in content:
        content = [content]
    ads = content.get("hits") if isinstance(content, dict) else content
    if not isinstance(ads, list):
        keys = listed(content) if isinstance(content, dict) else type(content).__name__
        raise TableError(
            f"{where} is JSON but no ads: it has {keys or 'nothing'}",
            why="ads stand in a list under `hits` (JobSearch) or in a list of their own",
            todo="save the whole reply of JobSearch /search, or a JSONL file of historical ads",
        )
    if not ads:
        raise _no_ads(where)
    return ads


def _no_ads(where: str) -> TableError:
    return TableError(
        f"{where} has no ads", why="there is nothing to code", todo="widen the search, or leave the file out"
    )


def _row(ad: Mapping[str, Any]) -> dict[str, object]:
    names = [str(contact.get("name") or "") for contact in ad.get("application_contacts") or [] if contact]
    return {
        "ad_id": str(ad["id"]),
        "original_id": _text(ad.get("original_id")),
        "headline": without_contacts(_text(ad.get("headline")) or "", names),
        "text": without_contacts(_text(_one(ad.get("description")).get("text")) or "", names),
        "municipality": _known(_one(ad.get("workplace_address")).get("municipality_code"), "kommun"),
        "occupation": _employer_code(_one(ad.get("occupation_group")).get("legacy_ams_taxonomy_id")),
        "positions": _positions(ad.get("number_of_vacancies")),
        "published": _day(ad.get("publication_date")),
        "employer": _text(_one(ad.get("employer")).get("name")),
    }


def _one(value: Any) -> Mapping[str, Any]:
    """The object, or the first of the list that the older index has in its place."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return str(value) if value is not None else None


def _known(code: Any, name: str) -> str | None:
    return str(code) if code is not None and str(code) in codes.codes(name) else None


def _employer_code(code: Any) -> str | None:
    """The employer's code in JobTech's grouping; SCB's finer code is lifted to it."""
    known = _known(code, "jobtech_ssyk")
    if known or code is None:
        return known
    found = codes.classification("jobtech_ssyk").filter(code=str(code))["jobtech_code"].to_list()
    return found[0] if found else None


def _positions(value: Any) -> float:
    """Positions sought; an ad that does not say, or says nonsense, seeks one."""
    try:
        return max(float(value), 1.0) if float(value) < 1e6 else 1.0
    except (TypeError, ValueError):
        return 1.0


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _unit(jobtech: str) -> str:
    """One unit group of SCB for a group of JobTech: the same code, else the last (of managers, level 2)."""
    units = codes.from_jobtech(jobtech)
    return jobtech if jobtech in units else units[-1]
