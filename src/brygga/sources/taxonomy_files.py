"""Taxonomy files: which export lies where, and their rows and concepts, with every fault kept for one report.

A file is known by its name, ESCO's zips also by the name that its download page gives them, and the
version by the name of its folder (`jobtech-31`, `esco-1.2-en`) or of the zip.

Start reading at `Reader`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from brygga.core import codes
from brygga.core.errors import BryggaError, FileError, TableError, UnknownCodeError

HIERARCHY = "the-ssyk-hierarchy-with-occupations.json"
GROUPS = "ssyk-level-4-groups.json"
SKILLS = "skills.json"
GROUP_SKILLS = "ssyk-level-4-groups-with-related-skills.json"
GROUP_ISCO = "ssyk-level-4-with-related-isco-level-4-groups.json"
ISCO_GROUPS = "isco-level-4-groups.json"
SUBSTITUTES = "substitutability-relations-between-occupations.json"
JOBTECH = (HIERARCHY, GROUPS, SKILLS, GROUP_SKILLS, GROUP_ISCO, ISCO_GROUPS, SUBSTITUTES)
"""The exports of JobTech that a pack is made of: what `brygga data update taxonomy` fetches."""

ESCO_ENGLISH = "classification_en.zip"
ESCO_SWEDISH = "classification_sv.zip"
ESCO_RELATIONS = "relations.zip"
ESCO_LABELS = "occupation_labels_sv.csv"
OCCUPATION_CROSSWALK = "occupation_crosswalk.csv"
SKILL_CROSSWALK = "skill_crosswalk.csv"
PLACES = "places.json"
ESCO = (ESCO_ENGLISH, ESCO_SWEDISH, ESCO_RELATIONS, ESCO_LABELS, OCCUPATION_CROSSWALK, SKILL_CROSSWALK)
KNOWN = (*JOBTECH, *ESCO, PLACES)
OTHER_NAMES = {
    ESCO_ENGLISH: ("*classification*en*csv*.zip",),
    ESCO_SWEDISH: ("*classification*sv*csv*.zip",),
    OCCUPATION_CROSSWALK: ("occupation_crosswalk*.csv",),
    SKILL_CROSSWALK: ("skill_crosswalk*.csv",),
}
"""What a file may be called too: ESCO's downloads as they come, and a part of a crosswalk."""

RELATION_ROWS = "occupationSkillRelations.csv"
INSTEAD = {ESCO_LABELS: ESCO_SWEDISH, ESCO_SWEDISH: ESCO_LABELS}
"""A file that is not missed where the other is there."""

_FOLDER = re.compile(r"^(jobtech|esco)-(\d[\w.-]*?)(?:-(?:en|sv))?$")
_ZIP = re.compile(r"\bv(\d[\d.]*\d)\b")
Concept = Mapping[str, Any]
T = TypeVar("T")


def find_exports(*folders: Path) -> dict[str, Path]:
    """The known exports in the folders and their subfolders: of several the highest version, the first folder first."""
    found = ((name, _newest(folders, (name, *OTHER_NAMES.get(name, ())))) for name in KNOWN)
    return {name: path for name, path in found if path}


def version_of(path: Path) -> tuple[str, str]:
    """Whose taxonomy a file is of, and which version, as far as the names of its folder or the file tell.

    Examples
    --------
    >>> version_of(Path("taxonomy/jobtech-31/skills.json")), version_of(Path("ESCO dataset - v1.2.0 - en - csv.zip"))
    (('jobtech', '31'), ('esco', '1.2.0'))
    """
    folder, file = _FOLDER.match(path.absolute().parent.name), _ZIP.search(path.stem)
    if folder:
        return folder[1], folder[2]
    return ("esco", file[1]) if file else ("", "")


