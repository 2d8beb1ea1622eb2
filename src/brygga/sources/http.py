"""HTTP: what every publisher is asked through: whole replies or none, patience, a limit on the pace, recordings.

A `Network` says how the outside is reached: live, live with a recording made, or played from a recording without
any network. It hands out a `Client` a provider, which asks no faster than the provider allows, with patience,
and keeps each whole reply, so that a fetch that broke off goes on where it stopped.

A recording is a folder a provider with two files a reply: the reply as it came, and the request it answers with
the day it came. They are found by method, path and body, not by host; so a recording also plays behind a mirror.

Start reading at `Client.ask`.
"""

from __future__ import annotations

import http.client
import os
import time
import urllib.error
import urllib.parse
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from brygga.core.errors import FileError, SettingError
from brygga.sources.patience import AGAIN, PASSING, detail, download, patiently, reason
from brygga.sources.recordings import Recording, Reply, Request

Tell = Callable[[str, int, int], None]

_PLAIN = "%/:=&?~#+!$,;'@()*[]"
"""What stays as it is in an address; other letters, such as å, are written in per cent."""


class RefusedError(FileError):
    """The server answered, and the answer was no; `status` is its code and `detail` its own words."""

    def __init__(self, what: str, *, why: str, todo: str, status: int, detail: str) -> None:
        super().__init__(what, why=why, todo=todo)
        self.status, self.detail = status, detail


class UnreachableError(FileError):
    """No whole reply can be had: no network, or a connection that is cut again and again."""


class NotRecordedError(FileError):
    """The recording that is played does not hold the call."""


@dataclass
class Limiter:
    """No more than `calls` calls in any `seconds` seconds.

    Examples
    --------
    >>> now, waited = [0.0], []
    >>> def sleep(seconds): waited.append(seconds); now[0] += seconds
    >>> limiter = Limiter(2, 10.0, clock=lambda: now[0], sleep=sleep)
    >>> for _ in range(3): limiter.wait()
    >>> waited
    [10.0]
    """

    calls: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _past: deque[float] = field(default_factory=deque)

    def wait(self) -> None:
        """Return when one more call is allowed, and count it."""
        while len(self._past) >= self.calls:
            left = self._past[0] + self.seconds - self.clock()
            if left > 0:
                self.sleep(left)
            self._past.popleft()
        self._past.append(self.clock())


@dataclass
class Client:
    """One provider, asked at its pace.

    Parameters
    ----------
    provider : short name, the folder of its recordings (scb, kolada)
    base : its address, without a slash at the end
    limiter : its pace
    network : how the outside is reached
    calls : how many replies came over the network so far
    memory : what a provider wants to remember from one table to the next
    """

    provider: str
    base: str
    limiter: Limiter
    network: Network
    calls: int = 0
    memory: dict[str, Any] = field(default_factory=dict)
    _days: list[date] = field(default_factory=list)

    def get(self, path: str, *, vintage: str = "", fresh: bool = False, **query: str | int) -> Any:
        """The JSON at `path` below the address (or at a whole address, as a next page gives it)."""
        return self.ask("GET", path, query=query, vintage=vintage, fresh=fresh).json()

    def post(self, path: str, body: Any, *, vintage: str = "", fresh: bool = False, **query: str | int) -> Any:
        """The JSON that answers the JSON `body`."""
        return self.ask("POST", path, body=body, query=query, vintage=vintage, fresh=fresh).json()

    def read(self, path: str, *, vintage: str = "", **query: str | int) -> bytes:
        """The file at `path`, of any kind."""
        return self.ask("GET", path, query=query, vintage=vintage, wants_json=False).content

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, str | int] | None = None,
        vintage: str = "",
        fresh: bool = False,
        wants_json: bool = True,
    ) -> Reply:
        """One whole reply: from the recording, from what an earlier try kept, or from the provider.

        Parameters
        ----------
        method : GET or POST
        path : below the address, or a whole address
        body : for POST, sent as JSON
        query : what follows the question mark, in this order
        vintage : what the reply belongs to (a table's `updated`); a kept reply of the same vintage is used on any
            day, one without a vintage only on its own day and until the run it belongs to is finished
        fresh : whether a kept reply will not do
        wants_json : whether a reply that is no JSON counts as broken

        Raises
        ------
        RefusedError
            If the server says no.
        FileError
            If nothing whole can be had; what came before is kept.
        """
        request = Request(self.provider, method, self._address(path, query or {}), body)
        if self.network.played:
            return self._counted(_only_played(self.network.played, request))
        kept = None if fresh else self.network.kept(request, vintage)
        if kept:
            return self._counted(kept)
        reply = self._live(request, wants_json)
        self.calls += 1
        self.network.keep(request, reply, vintage)
        return self._counted(reply)

    def taken(self) -> tuple[int, date]:
        """Replies used since this was last asked, and the day the oldest of them came."""
        days, self._days = self._days, []
        return len(days), min(days, default=self.network.today)

    def _counted(self, reply: Reply) -> Reply:
        self._days.append(reply.retrieved)
        return reply

    def _address(self, path: str, query: Mapping[str, str | int]) -> str:
        address = path if path.startswith(("https://", "http://")) else f"{self.base}/{path.lstrip('/')}"
        address = urllib.parse.quote(address, safe=_PLAIN)
        return f"{address}{'&' if '?' in address else '?'}{urllib.parse.urlencode(query)}" if query else address

    def _live(self, request: Request, wants_json: bool) -> Reply:
        def once() -> Reply:
            self.limiter.wait()
            content = download(request)
            reply = Reply(content, self.network.today)
            return _whole_json(reply) if wants_json else reply

        remark = f"{self.provider}: "
        try:
            return patiently(
                once, sleep=self.network.sleep, remark=lambda text: self.network.tell(remark + text, self.calls, 0)
            )
        except urllib.error.HTTPError as error:
            raise refused(request, error) from error
        except PASSING as error:
            raise unreachable(request, error) from error


