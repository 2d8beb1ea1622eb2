"""Ad files: the ads of a file one after the other, however it is packed and whatever shape it has.

    JobSearch        one reply `{"total": ..., "hits": [...]}`, or several, one a line
    JobStream        a snapshot: one JSON array of some 300 MB on a single line
    Historical ads   JSONL: one ad a line
    packing          as it is, .gz, or .zip with any of these in it; told by the first bytes, not the name

Nothing is read whole: lines come as bytes, to be parsed by whoever needs them, and arrays are decoded element by
element from a window of text (`json.JSONDecoder.raw_decode`; a streaming parser such as ijson reads the same arrays
at a fifth of the speed). A broken line or element is told and the next one read.

Start reading at `ads_of`.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from brygga.core.errors import BryggaError, FileError, TableError, listed

LONGEST_AD = 16_000_000
"""Bytes of one line, and characters of one element, at most; the longest real ad has some 60,000."""

WINDOW = 1 << 20
"""Characters of an array that are read at a time."""

MARKS = frozenset({"headline", "description", "removed"})
"""What tells an ad from the other objects with an id that stand in one."""

LONGEST_GLUE = 64
"""Characters that may stand between two elements of an array."""

_NEXT = re.compile(r"\}\s{0,30},\s{0,30}(?=\{\s{0,30}\")")


class Ad(NamedTuple):
    """One ad as it was found: `raw` is a line of bytes, or an object already decoded; or what is wrong with it."""

    place: str  # "line 3", "ad 3"
    raw: bytes | dict[str, Any] | None
    wrong: str = ""


def ads_of(path: Path) -> Iterator[Ad]:
    """Every ad of a file, in order; a broken one with what is wrong with it.

    Raises
    ------
    FileError
        If the file cannot be opened, or nothing in it is JSON; of several files in an archive the others are read.
    TableError
        If it is JSON of another shape.
    """
    try:
        with path.open("rb") as file:
            for name, member in _members(path, file):
                try:
                    yield from _ads(member, name)
                except BryggaError as fault:
                    if name == path.name:
                        raise
                    yield Ad(name.removeprefix(f"{path.name}/"), None, fault.what.rstrip("."))
    except OSError as error:
        raise unreadable(path.name, error.strerror or str(error)) from error


def unreadable(name: str, reason: str) -> FileError:
    """The fault of a file that cannot be read as ads."""
    return FileError(
        f"{name} cannot be read: {reason}",
        why="ads are read from JSON or JSONL in UTF-8, as it is or packed as .zip or .gz",
        todo="check the file, or fetch it again",
    )


def _members(path: Path, file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """The file, or what is packed in it, with the name to tell it by."""
    first = file.read(4)
    file.seek(0)
    if first == b"PK\x03\x04" or path.suffix == ".zip":
        yield from _zipped(path, file)
    elif first[:2] == b"\x1f\x8b":
        yield path.name, cast(IO[bytes], gzip.GzipFile(fileobj=file))
    elif first == b"\x28\xb5\x2f\xfd":
        raise unreadable(path.name, "it is packed with zstd (unpack it with `zstd -d` first)")
    elif first[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise unreadable(path.name, "it is UTF-16, as some shells write it (save it as UTF-8)")
    else:
        yield path.name, file


def _zipped(path: Path, file: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith(("__MACOSX", "."))]
            if not members:
                raise unreadable(path.name, "the archive is empty")
            for member in members:
                name = path.name if len(members) == 1 else f"{path.name}/{member.filename}"
                with archive.open(member) as opened:
                    yield name, opened
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise unreadable(path.name, f"the archive is damaged or locked ({error})") from error


def _ads(file: IO[bytes], name: str) -> Iterator[Ad]:
    """The ads of one unpacked stream; what is cut off ends it, and keeps what came before."""
    lines = io.BufferedReader(_Raw(file), buffer_size=WINDOW)
    place = "the beginning"
    try:
        for ad in _shaped(lines, name):
            place = ad.place
            yield ad
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        yield Ad(f"after {place}", None, f"the file is cut off or damaged ({error})")


class _Raw(io.RawIOBase):
    """Any stream of bytes as the raw side of a buffered one, which can be looked ahead in."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


def _shaped(lines: io.BufferedReader[Any], name: str) -> Iterator[Ad]:
    first = lines.peek(WINDOW).removeprefix(codecs.BOM_UTF8).lstrip()
    if not first:
        raise unreadable(name, "it is empty")
    if first[:1] not in (b"{", b"[") and b'\n{"' in first:  # the first line is broken, ads follow
        yield from _lines(lines)
        return
    if first[:1] not in (b"{", b"["):
        raise unreadable(
            name, "it looks like a web page" if first[:1] == b"<" else "it is neither a JSON object nor a list"
        )
    if first[:1] == b"{" and _one_a_line(first):
        yield from _lines(lines)
    else:
        yield from _Window(lines, name).ads()


def _one_a_line(first: bytes) -> bool:
    """Whether the file has one ad a line, told by its first two lines."""
    line, _, rest = first.partition(b"\n")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return rest.lstrip()[:1] == b"{"  # the first line is broken, or an object begins on each
    return "hits" not in value and ("id" in value or "headline" in value or bool(rest.strip()))


def _lines(lines: io.BufferedReader[Any]) -> Iterator[Ad]:
    number = 0
    while line := lines.readline(LONGEST_AD):
        number += 1
        if len(line) == LONGEST_AD and not line.endswith(b"\n"):
            while rest := lines.readline(LONGEST_AD):
                if rest.endswith(b"\n"):
                    break
            yield Ad(f"line {number}", None, f"it is longer than {LONGEST_AD // 1_000_000} MB, which no ad is")
        elif line.strip():
            yield Ad(f"line {number}", line.strip().removeprefix(codecs.BOM_UTF8))