def _newest(folders: Sequence[Path], names: Sequence[str]) -> Path | None:
    for name in names:
        for folder in folders:
            paths = [*_by_version(folder.glob(name)), *_by_version(folder.glob(f"*/{name}"))]
            if path := next((path for path in paths if path.is_file()), None):
                return path
    return None


def _by_version(paths: Iterable[Path]) -> list[Path]:
    """The highest first, numbers compared as numbers."""
    return sorted(
        paths, key=lambda path: [int(n) if n.isdecimal() else -1 for n in re.split(r"(\d+)", str(path))], reverse=True
    )


class Reader:
    """What lies in some folders, read file by file; faults are kept until all is read.

    Attributes
    ----------
    files : path of each known export that is there
    lifts : JobTech's group of each unit group of SCB
    """

    def __init__(self, *folders: Path) -> None:
        self.files = find_exports(*folders)
        self.faults: dict[str, BryggaError] = {}
        self.unknown: dict[tuple[str, str], None] = {}
        self.known_codes = codes.codes("jobtech_ssyk")
        self.lifts: dict[str, str] = dict(
            codes.classification("jobtech_ssyk").select("code", "jobtech_code").iter_rows()
        )

    def rows(self, question: Callable[[Reader], Iterable[T]]) -> list[T]:
        """The rows that a question finds, or none when a file has a fault; the first fault of each file is kept."""
        try:
            return list(question(self))
        except BryggaError as fault:
            self.faults.setdefault(re.split("[ :/]", fault.what)[0], fault)
            return []

    def all_faults(self) -> list[BryggaError]:
        """The faults of the files, and one for each code that SSYK does not have."""
        return list(self.faults.values()) + [
            UnknownCodeError(
                f"{file}: code {code} is not in SSYK 2012",
                why="what it names cannot be counted with any occupation",
                todo="use exports of a taxonomy that follows SSYK 2012, or take the code out",
            )
            for file, code in self.unknown
        ]

    def code(self, given: object, file: str) -> str | None:
        """JobTech's group of a code; an unknown one is kept as a fault."""
        code = self.lifts.get(str(given), str(given))
        if code in self.known_codes:
            return code
        self.unknown[self.files[file].name, str(given)] = None
        return None

    def concepts(self, name: str) -> list[Concept]:
        """The concepts of an export of JobTech; none when it is missing."""
        return concepts_of(read_json(self.files[name]), self.files[name].name) if name in self.files else []

    def table(self, name: str, *columns: str) -> Iterator[list[str]]:
        """Rows of a CSV file, these columns in order; none when it is missing."""
        if name not in self.files:
            return
        path = self.files[name]
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from _rows(file, path.name, columns)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise unreadable(path, str(error)) from error

    def zipped(self, archive: str, name: str, *columns: str) -> Iterator[list[str]]:
        """Rows of a CSV file inside a zip, read row by row without unpacking it; none when the zip is missing."""
        if archive not in self.files:
            return
        path = self.files[archive]
        try:
            with zipfile.ZipFile(path) as whole, whole.open(_member(whole, name)) as file:
                text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
                yield from _rows(text, f"{path.name}/{name}", columns)
        except KeyError as error:
            raise unreadable(path, f"{name} is not in it") from error
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError, csv.Error) as error:
            raise unreadable(path, f"{error}; it may have been cut off") from error

    def missing(self) -> tuple[str, ...]:
        """The known exports that are not there, nor another in their place."""
        found = set(self.files) | ({ESCO_RELATIONS} if self.has_relations() else set())
        return tuple(name for name in KNOWN if name not in found and INSTEAD.get(name) not in found)

    def has_relations(self) -> bool:
        """Whether the English zip has the relations in it, as ESCO's own download does."""
        path = self.files.get(ESCO_ENGLISH)
        try:
            with zipfile.ZipFile(path or "") as archive:
                return _member(archive, RELATION_ROWS) in archive.namelist()
        except (OSError, zipfile.BadZipFile):
            return False

    def version(self) -> str:
        """The versions read: "jobtech-31, esco-1.2"."""
        told = dict(version for path in self.files.values() if (version := version_of(path))[0])
        whose = {"jobtech": JOBTECH, "esco": ESCO}
        return ", ".join(
            f"{name}-{told.get(name, 'of unknown version')}"
            for name, files in whose.items()
            if not self.files.keys().isdisjoint(files)
        )

    def sources(self) -> Iterator[dict[str, str]]:
        """Of each file its name, publisher, version, sha256 and day."""
        for name, path in self.files.items():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield {
                "file": path.name,
                "publisher": "European Commission, ESCO" if name in ESCO else "Arbetsförmedlingen, JobTech",
                "version": version_of(path)[1],
                "sha256": digest,
                "day": datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat(),
            }


