"""Closure words: the answer of a closure in plain words, the range first, and the same for a program.

Start reading at `closure_lines`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from brygga.commuting.flows import OUTSIDE
from brygga.core.sums import total
from brygga.workflow import names
from brygga.workflow.closure_run import Done

AFTER = (6, 12, 24)
FEW = 5
SCENARIOS = {
    "none": "without courses",
    "planned": "with the seats that are paid for already",
    "best": "with the best that the money buys",
}
STEPS = ("notice", "person_list", "first_leaving", "too_early")


def closure_lines(done: Done) -> Iterator[str]:
    """The answer, a line a question."""
    told = _summary(done.tables["closure_summary"])
    yield _what(done)
    yield _posts(told)
    yield _homes(done)
    yield from _back(told)
    yield from _scenarios(told, done)
    yield _hard(done)
    yield _ways(done)
    yield from _clock(done)
    yield _tax(told, done)
    row = done.tables["closure_shocks"].row(0, named=True)
    yield f"Rests on: {row['source']}. Occupations related by {row['network']}."


def closure_content(done: Done) -> dict[str, Any]:
    """The answer for a program: what was asked, the summary, and the tables' first rows."""
    frames = done.tables
    return {
        "shock": frames["closure_shocks"].row(0, named=True),
        "text_en": "\n".join(closure_lines(done)),
        "summary": frames["closure_summary"].drop("shock", "status").to_dicts(),
        "residence": _residence(done),
        "hard_to_place": frames["closure_hard"].filter("hard").drop("shock", "status").to_dicts(),
        "ways": _ways_rows(done).to_dicts(),
        "courses": frames["closure_courses"].filter("chosen").drop("shock", "status").to_dicts(),
        "clock": frames["closure_clock"].drop("shock").to_dicts(),
        "tax": frames["closure_tax"].drop("shock", "status").to_dicts(),
        "notes": list(done.notes),
        "tables": {name: str(done.out / f"{name}.parquet") for name in frames},
    }


def span(low: float, high: float, *, unit: str = "") -> str:
    """A range of whole numbers, one number where both ends round to it.

    Examples
    --------
    >>> span(217.4, 419.8), span(500.0, 500.0, unit=" posts"), span(1234.0, 5678.0)
    ('217 to 420', '500 posts', '1,234 to 5,678')
    """
    ends = f"{low:z,.0f}", f"{high:z,.0f}"
    return f"{ends[0]}{unit}" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}{unit}"


Told = Mapping[tuple[str, str], Mapping[str, float]]


def _summary(frame: pl.DataFrame) -> Told:
    return {(row["scenario"], row["measure"]): row for row in frame.iter_rows(named=True)}


def _range(row: Mapping[str, float], scale: float = 1.0) -> str:
    return span(scale * row["p10"], scale * row["p90"])


def _what(done: Done) -> str:
    shock = done.shock
    place = names.municipality(shock.municipality, done.region)
    leaving = f"the first leave on {shock.first_leaving}"
    if shock.last_leaving > shock.first_leaving:
        leaving += f", the last on {shock.last_leaving}"
    industry = names.industry(shock.industry, "en")
    return f"{shock.posts:,.0f} posts in {industry} in {place}: notice on {shock.notice}, {leaving}."


def _posts(told: Told) -> str:
    every = told["all", "posts_all"]
    parts = {layer: _range(told["all", f"posts_{layer}"]) for layer in ("direct", "indirect", "induced")}
    return (
        f"Posts: {_range(every)} disappear in all (80 % interval, median {every['p50']:,.0f}): {parts['direct']} "
        f"direct, {parts['indirect']} at suppliers, {parts['induced']} where the wages were spent."
    )


def _residence(done: Done) -> list[dict[str, Any]]:
    persons = done.tables["closure_persons"].group_by("home", maintain_order=True).agg(total("persons"))
    ordered = persons.sort(["persons", "home"], descending=[True, False])
    return [{"home": home, "name": _home(home, done), "persons": count} for home, count in ordered.iter_rows()]


def _home(code: str, done: Done) -> str:
    return "outside the region" if code == OUTSIDE else names.municipality(code, done.region)


def _homes(done: Done) -> str:
    rows = _residence(done)
    shown = [f"{row['name']} {row['persons']:,.0f}" for row in rows if row["home"] != OUTSIDE][:FEW]
    rest = sum(row["persons"] for row in rows if row["home"] != OUTSIDE) - sum(
        row["persons"] for row in [row for row in rows if row["home"] != OUTSIDE][:FEW]
    )
    outside = sum(row["persons"] for row in rows if row["home"] == OUTSIDE)
    more = f", {rest:,.0f} elsewhere in the region" if rest >= 0.5 else ""
    return f"Where they live (mean): {', '.join(shown)}{more}, {outside:,.0f} outside it."


