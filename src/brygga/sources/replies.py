"""Replies: what a provider sent, taken apart with every surprise named.

A provider's module says which calls it makes and how one reply becomes rows. What can go wrong is the same everywhere
and is said here once: a page about maintenance instead of data, a key that is gone, a value of another kind, and pages
that never end.

Start reading at `walk`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from brygga.core.errors import TableError, listed
from brygga.sources.http import Client

Get = Callable[[str], Any]
"""Fetches the JSON at a path below the provider's address, or at a whole address."""

MOST_PAGES = 2_000
"""Pages after which a list counts as endless: the longest known one, all adult education, has 1,686 of 200 events."""

CHANGED = "the publisher has changed the shape of its replies, and a guess could misread numbers"
TELL = "look for a newer version of this program, or take the table from an earlier update with --from"


def asked(client: Client) -> Get:
    """Asks through a client, whose patience, pace and errors of the network are its own."""
    return lambda path: json_of(client.ask("GET", path).content, client.provider)


def in_pieces(values: Sequence[str], size: int) -> list[list[str]]:
    """The values in order, at most `size` together.

    Examples
    --------
    >>> in_pieces(["a", "b", "c"], 2)
    [['a', 'b'], ['c']]
    """
    return [list(values[start : start + size]) for start in range(0, len(values), size)]


def json_of(content: bytes, what: str) -> Any:
    """The content of a reply in JSON.

    Raises
    ------
    TableError when it is a web page, empty, cut off or in no UTF-8.

    Examples
    --------
    >>> json_of(b'{"a": 0}', "Kolada")
    {'a': 0}
    """
    begins = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not begins:
        raise TableError(f"{what}: the reply is empty", why="there is nothing to read", todo="try again later")
    if begins.startswith(b"<"):
        text = begins[:60].decode("utf-8", "replace").split("\n")[0]
        raise TableError(
            f"{what}: a web page came instead of data ({text})",
            why="the service is closed for now, has moved, or something between here and there answers in its place",
            todo="try again later; if it stays so, open the address in a browser to see what the page says",
        )
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise TableError(
            f"{what}: the reply is no JSON ({str(error).splitlines()[0]})",
            why="it was cut off on the way, or is something else",
            todo="try again; what came before is kept",
        ) from error


def key_of(holder: Any, key: str, where: str) -> Any:
    """What stands under a key.

    Raises
    ------
    TableError when the holder is no object or lacks the key: it says which key, where, and which keys are there.

    Examples
    --------
    >>> key_of({"value": 0}, "value", "Kolada: values[0]")
    0
    """
    if not isinstance(holder, Mapping):
        raise wrong_kind(holder, "an object", where)
    if key not in holder:
        there = f"it has {listed(holder, most=12)}" if holder else "it is empty"
        raise TableError(f"{where} has no key {key}; {there}", why=CHANGED, todo=TELL)
    return holder[key]


def list_of(holder: Any, key: str, where: str) -> list[Any]:
    """The list that stands under a key."""
    found = key_of(holder, key, where)
    if not isinstance(found, list):
        raise wrong_kind(found, "a list", f"{where}.{key}")
    return found


def text_of(holder: Any, key: str, where: str) -> str:
    """The text that stands under a key; it may not be empty."""
    found = key_of(holder, key, where)
    if not isinstance(found, str) or not found.strip():
        raise wrong_kind(found, "text", f"{where}.{key}")
    return found.strip()


def whole_of(holder: Any, key: str, where: str) -> int:
    """The whole number that stands under a key, also when it is written as text."""
    found = key_of(holder, key, where)
    if isinstance(found, str) and found.strip().isdecimal():
        return int(found)
    if isinstance(found, bool) or not isinstance(found, int):
        raise wrong_kind(found, "a whole number", f"{where}.{key}")
    return found


def number_of(holder: Any, key: str, where: str) -> float | None:
    """The number that stands under a key, with a point or a comma when it is text; None where it is null or empty."""
    found = key_of(holder, key, where)
    if isinstance(found, str):
        found = found.replace("\xa0", "").replace(" ", "").replace(",", ".") or None
    try:
        if found is None or (not isinstance(found, (bool, list, dict)) and abs(float(found)) < float("inf")):
            return None if found is None else float(found)
    except ValueError:
        pass
    raise wrong_kind(found, "a number", f"{where}.{key}")


def walk(first: str, get: Get, following: Callable[[Any, str], str | None], what: str) -> Iterator[Any]:
    """Every page of a list, from the first path on.

    Parameters
    ----------
    first : path of the first page
    get : fetches a path
    following : the path of the next page, from the content and the path of one; None on the last
    what : whose pages they are, for messages

    Raises
    ------
    TableError when a page leads back to one that was read, or there are more than any list of the kind has.
    """
    path: str | None = first
    seen: set[str] = set()
    while path:
        if path in seen or len(seen) >= MOST_PAGES:
            turn = f"page {len(seen)} leads back to {path}" if path in seen else f"still more after {len(seen)}"
            raise TableError(
                f"{what}: the pages never end ({turn})",
                why="the same rows would come again and again and be counted twice",
                todo="report it to the publisher; take the table from an earlier update with --from meanwhile",
            )
        seen.add(path)
        page = get(path)
        yield page
        path = following(page, path)


def counted_up(counted: Any, path: str, where: str) -> str | None:
    """The path of the page after this one, by the numbers that it tells of itself; None on the last.

    Some services write addresses of their own inside into the links to the next page, so links are not followed.

    Examples
    --------
    >>> counted_up({"number": 0, "totalPages": 2}, "events?page=0&size=5", "Susa-navet")
    'events?page=1&size=5'
    >>> counted_up({"number": 1, "totalPages": 2}, "events?page=1&size=5", "Susa-navet") is None
    True
    """
    number, pages = (whole_of(counted, key, f"{where}: page") for key in ("number", "totalPages"))
    if number + 1 >= pages:
        return None
    before, _, query = path.partition("?")
    asked = parse_qsl(query) if query else []
    turned = [(key, str(number + 1) if key == "page" else value) for key, value in asked]
    return f"{before}?{urlencode(turned, safe=',')}"


def wrong_kind(found: Any, wanted: str, where: str) -> TableError:
    """The fault of a value that is of another kind than the one documented."""
    shown = json.dumps(found, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= 40 else f"{shown[:40]}…"
    return TableError(f"{where} is {shown} where {wanted} belongs", why=CHANGED, todo=TELL)
