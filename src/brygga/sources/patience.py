"""Patience: one whole reply to one request, tried again where that may help.

A server that is busy (408, 429) or ailing (5xx) and a connection that is cut are tried again after 1, 2, 4 and 8
seconds, or after as long as the server asks. A reply that is shorter than it says, or larger than anything a
publisher has, is no reply.

Start reading at `patiently`.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from brygga.sources.recordings import Request

T = TypeVar("T")

WAITS = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each new try."""

LONGEST_WAIT = 60.0
SILENCE = 60.0
"""Seconds without a byte after which a connection counts as lost."""

LARGEST = 200_000_000
"""Bytes above which no reply of any publisher goes."""

AGAIN = (408, 429, 500, 502, 503, 504)
PASSING = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)
MOST_DETAIL = 300
"""Characters of a server's own explanation that are shown."""

_PIECE = 65_536


def download(request: Request, *, silence: float | None = None, largest: int | None = None) -> bytes:
    """The reply to one request, whole, in one try.

    Raises
    ------
    urllib.error.HTTPError, or one of PASSING.
    """
    most = LARGEST if largest is None else largest
    headers = {"User-Agent": "brygga", "Accept": request.accept}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    asked = urllib.request.Request(request.address, data=request.payload, headers=headers, method=request.method)
    with urllib.request.urlopen(asked, timeout=SILENCE if silence is None else silence) as reply:
        told = reply.headers.get("Content-Length")
        pieces, size = [], 0
        while piece := reply.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                raise http.client.HTTPException(f"more than {most} bytes came")
        if told and told.isdecimal() and size != int(told):
            raise http.client.IncompleteRead(b"", int(told) - size)
        return b"".join(pieces)


def patiently(
    once: Callable[[], T],
    *,
    sleep: Callable[[float], None],
    remark: Callable[[str], None],
    waits: Sequence[float] | None = None,
) -> T:
    """What `once` returns, tried again after a while where that may help.

    Raises
    ------
    urllib.error.HTTPError, or one of PASSING: the last of them, or the first that no new try helps against.
    """
    waits = WAITS if waits is None else waits
    for n in range(len(waits) + 1):
        last = n == len(waits)
        try:
            return once()
        except urllib.error.HTTPError as error:
            if error.code not in AGAIN or last:
                raise
            wait, why = _asked_for(error, waits[n]), f"answered {error.code}"
            error.close()
        except PASSING as error:
            if last or (isinstance(getattr(error, "reason", None), socket.gaierror) and n > 0):
                raise
            wait, why = waits[n], reason(error)
        remark(f"{why}; again in {wait:.0f} s")
        sleep(wait)
    raise AssertionError("the last try returns or raises")


def reason(error: Exception) -> str:
    """Why a connection failed, in the words of the system."""
    return str(getattr(error, "reason", None) or error) or type(error).__name__


def _asked_for(error: urllib.error.HTTPError, wait: float) -> float:
    """Seconds that the server asks for (a number, or a day and time), at least `wait`."""
    asked = (error.headers.get("Retry-After", "") if error.headers else "").strip()
    if asked.isdecimal():
        return min(max(float(asked), wait), LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(asked)
    except ValueError:
        return wait
    left = (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return min(max(left, wait), LONGEST_WAIT)


def detail(error: urllib.error.HTTPError) -> str:
    """What the server says of its no: the title and detail of a JSON problem, or nothing."""
    try:
        problem = json.loads(error.read(_PIECE))
    except (ValueError, OSError, http.client.HTTPException):
        return ""
    finally:
        error.close()
    if not isinstance(problem, dict):
        return ""
    said = " ".join(str(problem[key]) for key in ("title", "detail", "message") if problem.get(key))
    return " ".join(said.split())[:MOST_DETAIL]
