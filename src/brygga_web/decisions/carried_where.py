"""Where the further jobs are: occupations and municipalities; jobs that sell outside, against the claim; the account.

Sums come from tables that were summed in every draw; here nothing is added to a range.

Start reading at `carried_tables`.
"""

from __future__ import annotations

from typing import Any

import polars as pl
from django.utils.safestring import SafeString

from brygga.workflow import names
from brygga.workflow.carry import ACCOUNT_LEFT_OUT
from brygga.workflow.results import Results
from brygga_web.frame import formats
from brygga_web.frame.context import address
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

MOST_OCCUPATIONS = 10
MOST_INDUSTRIES = 8
SPREAD = ("p10", "p50", "p90", "naive")
TABLES = ("carried_sums", "exporting_jobs", "municipal_account")
Row = dict[str, Any]


def carried_tables(results: Results, language: str) -> list[Table]:
    """The tables of a run that made them; none of a run that did not."""
    made: list[Table] = []
    if results.has("carried_sums"):
        made += [_posts("occupation", results, language), _posts("municipality", results, language)]
    if results.has("exporting_jobs"):
        made.append(_exporting(results, language))
    if results.has("municipal_account"):
        made.append(_account(results, language))
    return made


def missing(results: Results, language: str) -> SafeString | str:
    """That a run lacks some of the tables, and the command that makes them; else nothing."""
    return "" if all(map(results.has, TABLES)) else text("benefit.missing", language)


