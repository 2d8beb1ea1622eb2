"""What companies said, with the code the program gave it; names and words only with consent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import polars as pl
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brygga.workflow import names, questions
from brygga.workflow.results import Results
from brygga_web.decisions.rows import values_by
from brygga_web.frame import formats
from brygga_web.frame.choices import Scope
from brygga_web.frame.context import address
from brygga_web.frame.pages import Page
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import text

SURE = ((0.8, "high"), (0.4, "middle"), (0.0, "low"))


def needs_page(results: Results, scope: Scope) -> Page:
    """Everything the page says about the chosen municipalities."""
    language = scope.language
    said = results.table("coded_needs").filter(pl.col("municipality").is_in(scope.municipalities))
    groups = _groups(said, results, scope)
    return Page(
        name="needs",
        file="behov",
        scope=scope,
        results=results,
        answer=_answer(said, groups, language),
        sub=_sub(said, language) if said.height else "",
        tables=[_table(groups, scope), _list(said, results, scope), _ads(results, scope)],
        shown={"any": said.height > 0},
    )


def sure(confidence: float, language: str) -> str:
    """How sure a code is, in words with the number near.

    Examples
    --------
    >>> sure(0.83, "en")
    'fairly sure (83%)'
    """
    key = next(key for least, key in SURE if confidence >= least)
    return f"{text(f'needs.sure_{key}', language)} ({formats.percent(confidence, language)})"


def deciding_words(why: str) -> SafeString | str:
    """The words that the coder quotes; its whole remark, marked as English, where it quotes none.

    Examples
    --------
    >>> deciding_words('"rörsvetsning" looks like "rörsvetsare" (our list)')
    '”rörsvetsning”, ”rörsvetsare”'
    """
    quoted = dict.fromkeys(re.findall(r'"([^"]+)"', why))
    return ", ".join(f"”{words}”" for words in quoted) or format_html('<span lang="en">{}</span>', why)


def _answer(said: pl.DataFrame, groups: list[dict[str, Any]], language: str) -> SafeString:
    if not said.height:
        return text("needs.answer_none", language)
    ends = {
        "low": formats.number(said["persons_low"].sum(), language),
        "high": formats.number(said["persons_high"].sum(), language),
    }
    if not groups:
        return text("needs.answer_short", language, **ends)
    return text("needs.answer", language, leading=groups[0]["name"].lower(), **ends)


def _sub(said: pl.DataFrame, language: str) -> SafeString:
    return text(
        "needs.sub",
        language,
        count=said.height,
        companies=said["company"].n_unique(),
        first=said["heard_on"].min(),
        last=said["heard_on"].max(),
    )


def _list(said: pl.DataFrame, results: Results, scope: Scope) -> Table:
    language = scope.language
    starts = _planned(results)
    title = text("needs.list_title", language)
    rows = said.sort("heard_on", "need_id", descending=[True, False])
    return Table(
        key="svar",
        caption=title,
        title=title,
        subtitle=text("needs.list_sub", language),
        columns=[
            Column("words", text("needs.col_words", language), "head"),
            Column("company", text("needs.col_company", language), "text"),
            Column("place", text("charts.col_municipality", language), "text"),
            Column("occupation_name", text("needs.col_occupation", language), "text", css="long"),
            Column("occupation_code", text("needs.col_code", language), "text"),
            Column("sure", text("needs.col_sure", language), "text"),
            Column("why", text("needs.col_why", language), "text", css="long"),
            Column("span", text("needs.col_persons", language), "span", low="persons_low", high="persons_high"),
            Column("year_said", text("needs.col_year", language), "text"),
            Column("became", text("needs.col_became", language), "text", css="long"),
        ],
        records=[
            _record(row, results, scope.language) | {"became": _became(row, starts, results, scope)}
            for row in rows.iter_rows(named=True)
        ],
        css="stack words",
        language=language,
    )


def _planned(results: Results) -> pl.DataFrame:
    """programme, occupation, seats: what the best plan starts, by the occupations it leads to."""
    plan = results.table("plan").filter(plan="best").group_by("programme").agg(pl.col("seats").sum())
    return results.table("programme_leads").filter(pl.col("share") > 0).join(plan, on="programme")


def _became(row: dict[str, Any], starts: pl.DataFrame, results: Results, scope: Scope) -> SafeString:
    """What became of an answer: whether it is counted, and what the plan starts for that occupation."""
    language, code = scope.language, row["occupation"]
    if not code:
        return text("needs.became_uncoded", language)
    if row["year"] <= results.region.base_year:
        return text("needs.became_past", language, year=results.region.base_year)
    nodes = questions.occupations(results)
    node = names.computed_on(code, nodes)
    within = (node,) if node else tuple(one for one in nodes if one.startswith(code))
    planned = starts.filter(pl.col("occupation").is_in(within)).unique("programme")["seats"].sum()
    key = "needs.became_planned" if planned else "needs.became_unplanned"
    says = text(key, language, seats=formats.number(planned, language))
    if not within:
        return says
    href = address("occupation", language, code=node or code) + scope.query(yrke="")
    return format_html('<a href="{}">{}</a>', href, says)


def _record(row: dict[str, Any], results: Results, language: str) -> dict[str, Any]:
    """A row as the public may see it: without consent neither company, words nor the words that decided."""
    code = row["occupation"]
    named = row["consent"]
    place = names.municipality(row["municipality"], results.region)
    instead = formats.number(row["persons_low"], language) if row["persons_low"] == row["persons_high"] else None
    return {
        "words": row["text"] if named else text("needs.unquoted", language),
        "company": row["company"] if named else str(text("needs.unnamed", language, place=place)),
        "place": place,
        "occupation_name": names.occupation(code, language) if code else str(text("needs.uncoded", language)),
        "occupation_code": code or formats.DASH,
        "sure": sure(row["confidence"], language),
        "why": deciding_words(row["why"]) if named else formats.DASH,
        "persons_low": row["persons_low"],
        "persons_high": row["persons_high"],
        "instead": instead,
        "year_said": str(row["year"]),
    }


def _groups(said: pl.DataFrame, results: Results, scope: Scope) -> list[dict[str, Any]]:
    """Said per group, most first, beside the computed shortage."""
    coded = said.drop_nulls("occupation")
    if not coded.height:
        return []
    groups = coded.with_columns(group=_group_of(coded["occupation"]))
    summed = groups.group_by("group").agg(pl.col("persons_low", "persons_high").sum(), answers=pl.len())
    whole = {group: values["short"] for group, values in _computed(results, scope).items()}
    rows = [
        row
        | {
            "name": names.group(row["group"], scope.language),
            "href": address("occupation", scope.language, code=row["group"]) + scope.query(yrke=""),
            "said": (row["persons_low"] + row["persons_high"]) / 2,
            "computed": whole[row["group"]]["p50"] if row["group"] in whole else None,
            "p10": whole[row["group"]]["p10"] if row["group"] in whole else None,
            "p90": whole[row["group"]]["p90"] if row["group"] in whole else None,
            "modelled": True,
        }
        for row in summed.iter_rows(named=True)
    ]
    return sorted(rows, key=lambda row: (-row["said"], row["group"]))


def _computed(results: Results, scope: Scope) -> dict[str, Any]:
    return values_by("group", results, replace(scope, occupations=questions.occupations(results)))


def _table(groups: list[dict[str, Any]], scope: Scope) -> Table:
    language = scope.language
    title = text("needs.groups_title", language)
    return Table(
        key="grupper",
        caption=title,
        title=title,
        subtitle=text("needs.groups_sub", language, year=scope.year),
        columns=[
            Column("name", text("charts.col_group", language), "head"),
            Column(
                "said",
                text("charts.col_diagram", language),
                "drawn",
                low="persons_low",
                high="persons_high",
                tick="",
                tone="plan",
            ),
            Column("said", text("needs.col_said", language), strong=True),
            Column("said_span", text("needs.col_said_range", language), "span", low="persons_low", high="persons_high"),
            Column("answers", text("needs.col_answers", language)),
            Column("computed", text("needs.col_computed", language, year=scope.year), mark=True),
            Column("span", text("charts.col_likely", language), "span"),
        ],
        records=groups,
        language=language,
    )


def _ads(results: Results, scope: Scope) -> Table:
    language = scope.language
    ads = results.table("coded_ads").drop_nulls("occupation")
    ads = ads.filter(pl.col("municipality").is_in(scope.municipalities))
    grouped = ads.with_columns(group=_group_of(ads["occupation"])).group_by("group")
    rows = grouped.agg(pl.col("positions").sum(), ads=pl.len()).sort("positions", "group", descending=[True, False])
    title = text("needs.ads_title", language)
    return Table(
        key="annonser",
        caption=title,
        title=title,
        subtitle=text("needs.ads_sub", language),
        columns=[
            Column("name", text("charts.col_group", language), "head"),
            Column("positions", text("charts.col_diagram", language), "bar", tone="plan"),
            Column("positions", text("needs.col_positions", language), strong=True),
            Column("ads", text("needs.col_ads", language)),
        ],
        records=[row | {"name": names.group(row["group"], language)} for row in rows.iter_rows(named=True)],
        language=language,
    )


def _group_of(codes: pl.Series) -> pl.Expr | pl.Series:
    return pl.Series([names.group_of(code) for code in codes], dtype=pl.String)
