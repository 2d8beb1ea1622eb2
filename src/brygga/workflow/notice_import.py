"""Notice import: a CSV of notices read as people save it, every fault of it in one report.

One row a notice, or one a notice and occupation with the rest repeated:

    employer, organisation_number, municipality, industry, notice_date, leaving_date, posts,
    occupation, occupation_posts, source

Commas, semicolons or tabs, UTF-8 or cp1252 (what Excel often saves), 12 or 12,0: all are read. Codes are text, so
0767 stays 0767 and 767 is a fault. Several leaving dates are written in `leaving_date` with their posts, as
`2027-03-01:60 2027-04-01:80`. A fault names row, column, what stands there and how it should look; nothing is kept
until there is none.

Start reading at `read_notices`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from brygga.core.errors import BryggaError, FileError, TableError, listed, raise_all
from brygga.workflow.notices import Notice, notice_faults
from brygga.workflow.organisation_number import tidy_number

COLUMNS = (
    "employer",
    "organisation_number",
    "municipality",
    "industry",
    "notice_date",
    "leaving_date",
    "posts",
    "occupation",
    "occupation_posts",
    "source",
)
MAY_LACK = ("organisation_number", "occupation", "occupation_posts", "source")
SAME = ("employer", "organisation_number", "municipality", "industry", "notice_date", "leaving_date", "posts")
"""What the rows of one notice repeat."""
DAY = "a day as 2027-03-01"
WHOLE = "a whole number as 12"
LEAVING = "a day as 2027-03-01, or days with posts as 2027-03-01:60 2027-04-01:80"


def read_notices(path: Path, *, extra_codes: Collection[str] = ()) -> list[Notice]:
    """The notices of a file, checked, in the order they first stand in it; `extra_codes` are invented municipalities.

    Raises
    ------
    FileError or TableError, or FaultsError with every fault of the file.
    """
    rows, faults = _rows(path)
    notices: list[Notice] = []
    for places in _grouped(rows).values():
        found, wrong = _notice(path.name, places, rows)
        faults += wrong
        if found is not None:
            faults += notice_faults(found, f"{path.name}, row {places[0] + 2}", extra_codes=extra_codes)
            notices.append(found)
    faults += _repeated(path.name, notices)
    raise_all(path.name, faults)
    return notices


def notice_from(
    *,
    employer: str,
    organisation_number: str,
    municipality: str,
    industry: str,
    notice_date: str,
    leaving: Sequence[str],
    posts: str,
    occupations: Sequence[str],
    source: str,
    extra_codes: Collection[str] = (),
) -> Notice:
    """One notice of texts, as a person writes them on a command line; occupations as SSYK=posts.

    Raises
    ------
    TableError, or FaultsError with every fault.
    """
    shared = dict(
        zip(
            SAME,
            (employer, organisation_number, municipality, industry, notice_date, " ".join(leaving), posts),
            strict=True,
        )
    )
    pairs = [text.partition("=") for text in occupations] or [("", "", "")]
    rows = [shared | {"occupation": code, "occupation_posts": count, "source": source} for code, _, count in pairs]
    found, faults = _notice("the notice", range(len(rows)), rows)
    if found is not None:
        faults += notice_faults(found, "the notice", extra_codes=extra_codes)
    raise_all("the notice", faults)
    if found is None:
        raise TableError("the notice cannot be read", why="it has no date or posts", todo="write them")
    return found


def _rows(path: Path) -> tuple[list[dict[str, str]], list[BryggaError]]:
    """The rows as texts; too many or too few cells are faults of their rows."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError(
            f"{path.name} cannot be read: {error.strerror}",
            why="it is missing, or you may not open it",
            todo=f"check the file {path}",
        ) from error
    text = _decoded(content)
    head = text.lstrip().splitlines()[0] if text.strip() else ""
    separator = max(";\t,", key=head.count)
    lines = [line for line in csv.reader(io.StringIO(text), delimiter=separator) if any(cell.strip() for cell in line)]
    if not lines:
        raise TableError(f"{path.name} is empty", why="a list of notices has its header row", todo=_form())
    columns = [cell.strip().casefold() for cell in lines[0]]
    missing = [column for column in COLUMNS if column not in columns and column not in MAY_LACK]
    if missing:
        raise TableError(
            f"{path.name} lacks column(s) {listed(missing, most=12)}; it has {listed(columns, most=12)}",
            why="a notice without them cannot be counted",
            todo=_form(),
        )
    faults: list[BryggaError] = []
    rows = []
    for place, line in enumerate(lines[1:]):
        if len(line) != len(columns):
            what = f"{path.name}, row {place + 2}: {len(line)} cells, the header {len(columns)}"
            why = "a cell too many or too few moves the rest"
            faults.append(TableError(what, why=why, todo="put text with the separator in it in quotation marks"))
        cells = {column: cell.strip() for column, cell in zip(columns, line, strict=False)}
        rows.append({column: cells.get(column, "") for column in COLUMNS})
    return rows, faults


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _form() -> str:
    return f"write the columns {', '.join(COLUMNS)} (see docs/method/notices.md)"