def _posts(by: str, results: Results, language: str) -> Table:
    """Carried posts per 100 industrial posts, by occupation (largest first) or municipality (in order of code)."""
    sums = results.table("carried_sums")
    found = _by_group(sums.filter(grouping=by))
    order = sorted(found, key=lambda g: (-formats.rounded(found[g]["p50"], 1), g) if by == "occupation" else (0, g))
    shown = order[:MOST_OCCUPATIONS] if by == "occupation" else order
    named = {
        "occupation": lambda code: names.occupation(code, language),
        "municipality": lambda code: names.municipality(code, results.region),
    }[by]
    whole = _by_group(sums.filter(grouping="all"))["all"]
    title = text(f"benefit.{by}_title", language)
    return Table(
        key={"occupation": "burna-yrken", "municipality": "burna-kommuner"}[by],
        caption=title,
        title=title,
        subtitle=text(f"benefit.{by}_sub", language, n=len(shown)),
        columns=[
            Column("name", text(f"charts.col_{by}", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tone="plan"),
            Column("p50", text("benefit.col_carried", language), digits=1, strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span", digits=1),
            Column("naive", text("benefit.col_even", language), digits=1),
            Column("indirect", text("benefit.col_indirect", language), digits=1),
            Column("induced", text("benefit.col_induced", language), digits=1),
        ],
        records=[found[group] | {"code": group, "name": named(group)} | _href(by, group, language) for group in shown],
        total=whole | {"name": text("benefit.carried_all", language)},
        notes=[text("benefit.layers", language), text("decisions.not_added", language)],
        css="stack crowded",
        language=language,
    )


def _href(by: str, code: str, language: str) -> Row:
    return {"href": address("occupation", language, code=code)} if by == "occupation" else {}


def _by_group(rows: pl.DataFrame) -> dict[str, Row]:
    """group -> spread of both layers together, and the middle of each."""
    found: dict[str, Row] = {}
    for row in rows.iter_rows(named=True):
        record = found.setdefault(row["group"], {"modelled": True})
        if row["layer"] == "both":
            record |= {key: row[key] for key in SPREAD}
        else:
            record[row["layer"]] = row["p50"]
    return found


def _exporting(results: Results, language: str) -> Table:
    """Jobs that sell outside the area, by industry, with what others stated beside."""
    rows = results.table("exporting_jobs")
    computed = {row["industry"]: row for row in rows.filter(method="location_quotient").iter_rows(named=True)}
    stated = {row["industry"]: row["p50"] for row in rows.filter(method="stated").iter_rows(named=True)}
    own = [Column("stated", text("benefit.col_stated", language))] if stated else []
    order = sorted(computed.keys() - {"all", "C"}, key=lambda code: (-round(computed[code]["p50"]), code))
    shown = [code for code in order if computed[code]["p50"] >= 0.5][:MOST_INDUSTRIES]
    title = text("benefit.exporting_title", language)
    whole = [*(["C"] if "C" in computed else []), *shown]
    records = [_sells(computed[code], stated, names.industry(code, language), code) for code in whole]
    return Table(
        key="saljer-utat",
        caption=title,
        title=title,
        subtitle=exporting_says(rows, language),
        columns=[
            Column("name", text("benefit.col_industry", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tone="plan", tick="stated"),
            Column("p50", text("benefit.col_sells", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            *own,
            Column("jobs", text("benefit.col_of_jobs", language)),
            Column("share", text("benefit.col_share", language), "percent"),
            Column("part_p50", text("benefit.col_part", language), "percent"),
        ],
        records=records,
        total=_sells(computed["all"], stated, text("benefit.all_industries", language), "")
        if "all" in computed
        else None,
        notes=[text("benefit.exporting_note", language, n=len(shown)), *_reason(rows, language)],
        language=language,
    )


def _sells(row: Row, stated: dict[str, float], name: str | SafeString, code: str) -> Row:
    return {
        **row,
        "name": name,
        "code": code,
        "modelled": row["status"] == "modelled",
        "stated": stated.get(row["industry"]),
    }


def exporting_says(rows: pl.DataFrame, language: str) -> SafeString | str:
    """Manufacturing's part of the jobs that sell outside against the published claim; only what the range carries."""
    ours = rows.filter(method="location_quotient", industry="C")
    if not ours.height:
        return ""
    low, high = (formats.percent(ours[f"part_{end}"].item(), language) for end in ("p10", "p90"))
    says = text("benefit.exporting_says", language, low=low, high=high)
    claim = rows.filter(method="claim", industry="C")
    if not claim.height:
        return says
    said, ends = claim["part_p50"].item(), (ours["part_p10"].item(), ours["part_p90"].item())
    key = "below" if said < ends[0] else "above" if said > ends[1] else "within"
    return says + " " + text(f"benefit.claim_{key}", language, claim=formats.percent(said, language))


def _reason(rows: pl.DataFrame, language: str) -> list[str]:
    given = rows.filter(method="claim")[f"reason_{language}"].drop_nulls().unique(maintain_order=True)
    return [reason[:1].upper() + reason[1:].rstrip(".") + "." for reason in given]


def _account(results: Results, language: str) -> Table:
    """Who gains in tax when 100 industrial jobs come, less further places in preschool and school; and the key."""
    rows = results.table("municipal_account")
    parts: dict[str, dict[str, Row]] = {}
    for row in rows.iter_rows(named=True):
        parts.setdefault(row["municipality"], {})[row["part"]] = row
    order = [
        *(code for code in results.region.municipalities if code in parts),
        *(["outside"] if "outside" in parts else []),
    ]
    title = text("benefit.account_title", language)
    return Table(
        key="kommunernas-konto",
        caption=title,
        title=title,
        subtitle=text("benefit.account_sub", language),
        columns=[
            Column("name", text("charts.col_municipality", language), "head"),
            Column("p50", text("charts.col_diagram", language), "drawn", tone="plan"),
            Column("p50", text("benefit.col_net", language), strong=True, mark=True),
            Column("span", text("charts.col_likely", language), "span"),
            Column("naive", text("benefit.col_at_work", language)),
            Column("tax", text("benefit.col_all_tax", language)),
            Column("cost", text("benefit.col_cost", language)),
            Column("persons", text("benefit.col_holders", language)),
            Column("key_share", text("benefit.col_key", language), "percent"),
        ],
        records=[_gains(code, parts[code], results, language) for code in order],
        notes=[text("benefit.account_note", language, left_out=ACCOUNT_LEFT_OUT[language])],
        css="stack crowded",
        language=language,
    )


def _gains(code: str, parts: dict[str, Row], results: Results, language: str) -> Row:
    net = parts["net"]
    outside = code == "outside"
    return {
        "name": text("charts.outside", language) if outside else names.municipality(code, results.region),
        "code": "" if outside else code,
        **{key: _thousands(net[key]) for key in SPREAD},
        "tax": _thousands(parts["tax"]["p50"]),
        "cost": _thousands(parts["service_cost"]["p50"]) if "service_cost" in parts else None,
        "persons": parts["tax"]["persons"],
        "key_share": net["key_share"],
        "modelled": net["p50"] is not None,
    }


def _thousands(amount: float | None) -> float | None:
    return None if amount is None else amount / 1000
