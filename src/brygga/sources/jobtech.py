"""JobTech: job ads as JobSearch and the historical files give them, and the taxonomy of titles.

`read_ads` takes the reply of JobSearch `/search` as it is (`{"total": ..., "hits": [...]}`),
a list of ads, or one ad a line (JSONL, as the historical files); occupation fields may be
objects or, in the older index, lists. Contact details are taken out before anything else
sees the text. `read_taxonomy` turns a folder of exports into titles with codes.

Source: Arbetsförmedlingen JobTech (JobSearch, Historical ads, Taxonomy), ESCO.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import codes, tables
from brygga.core.errors import FileError, TableError, listed

HIERARCHY = "the-ssyk-hierarchy-with-occupations.json"
ISCO = "ssyk-level-4-with-related-isco-level-4-groups.json"
ESCO_LABELS = "occupation_labels_sv.csv"
ESCO_ENGLISH = "classification_en.zip"
LABEL_COLUMNS = ["code", "label", "language", "kind"]
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
    """Titles with SSYK codes from a folder with `jobtech-*` and, if there, `esco-*`, or from one of them.

    JobTech's occupation names carry their group; ESCO's Swedish labels get theirs over ISCO, which
    may give a label several codes.

    Returns
    -------
    label table
        Columns code (SSYK 2012), label, language, kind (taxonomy, or esco): one row a code x label.

    Raises
    ------
    FileError
        If the folder is missing or a file in it cannot be read.
    TableError
        If no export that we know lies there.
    """
    if not folder.is_dir():
        raise FileError(
            f"{folder} is no folder", why="a taxonomy is a folder of exports", todo="check the path after --taxonomy"
        )
    hierarchy, isco = _newest(folder, HIERARCHY), _newest(folder, ISCO)
    rows = list(_occupation_names(_json(hierarchy))) if hierarchy else []
    labels = _newest(folder, ESCO_LABELS)
    if labels and isco:
        rows += _esco_labels(labels, _newest(folder, ESCO_ENGLISH), _isco_to_ssyk(_json(isco)))
    if not rows:
        raise TableError(
            f"{folder.name} has no taxonomy that can be read",
            why=f"titles come from {HIERARCHY} (JobTech), and {ESCO_LABELS} (ESCO) needs {ISCO} beside it",
            todo="fetch the exports of the JobTech taxonomy into that folder, or leave --taxonomy out",
        )
    return pl.DataFrame(rows, schema=LABEL_COLUMNS, orient="row").unique(maintain_order=True).sort("code", "label")


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


def _newest(folder: Path, name: str) -> Path | None:
    """The file in the folder itself, or in its subfolder with the last name."""
    found = [folder / name, *sorted(folder.glob(f"*/{name}"), reverse=True)]
    return next((path for path in found if path.is_file()), None)


def _occupation_names(content: Any, code: str = "") -> Iterator[tuple[str, str, str, str]]:
    """JobTech's occupation names with SCB's unit group; names with a stroke are taken apart too."""
    for concept in _concepts(content):
        code_here = str(concept.get("ssyk_code_2012") or code)
        if concept.get("type") == "occupation-name":
            name = str(concept.get("preferred_label") or "")
            for label in dict.fromkeys((name, *name.split("/"))):
                yield _unit(code_here), label.strip(), "sv", "taxonomy"
        yield from _occupation_names(concept.get("narrower") or [], code_here)


def _concepts(content: Any) -> list[Mapping[str, Any]]:
    if isinstance(content, dict):
        content = (content.get("data") or {}).get("concepts")
    if not isinstance(content, list):
        raise TableError(
            "the taxonomy has no data.concepts",
            why="JobTech's exports keep their concepts there",
            todo="fetch the exports again (taxonomy/version/latest/query)",
        )
    return content


def _unit(jobtech: str) -> str:
    """One unit group of SCB for a group of JobTech: the same code, else the last (of managers, level 2)."""
    units = codes.from_jobtech(jobtech)
    return jobtech if jobtech in units else units[-1]


def _isco_to_ssyk(content: Any) -> dict[str, list[str]]:
    pairs: dict[str, list[str]] = {}
    for concept in _concepts(content):
        for related in concept.get("related") or []:
            pairs.setdefault(str(related.get("isco_code_08")), []).append(_unit(str(concept["ssyk_code_2012"])))
    return pairs


def _esco_labels(
    labels: Path, english: Path | None, to_ssyk: Mapping[str, list[str]]
) -> Iterator[tuple[str, str, str, str]]:
    """ESCO's Swedish labels; the ISCO group stands in the address, or in the English classification."""
    isco_of = _isco_of_occupations(english) if english else {}
    with labels.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            address = row.get("uri") or ""
            isco = address.rpartition("/C")[2] if "/isco/C" in address else isco_of.get(address, "")
            for code in to_ssyk.get(isco, []):
                yield code, (row.get("label") or "").strip(), "sv", "esco"


def _isco_of_occupations(path: Path) -> dict[str, str]:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("occupations_en.csv") as file:
            rows = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
            return {row["conceptUri"]: row["iscoGroup"] for row in rows}
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise _unreadable(path, str(error)) from error