def _back(told: Told) -> Iterator[str]:
    known = [after for after in AFTER if ("none", f"share_back_{after}") in told]
    parts = [f"{_range(told['none', f'share_back_{after}'], 100)} % after {after} months" for after in known]
    if parts:
        yield f"Back in work, of those with a direct post, from the day the last left, no courses: {', '.join(parts)}."
    else:
        yield "Back in work: too few months are followed to say (--months)."


def _scenarios(told: Told, done: Done) -> Iterator[str]:
    if ("none", "without_work_12") not in told:
        return
    chosen = done.tables["closure_courses"].filter("chosen")
    for scenario, words in SCENARIOS.items():
        sent = float(chosen.filter(pl.col("scenario") == scenario)["persons"].sum())
        line = f"Without work 12 months after the last left, {words}: {_range(told[scenario, 'without_work_12'])}"
        if scenario != "none" and sent > 0:
            fewer, cost = told[scenario, "fewer_without_work_12"], told[scenario, "course_cost"]["p50"]
            line += f", {_change(fewer)}; {sent:,.0f} go to courses, {cost / 1e6:,.1f} million SEK"
        elif scenario != "none":
            line += ", since no course that starts in time helps them sooner to work"
        yield f"{line}."


def _change(fewer: Mapping[str, float]) -> str:
    """How many fewer are without work; more, where those in courses have not looked for long yet.

    Examples
    --------
    >>> _change({"p10": 2.0, "p90": 5.0}), _change({"p10": -3.0, "p90": -1.0})
    ('2 to 5 fewer', '1 to 3 more, since courses take time')
    >>> _change({"p10": -2.0, "p90": 3.0})
    'from 2 more to 3 fewer'
    """
    if round(fewer["p90"]) < 0:
        return f"{span(-fewer['p90'], -fewer['p10'])} more, since courses take time"
    if round(fewer["p10"]) < 0:
        return f"from {-fewer['p10']:,.0f} more to {fewer['p90']:z,.0f} fewer"
    return f"{span(fewer['p10'], fewer['p90'])} fewer"


def _hard(done: Done) -> str:
    hard = done.tables["closure_hard"]
    hardest = hard.filter(pl.col("hard") & (pl.col("persons") >= 1)).head(FEW)
    persons = hard.filter("hard")["persons"].sum()
    if not hard.height:
        return "Hard to place: nobody is followed for twelve months after leaving."
    rows = [
        f"{names.occupation(row['occupation'], 'en')}, {row['age_group']}, in {_home(row['home'], done)} "
        f"(about {row['persons']:,.0f}; {_range(row, 100)} % have work after a year: {_small(row['reason_en'])})"
        for row in hardest.iter_rows(named=True)
    ]
    if not rows:
        return "Hard to place: no group of a person or more where fewer than half have work after a year."
    return f"Hard to place: about {persons:,.0f} persons in groups where fewer than half have work after a year. " + (
        f"The hardest: {'; '.join(rows)}."
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _ways_rows(done: Done) -> pl.DataFrame:
    """Persons by the occupation they find work in, the most first."""
    ways = done.tables["closure_ways"].group_by("to_occupation", maintain_order=True).agg(total("persons"))
    return ways.sort(["persons", "to_occupation"], descending=[True, False])


def _ways(done: Done) -> str:
    rows = _ways_rows(done)
    ways = done.tables["closure_ways"]
    same = float(ways.filter(pl.col("occupation") == pl.col("to_occupation"))["persons"].sum())
    whole = float(rows["persons"].sum())
    shown = [f"{names.occupation(code, 'en')} {persons:,.0f}" for code, persons in rows.head(FEW).iter_rows()]
    share = f"{100 * same / whole:,.0f} % of them in the occupation they come from" if whole else "nobody"
    return f"Where they find work (mean over the months followed): {', '.join(shown)}; {share}."


def _clock(done: Done) -> Iterator[str]:
    rows = done.tables["closure_clock"].filter(pl.col("step").is_in(STEPS))
    for row in rows.sort("date", "step", nulls_last=True).iter_rows(named=True):
        yield f"Clock: {row['date']}  {row['text_en']}"


def _tax(told: Told, done: Done) -> str:
    rows = (
        done.tables["closure_tax"]
        .filter(pl.col("scenario") == "none")
        .sort(["p50", "municipality"], descending=[True, False])
    )
    shown: Sequence[str] = [
        f"{names.municipality(row['municipality'], done.region)} {row['p10'] / 1e6:,.1f} to {row['p90'] / 1e6:,.1f}"
        for row in rows.head(FEW).iter_rows(named=True)
    ]
    measure = next(name for scenario, name in told if scenario == "none" and name.startswith("tax_lost_"))
    every, months = told["none", measure], measure.removeprefix("tax_lost_")
    low, high = every["p10"] / 1e6, every["p90"] / 1e6
    return (
        f"Municipal tax lost by residence, a year, {months} months after the last left: {low:,.1f} to {high:,.1f} "
        f"million SEK, of which {', '.join(shown)}."
    )
