"""Restricted: files about one company, which only the crisis role opens, with a line for every time.

A restricted folder is its owner's alone (0700, its files 0600). It is opened by `open_restricted` with a role, a name
and a purpose; before anything is read or written a line of when, who, which role, what for and what goes to
`audit.log`, and a look that cannot be written down is refused. A refused role is written down too. Files are written
whole or not at all, one writer at a time.

Nothing here encrypts: who is root, or has the disk, reads it. Results, pages, downloads and exports never open the
folder (a test walks what they write).

Start reading at `open_restricted`.
"""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from brygga.core.errors import BryggaError, FileError, SettingError, raise_all

ROLES: Mapping[str, str] = {"crisis": "the crisis group that handles a notice of redundancy"}
"""The roles that may open a restricted folder, in one place."""
AUDIT = "audit.log"
LOCK = ".lock"
FOLDER_MODE, FILE_MODE = 0o700, 0o600
OTHERS = 0o077
LONGEST = 200
EXAMPLES = {"who": "Anna Ek", "purpose": "crisis group, first meeting"}


class RestrictedError(BryggaError):
    """A restricted folder is not opened: the wrong role, or a folder that others can read."""


@dataclass(frozen=True)
class Restricted:
    """An open restricted folder; every call writes its line before it does anything."""

    folder: Path
    role: str
    who: str
    purpose: str

    def read(self, name: str, *, what: str) -> str | None:
        """The text of a file, or None where there is none.

        Parameters
        ----------
        name : the file's name in the folder
        what : what is looked at, for the audit line; never the name of a company
        """
        path = self._path(name)
        self.note(what)
        if not path.exists():
            return None
        _check_own(path, FILE_MODE)
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise FileError(
                f"{path.name} in the restricted folder cannot be read: {error}",
                why="it may have been written by another program",
                todo="restore it from a backup of the same folder",
            ) from error

    def write(self, name: str, text: str, *, what: str) -> None:
        """Replace a file by `text`, whole or not at all."""
        path = self._path(name)
        self.note(what)
        try:
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=f".{name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).chmod(FILE_MODE)
                Path(temporary).replace(path)
            finally:
                Path(temporary).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def note(self, what: str) -> None:
        """Write an audit line; nothing is done where it cannot be written."""
        _audit(self.folder, role=self.role, who=self.who, purpose=self.purpose, what=what)

    def audit(self) -> list[dict[str, str]]:
        """Every line of the audit, oldest first; reading it is a line too."""
        text = self.read(AUDIT, what="audit read") or ""
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder while reading and writing belong together; another writer waits."""
        path = self.folder / LOCK
        handle = os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            _lock(handle)
            yield
        finally:
            os.close(handle)

    def _path(self, name: str) -> Path:
        if Path(name).name != name or name.startswith("."):
            raise SettingError(
                f"{name!r} is no file of a restricted folder", why="files lie in it side by side", todo="give its name"
            )
        return self.folder / name


def open_restricted(folder: Path, *, role: str, who: str, purpose: str, create: bool = False) -> Restricted:
    """Open a restricted folder for one person and one purpose.

    Parameters
    ----------
    folder : the folder itself (`REGION/restricted`)
    role : only those of `ROLES` are let in
    who, purpose : who opens it and what for, for the audit; neither may be empty
    create : make the folder, 0700, where there is none

    Raises
    ------
    RestrictedError for another role, or a folder or file that others can read, is a link, or is somebody else's;
    SettingError without a name or a purpose; FileError where there is no folder.
    """
    raise_all("opening the restricted folder", _missing(who, purpose))
    if role not in ROLES:
        if folder.is_dir() and not folder.is_symlink():
            _audit(folder, role=role, who=who, purpose=purpose, what="refused: not a role that may open")
        raise RestrictedError(
            f"role {role!r} may not open {folder}",
            why="notices of single companies are confidential",
            todo=f"ask somebody with one of the roles: {', '.join(sorted(ROLES))}",
        )
    if create and not folder.exists():
        try:
            folder.mkdir(mode=FOLDER_MODE, parents=True)
            folder.chmod(FOLDER_MODE)
        except OSError as error:
            raise _unwritable(folder, error) from error
    if not folder.is_dir():
        raise FileError(
            f"there is no restricted folder at {folder}",
            why="no notice has been kept there",
            todo="add one with `brygga notice add`, which makes the folder",
        )
    for path in (folder, *sorted(folder.iterdir())):
        _check_own(path, FOLDER_MODE if path == folder else FILE_MODE)
    return Restricted(folder, role, who.strip(), purpose.strip())


def _missing(who: str, purpose: str) -> list[BryggaError]:
    faults: list[BryggaError] = []
    for name, text in (("who", who), ("purpose", purpose)):
        if not text.strip() or len(text) > LONGEST:
            faults.append(
                SettingError(
                    f"--{name} is {'empty' if not text.strip() else f'longer than {LONGEST} signs'}",
                    why="every time the folder is opened is written down, with who and what for",
                    todo=f'write for example --{name} "{EXAMPLES[name]}"',
                )
            )
    return faults


def _check_own(path: Path, mode: int) -> None:
    """Refuse a link, what others can read, and what is not ours."""
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        raise RestrictedError(
            f"{path} is a link", why="what it points at may be read by others", todo="put the folder itself there"
        )
    if os.name == "posix" and (found.st_mode & OTHERS or found.st_uid != os.geteuid()):
        whose = "belongs to somebody else" if found.st_uid != os.geteuid() else "can be read by others"
        raise RestrictedError(
            f"{path} {whose} (mode {stat.S_IMODE(found.st_mode):04o})",
            why="notices of single companies are confidential",
            todo=f"chmod {mode:o} {path}, after asking who may have read it",
        )


def _audit(folder: Path, **line: str) -> None:
    when = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"when": when, **line}, ensure_ascii=False) + "\n"
    try:
        handle = os.open(folder / AUDIT, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FILE_MODE)
        try:
            os.write(handle, text.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _lock(handle: int) -> None:
    """Wait until nobody else holds it; where the system has no such locks, go on."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - not on POSIX
        return
    fcntl.flock(handle, fcntl.LOCK_EX)


def _unwritable(folder: Path, error: OSError) -> FileError:
    return FileError(
        f"{folder} cannot be written: {error.strerror}",
        why="nothing is looked at or kept without a line in its audit, and nothing is left half-written",
        todo="free space and rights there, or choose another folder",
    )