class _Window:
    """A moving window of text over an array of ads, or over a reply that holds one under `hits`."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="surrogateescape")
        self._json = json.JSONDecoder()
        self._text, self._at, self._ended = "", 0, False
        self._began, self._count, self._cut = 0, 0, False

    def ads(self) -> Iterator[Ad]:
        """The ads of every value in the file."""
        while self._peek():
            if self._text[self._at] == "[":
                self._at += 1
                yield from self._elements()
            elif self._text[self._at] == "{":
                yield from self._reply()
            else:
                yield Ad(f"after ad {self._count}", None, "what follows is not JSON")
                return

    def _more(self) -> bool:
        """Read on; what is behind is forgotten."""
        if self._ended:
            return False
        content = self._file.read(WINDOW)
        self._ended = not content
        self._text = self._text[self._at :] + self._decoder.decode(content, final=self._ended)
        self._at = 0
        return not self._ended

    def _peek(self) -> str:
        """The next character that is no blank, or nothing at the end."""
        while True:
            found = re.compile(r"\S").search(self._text, self._at)
            if found:
                self._at = found.start()
                return found.group()
            self._at = len(self._text)
            if not self._more():
                return ""

    def _value(self) -> Any:
        """The value here; more is read while it may be unfinished. JSONDecodeError when it is broken."""
        self._peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                unfinished = error.pos >= len(self._text) - 8 or error.msg.startswith("Unterminated string")
                if not unfinished or len(self._text) - self._at > LONGEST_AD or not self._more():
                    raise
            except RecursionError:
                raise json.JSONDecodeError("it is nested too deeply", self._text, self._at) from None
            else:
                if end == len(self._text) and not self._ended and not isinstance(value, (dict, list, str)):
                    self._more()
                    continue
                self._began, self._at = self._at, end
                return value

    def _elements(self) -> Iterator[Ad]:
        """The elements of an array, from behind its bracket."""
        while sign := self._peek():
            if sign == ",":
                self._at += 1
            elif sign == "]":
                self._at += 1
                return
            else:
                self._count += 1
                yield self._element()
        if not self._cut:
            yield Ad(f"after ad {self._count}", None, "the file is cut off: its list does not end")

    def _element(self) -> Ad:
        place = f"ad {self._count}"
        try:
            value = self._value()
        except json.JSONDecodeError as error:
            self._cut = self._ended and (error.pos >= len(self._text) - 8 or error.msg.startswith("Unterminated"))
            self._skip(error.pos)
            return Ad(place, None, "the file is cut off in it" if self._cut else f"it is not JSON ({error.msg})")
        if not isinstance(value, dict):
            return Ad(place, None, f"it is no ad but {_kind(value)}")
        if re.search("[\udc80-\udcff]", self._text[self._began : self._at]):
            return Ad(place, None, "it is not UTF-8")
        return Ad(place, value)

    def _skip(self, broken: int) -> None:
        """Go on at the next object with an id behind what is broken, or at the end."""
        self._at = min(broken, len(self._text))
        while True:
            found = _NEXT.search(self._text, self._at)
            if found is None:
                self._at = max(self._at, len(self._text) - LONGEST_GLUE)
                if not self._more():
                    self._at = len(self._text)
                    return
                continue
            self._at = found.end()
            try:
                value = self._value()
            except json.JSONDecodeError:
                continue
            if isinstance(value, dict) and "id" in value and not MARKS.isdisjoint(value):
                self._at = self._began
                return

    def _reply(self) -> Iterator[Ad]:
        """The ads under `hits`, read as they come; or the object itself, when it is an ad."""
        self._at += 1
        content: dict[str, Any] = {}
        found = False
        while (sign := self._peek()) and sign != "}":
            if sign == ",":
                self._at += 1
                continue
            try:
                key = self._value()
                if self._peek() == ":":
                    self._at += 1
                if key == "hits" and self._peek() == "[":
                    self._at += 1
                    found = True
                    yield from self._elements()
                else:
                    content[str(key)] = self._value()
            except json.JSONDecodeError as error:
                if found or self._count:
                    yield Ad(f"after ad {self._count}", None, f"what follows is not JSON ({error.msg})")
                    self._at, self._ended = len(self._text), True
                    return
                raise unreadable(self._name, f"it is not JSON ({error.msg}, character {error.pos})") from error
        self._at += 1
        if not found:
            yield self._single(content)

    def _single(self, content: dict[str, Any]) -> Ad:
        self._count += 1
        if "headline" in content or content.get("removed"):
            return Ad(f"ad {self._count}", content)
        raise not_ads(self._name, content)


def not_ads(name: str, content: Any) -> TableError:
    """The fault of JSON that holds no ads."""
    keys = listed(content) if isinstance(content, dict) else _kind(content)
    return TableError(
        f"{name} is JSON but no ads: it has {keys or 'nothing'}",
        why="ads stand under `hits` (JobSearch), in a list of their own (JobStream) or one a line (Historical ads)",
        todo="save the whole reply of JobSearch /search, or fetch a file of historical ads",
    )


def _kind(value: Any) -> str:
    """What a JSON value is, in words.

    Examples
    --------
    >>> _kind(3), _kind([]), _kind(None)
    ('a number', 'a list', 'nothing')
    """
    if value is None:
        return "nothing"
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return names[type(value)]