def _member(archive: zipfile.ZipFile, name: str) -> str:
    """The file of that name in the zip, or in a folder of it, or with its language at the end."""
    stem = name.removesuffix(".csv")
    ends = (name, f"{stem}_en.csv", f"{stem}_sv.csv")
    found = [member for end in ends for member in archive.namelist() if member.rpartition("/")[2] == end]
    return found[0] if found else name


def read_json(path: Path) -> Any:
    """The content of a JSON file in UTF-8."""
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise unreadable(path, error.strerror or "unknown fault") from error
    except UnicodeDecodeError as error:
        raise unreadable(path, f"byte {error.start} is not UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise unreadable(path, f"it is not JSON ({error})") from error


def concepts_of(content: Any, file: str) -> list[Concept]:
    """The concepts of an export, or a fault that names the file."""
    data = content.get("data") if isinstance(content, dict) else None
    concepts = data.get("concepts") if isinstance(data, dict) else None
    if not isinstance(concepts, list) or not all(isinstance(concept, dict) for concept in concepts):
        raise shape_fault(file, "has no list data.concepts")
    return concepts


def unreadable(path: Path, reason: str) -> FileError:
    """A file of the taxonomy that cannot be read."""
    return FileError(
        f"{path.name} cannot be read: {reason}",
        why="titles and skills are read from the publishers' files as they are",
        todo=f"check the file {path}, or fetch it again",
    )


def shape_fault(file: str, what: str) -> TableError:
    """An export that does not look like the one of its name."""
    return TableError(
        f"{file} {what}",
        why="it is of another shape than the export of that name",
        todo="fetch the export again (`brygga data update taxonomy`, or the publisher's page)",
    )


def _rows(file: Iterable[str], name: str, columns: Sequence[str]) -> Iterator[list[str]]:
    rows = csv.reader(file)
    head = next(rows, [])
    lacking = [column for column in columns if column not in head]
    if lacking:
        raise shape_fault(name, f"lacks the column(s) {', '.join(lacking)}")
    places = [head.index(column) for column in columns]
    last = max(places)
    for row in rows:
        if len(row) > last:
            yield [row[place].strip() for place in places]


def text_of(concept: Concept, key: str, file: str) -> str:
    """A text that a concept must have."""
    value = concept.get(key)
    if not isinstance(value, str) or not value.strip():
        raise shape_fault(
            file, f"has a concept without {key}: {concept.get('id') or concept.get('preferred_label') or '?'}"
        )
    return value.strip()


def list_of(concept: Concept, key: str, file: str) -> list[Concept]:
    """The concepts that a concept points to under a key; none when it has no such key."""
    value = concept.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise shape_fault(file, f"has a concept whose {key} is no list: {concept.get('id')}")
    return value


def once(known: dict[str, Any], key: str, content: Any, file: str) -> None:
    """Keep what an id stands for; an id that stands for two things is a fault."""
    if known.setdefault(key, content) != content:
        raise TableError(
            f"{file}: the id {key} stands twice, for {known[key]} and for {content}",
            why="an id names one thing",
            todo="fetch the export again, or take the wrong one out",
        )
