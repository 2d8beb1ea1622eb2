"""Carry summary: the answers of `carry` as few numbers, each a range, for a terminal and for programs.

Start reading at `summary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from brygga.core.region import Region
from brygga.impact.municipal_account import LEFT_OUT
from brygga.workflow import names
from brygga.workflow.carry import Question

MOST_SHOWN = 12
"""Occupations and industries shown, the largest first."""
Frames = Mapping[str, pl.DataFrame]


def summary(frames: Frames, region: Region, question: Question, *, posts: float, places: bool) -> dict[str, Any]:
    """What `posts` posts carry: answers, posts that follow, account by municipality, and jobs that sell outside.

    Parameters
    ----------
    frames : the tables of `brygga.workflow.carry.carried`, which are per 100 posts
    posts : how many posts the numbers are told for (persons)
    places : whether the cost of preschool and school places, and the net, are told

    Returns
    -------
    plain lists and mappings; every computed number as {"p10", "p50", "p90"}, answers as {"low", "mid", "high"}
    """
    scale = posts / 100.0
    return {
        "question": {"industry": question.industry, "municipality": question.municipality, "posts": posts},
        "answers": [_answer(row) for row in frames["carried_jobs"].iter_rows(named=True)],
        "follow": {
            row["layer"]: _range(row, scale)
            for row in frames["carried_sums"].filter(grouping="all").iter_rows(named=True)
        },
        "industries": _groups(frames, "industry", scale),
        "occupations": _groups(frames, "occupation", scale),
        "services": _groups(frames, "service", scale),
        "account": _account(frames["municipal_account"], frames["carried_sums"], region, scale, places),
        "exporting": [_exporting(row) for row in _whole(frames["exporting_jobs"]).iter_rows(named=True)],
        "left_out": LEFT_OUT["en"],
        "source": frames["carried_jobs"]["source"][0],
    }


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    span = None if row["mid"] is None else {end: row[end] for end in ("low", "mid", "high")}
    told = ("answer", "name", "industry", "measure", "reach", "horizon", "status")
    words = {said: row[f"{said}_en"] for said in ("includes", "excludes", "differs")}
    return {key: row[key] for key in told} | {"jobs_per_job": span} | words | {"source": row["source"]}


def _range(row: dict[str, Any], scale: float, prefix: str = "") -> dict[str, float]:
    return {name: scale * row[f"{prefix}{name}"] for name in ("p10", "p50", "p90")}


def _groups(frames: Frames, grouping: str, scale: float) -> list[dict[str, Any]]:
    """The largest groups, both layers together."""
    name = names.industry if grouping == "industry" else names.occupation
    rows = (
        frames["carried_sums"].filter(grouping=grouping, layer="both").sort(["p50", "group"], descending=[True, False])
    )
    return [
        {"code": row["group"], "name": name(row["group"], "en"), "posts": _range(row, scale)}
        for row in (rows if grouping == "service" else rows.head(MOST_SHOWN)).iter_rows(named=True)
    ]


def _account(
    account: pl.DataFrame, sums: pl.DataFrame, region: Region, scale: float, places: bool
) -> list[dict[str, Any]]:
    """Each municipality: posts that follow there, people who live there, tax, and the key for paying together."""
    here = {
        row["group"]: _range(row, scale)
        for row in sums.filter(grouping="municipality", layer="both").iter_rows(named=True)
    }
    told = []
    for code in account["municipality"].unique(maintain_order=True).to_list():
        parts = {row["part"]: row for row in account.filter(municipality=code).iter_rows(named=True)}
        known = parts["tax"]["p50"] is not None
        wanted = ["tax", "service_cost", "net"] if places and "net" in parts else ["tax"]
        told.append(
            {
                "municipality": code,
                "name": names.municipality(code, region),
                "posts": here.get(code),
                "persons": scale * parts["tax"]["persons"],
                **{f"{part}_sek": _range(parts[part], scale) if known else None for part in wanted},
                "key_share": parts[wanted[-1]]["key_share"],
            }
        )
    return told


def _whole(exporting: pl.DataFrame) -> pl.DataFrame:
    return exporting.filter(pl.col("industry").is_in(["C", "all"])).sort("method", "industry", descending=[True, False])


def _exporting(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": row["method"],
        "industry": row["industry"],
        "jobs": row["jobs"],
        "exporting": _range(row, 1.0),
        "part": _range(row, 1.0, "part_"),
        "reason": row["reason_en"],
    }
