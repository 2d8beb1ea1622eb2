"""Which closure the page shows: the one named in the address, else the first that the run holds.

    handelse   the key of a stored closure, for example 1060-29-500

A key that is not stored is a page that does not exist (404), explained, with the stored ones a click away.

Start reading at `read_event`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl
from django.http import HttpRequest
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.results import Results
from brygga_web.decisions.views import whole
from brygga_web.frame import formats
from brygga_web.frame.choices import ChoiceError, Scope, read_scope
from brygga_web.frame.context import address
from brygga_web.frame.texts import in_sentence, text

SHOCKS = "closure_shocks"
LONGEST_KEY = 60


@dataclass(frozen=True)
class Event:
    """A stored closure: where, in which industry, how many posts, the day of the notice; the rest of its row."""

    key: str
    municipality: str
    industry: str
    posts: float
    notice: date | None
    row: Mapping[str, Any]

    @property
    def month_12(self) -> int | None:
        """The month a year after the last have left; nothing when that is not followed."""
        return self.row["month_12"]

    def name(self, results: Results, language: str) -> SafeString:
        """Its posts, industry and place: "500 arbeten i tillverkning av motorfordon, Olofström"."""
        return text(
            "closure.event",
            language,
            n=round(self.posts),
            posts=formats.number(self.posts, language),
            place=names.municipality(self.municipality, results.region),
            industry=in_sentence(names.industry(self.industry, language)),
        )


def events(results: Results) -> tuple[Event, ...]:
    """The closures that the run holds, in the order they were stored."""
    if not results.has(SHOCKS):
        return ()
    rows = results.table(SHOCKS).filter(pl.col("kind") == "closure")
    return tuple(
        Event(row["shock"], row["municipality"], row["industry"], row["posts"], row["notice"], row)
        for row in rows.iter_rows(named=True)
    )


def read_event(request: HttpRequest, results: Results) -> Scope:
    """The scope of the page: the whole area, with the key of the closure asked for.

    Raises
    ------
    ChoiceError (404) for a key that the run does not hold.
    """
    return with_event(read_scope(request, results), request.GET.get("handelse", "").strip(), results)


def with_event(scope: Scope, asked: str, results: Results) -> Scope:
    """`scope` for the whole area with a closure of the run: the one asked for, or the first."""
    stored = events(results)
    keys = [event.key for event in stored]
    if asked and asked not in keys:
        raise ChoiceError(
            "faults.event",
            status=404,
            code=asked[:LONGEST_KEY],
            stored=len(keys),
            meant=f"?handelse={keys[0]}" if keys else "",
            meant_name=stored[0].name(results, scope.language) if keys else "",
        )
    return replace(whole(scope), event=asked or (keys[0] if keys else ""))


def chosen(results: Results, scope: Scope) -> Event | None:
    """The closure of a scope; nothing when the run holds none."""
    return next((event for event in events(results) if event.key == scope.event), None)


def options(results: Results, scope: Scope) -> list[dict[str, Any]]:
    """The choices of the form."""
    return [
        {"key": event.key, "name": event.name(results, scope.language), "chosen": event.key == scope.event}
        for event in events(results)
    ]


def link(key: str, results: Results, language: str) -> str:
    """The address of a stored closure; nothing for one that is not stored."""
    stored = any(event.key == key for event in events(results))
    return f"{address('closure', language)}?handelse={key}" if stored else ""