def _grouped(rows: Sequence[Mapping[str, str]]) -> dict[tuple[str, ...], list[int]]:
    """The rows of each notice: those that repeat everything but the occupation."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        key = tuple(row[column] for column in SAME)
        own = key if row["occupation"] else (*key, str(place))
        groups.setdefault(own, []).append(place)
    return groups


def _notice(
    name: str, places: Sequence[int], rows: Sequence[Mapping[str, str]]
) -> tuple[Notice | None, list[BryggaError]]:
    """One notice of its rows, or what stands in the way of reading it."""
    first, row = places[0] + 2, rows[places[0]]
    faults: list[BryggaError] = []
    posts = _whole(name, first, "posts", row["posts"], faults)
    given = _day(name, first, "notice_date", row["notice_date"], DAY, faults)
    leaving = _leaving(name, first, row["leaving_date"], posts, faults)
    occupations: dict[str, int] = {}
    for place in places:
        code, count = rows[place]["occupation"], rows[place]["occupation_posts"]
        if not code and not count:
            continue
        if not code or code in occupations:
            expected = "one row for each occupation" if code else "an SSYK code beside its posts, as 7223"
            faults.append(_wrong(name, place + 2, "occupation", code, expected))
            continue
        occupations[code] = _whole(name, place + 2, "occupation_posts", count, faults) or 0
    if faults or posts is None or given is None:
        return None, faults
    return (
        Notice(
            employer=row["employer"],
            organisation_number=tidy_number(row["organisation_number"]),
            municipality=row["municipality"],
            industry=row["industry"],
            notice=given,
            leaving=leaving,
            posts=posts,
            occupations=occupations,
            source=row["source"] or name,
        ),
        [],
    )


def _leaving(name: str, row: int, text: str, posts: int | None, faults: list[BryggaError]) -> dict[date, int]:
    """Days with their posts; one day alone has them all."""
    parts = text.replace(",", " ").split()
    if len(parts) == 1 and ":" not in parts[0]:
        day = _day(name, row, "leaving_date", parts[0], LEAVING, faults)
        return {} if day is None or posts is None else {day: posts}
    found: dict[date, int] = {}
    for part in parts or [""]:
        written, colon, count = part.partition(":")
        day = _day(name, row, "leaving_date", written if colon else part, LEAVING, faults)
        number = _whole(name, row, "leaving_date", count, faults) if day is not None and colon else None
        if day is not None and not colon:
            faults.append(_wrong(name, row, "leaving_date", part, LEAVING))
        if day is not None and number is not None:
            found[day] = found.get(day, 0) + number
    return found


def _day(name: str, row: int, column: str, text: str, expected: str, faults: list[BryggaError]) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2027-03-01") else _no_day(text)
    except ValueError:
        faults.append(_wrong(name, row, column, text, expected))
        return None


def _no_day(text: str) -> date:
    raise ValueError(text)


def _whole(name: str, row: int, column: str, text: str, faults: list[BryggaError]) -> int | None:
    """A whole number, with a decimal comma or point and blanks between thousands allowed."""
    plain = text.replace("\xa0", "").replace(" ", "").replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        number = float("nan")
    if plain.lower().strip("+-") in ("inf", "infinity", "nan") or not number.is_integer():
        faults.append(_wrong(name, row, column, text, WHOLE))
        return None
    return int(number)


def _repeated(name: str, notices: Sequence[Notice]) -> list[BryggaError]:
    """Notices of the same employer, municipality and day that stand more than once in the file."""
    seen: dict[tuple[str, str, date], int] = {}
    for notice in notices:
        seen[notice.key] = seen.get(notice.key, 0) + 1
    twice = [f"{municipality} on {day}" for (_, municipality, day), times in seen.items() if times > 1]
    if not twice:
        return []
    return [
        TableError(
            f"{name}: the same employer, municipality and notice date more than once: {listed(twice)}",
            why="it would be counted twice; rows of one notice repeat everything but the occupation",
            todo="make the rows of one notice alike, or leave one out",
        )
    ]


def _wrong(name: str, row: int, column: str, value: str, expected: str) -> BryggaError:
    return TableError(
        f"{name}, row {row}, column {column}: {value!r}" if value else f"{name}, row {row}, column {column}: empty",
        why="it cannot be read as it stands",
        todo=f"write {expected}",
    )