@dataclass
class Network:
    """How the outside is reached.

    Parameters
    ----------
    played : folder of a recording that is played instead of asking anybody; None for live
    recorded : folder that every reply is recorded into; None for no recording
    unfinished : folder where replies are kept, so that a broken run goes on and an unchanged table is not fetched anew
    today : the day that live replies carry
    sleep, clock : for tests
    tell : called with a remark, calls done and calls in all (0 when not known)
    """

    played: Recording | None = None
    recorded: Recording | None = None
    unfinished: Recording | None = None
    today: date = field(default_factory=date.today)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    tell: Tell = lambda what, done, total: None

    def client(self, provider: str, address: str, *, calls: int, seconds: float) -> Client:
        """A client for the provider at `address`; BRYGGA_<PROVIDER>_ADDRESS overrides it.

        Raises
        ------
        SettingError
            If the address is no web address.
        """
        variable = f"BRYGGA_{provider.upper()}_ADDRESS"
        base = (os.environ.get(variable) or address).rstrip("/")
        if not base.startswith(("https://", "http://")):
            raise SettingError(
                f"{base} is no web address",
                why=f"{provider} is asked over http or https",
                todo=f"mend {variable}, or play a recording with --from",
            )
        return Client(provider, base, Limiter(calls, seconds, self.clock, self.sleep), self)

    def kept(self, request: Request, vintage: str) -> Reply | None:
        """What an earlier try kept and still holds; recorded again if a recording is being made."""
        reply = self.unfinished.find(request, vintage) if self.unfinished else None
        if reply is None or (not vintage and reply.retrieved != self.today):
            return None
        if self.recorded:
            self.recorded.store(request, reply)
        return reply

    def keep(self, request: Request, reply: Reply, vintage: str) -> None:
        """Keep a reply that came."""
        if self.unfinished:
            self.unfinished.store(request, reply, vintage)
        if self.recorded:
            self.recorded.store(request, reply)

    def finish(self) -> None:
        """The run is over: replies without a vintage are asked for anew the next time."""
        if self.unfinished:
            self.unfinished.tidy(self.today)


def refused(request: Request, error: urllib.error.HTTPError) -> RefusedError:
    """What to tell the user of an answer that is no."""
    said_by_server = detail(error)
    said = f": {said_by_server}" if said_by_server else ""
    return RefusedError(
        f"{request} answers {error.code}{said}",
        why="the server does not hand this out" if error.code in AGAIN else "the server cannot make sense of this call",
        todo="run the same command later: what has come is kept"
        if error.code in AGAIN
        else "run `brygga data update --probe` to see whether the publisher has moved or changed the table",
        status=error.code,
        detail=said_by_server,
    )


def unreachable(request: Request, error: Exception) -> UnreachableError:
    """What to tell the user of a connection that fails again and again."""
    return UnreachableError(
        f"{request} cannot be fetched: {reason(error)}",
        why="there is no network, or the connection is cut again and again",
        todo="run the same command later: what has come is kept; or play a recording with --from FOLDER",
    )


def _only_played(recording: Recording, request: Request) -> Reply:
    reply = recording.find(request)
    if reply is None:
        raise NotRecordedError(
            f"{recording.folder} holds no reply to {request}",
            why="with --from nobody else is asked, and this call was not made when the recording was",
            todo="record again on a machine with a network: the same command with --record FOLDER instead of --from",
        )
    return reply


def _whole_json(reply: Reply) -> Reply:
    """The reply if it reads as JSON; else it was cut off or is a page about something else."""
    try:
        reply.json()
    except (ValueError, RecursionError) as error:
        start = reply.content[:40].decode("utf-8", "replace").strip()
        raise http.client.HTTPException(f"what came is no whole JSON; it begins {start!r}") from error
    return reply
