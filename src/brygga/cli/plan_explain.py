"""`brygga plan explain`: what binds, what one more would buy, why this and not that, who gains by planning together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brygga.cli import show

if TYPE_CHECKING:
    import polars as pl

    from brygga.planning.cooperation import Cooperation
    from brygga.planning.reasons_folder import Explained

MOST_SHOWN = 12
NEARLY = 0.999
"""A limit used to this share binds."""


@click.command("explain")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--cooperation", "with_cooperation", is_flag=True, help="Solve for each municipality alone and compare.")
@click.option("--pins", "with_pins", is_flag=True, help="Solve again without each pinned choice: what it costs.")
@click.option("--one-more", "with_one_more", is_flag=True, help="Solve again with one more room, applicant, million.")
@click.option("--most", type=int, default=10, show_default=True, help="Starts that are not chosen to explain.")
@click.option(
    "--rule",
    type=click.Choice(["need", "equal"]),
    default="need",
    show_default=True,
    help="How money without a municipality is divided when each plans alone.",
)
@click.option("--time-limit", type=float, default=20.0, show_default=True, help="Seconds for each solving again.")
@click.option("--gap", type=float, default=0.01, show_default=True, help="Near enough, of each solving again.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed and iterations, same answers.")
@click.option("--iterations", type=int, help="Thousands of moves of each search, as in `brygga plan solve`.")
@show.engine_options
@show.out_option(required=False)
@show.json_option
def command(
    folder: Path, plan: Path, out: Path | None, as_json: bool, engine: str, workers: int, scheduler: str, **given: Any
) -> None:
    """Explain the plan in PLAN for the problem in FOLDER.

    Prices hold for small changes of the linear relaxation and are an indication for whole classes; --one-more
    solves again with a whole unit. All figures are weighted and discounted person-years of shortage,
    as the objective counts them; money is in thousand kronor. -o writes every table as CSV.

    \b
    Example:
        brygga plan solve problem/ -o plan/
        brygga plan explain problem/ plan/ --cooperation
    """
    from brygga.core.execution import Execution
    from brygga.planning.problem import read_problem
    from brygga.planning.reasons_folder import explained

    execution = Execution(engine, workers, scheduler)
    found = explained(read_problem(folder), plan, execution=execution, **given)
    if out is not None:
        _write(out, found)
    if as_json:
        show.as_json(_content(found))
    else:
        _show(found)


def _write(out: Path, found: Explained) -> None:
    from brygga.core import tables

    out.mkdir(parents=True, exist_ok=True)
    for name, frame in found.tables.items():
        tables.write(frame, out / f"{name}.csv")


def _content(found: Explained) -> dict[str, Any]:
    counted = found.plan.counted
    content: dict[str, Any] = {
        "objective": counted.objective,
        "bound": found.plan.bound,
        "breaches": counted.breaches.to_dicts(),
        **{name: frame.to_dicts() for name, frame in found.tables.items()},
    }
    if (together := found.together) is not None:
        content["value_of_cooperation"] = _worth(together)
    return content


def _worth(together: Cooperation) -> dict[str, Any]:
    return {
        "value": together.value,
        "low": together.low,
        "high": together.high,
        "any_high": together.any_high,
        "by_shares": together.value_by_shares,
        "person_years": together.person_years,
        "cost": together.cost,
        "comparable": together.comparable,
        "breaches": together.union.counted.breaches.to_dicts(),
    }


def _show(found: Explained) -> None:
    counted, tables = found.plan.counted, found.tables
    gap = (counted.objective - found.plan.bound) / counted.objective if counted.objective > 0 else 0.0
    click.echo(f"Objective {counted.objective:,.1f}, bound {found.plan.bound:,.1f}: at most {gap:.2%} from the best.")
    if counted.breaches.height:
        click.echo(f"The plan breaks {counted.breaches.height} limit(s); see `brygga plan check`.")
    _show_limits(tables["limits"])
    _show_reasons(tables["reasons"])
    _table("What each municipality gains and pays", tables["municipalities"])
    if tables["guidance"].height:
        _table("Guidance: steps bought, and what the next would be worth and cost", tables["guidance"])
    if "one_more" in tables:
        _table("One whole unit more, solved again", tables["one_more"])
    if "pins" in tables:
        _table("What each pinned choice costs, solved again", tables["pins"])
    if found.together is not None:
        _show_cooperation(found.together)


def _show_limits(limits: pl.DataFrame) -> None:
    import polars as pl

    reached = limits.filter((pl.col("used") >= NEARLY * pl.col("at_most")) | (pl.col("one_more") > 0))
    ranked = reached.sort("one_more", "limit", "name", "year", descending=[True, False, False, False])
    shown = ranked.filter(pl.col("one_more") > 0).head(MOST_SHOWN)
    if shown.is_empty():
        click.echo(f"\nNo limit has a price; {reached.height} are used to the full.")
        return
    _table(
        f"What binds: {shown.height} of {reached.height} limits with a price or used to the full"
        " (one_more: person-years for one more unit, a million for money)",
        shown,
    )


def _show_reasons(reasons: pl.DataFrame) -> None:
    import polars as pl

    from brygga.planning.reasons_tables import words

    sentences = words("en")
    columns = ["measure", "site", "year", "classes", "closes", "per_seat", "per_million", "net", "worth"]
    for chosen, title in ((True, "Why these are in the plan"), (False, "Why the best of the others are not")):
        rows = reasons.filter(pl.col("chosen") == chosen).head(MOST_SHOWN)
        if rows.is_empty():
            continue
        _table(f"{title} (per full class, by price; worth: placed again)", rows.select(columns))
        for row in rows.unique("why", keep="first", maintain_order=True).iter_rows(named=True):
            numbers = {name: f"{row[name]:,.1f}" for name in ("closes", "net")}
            limit = " ".join(str(row[name]) for name in ("limit", "limit_name", "limit_year") if row[name] is not None)
            said = sentences[row["why"]].format(limit=limit.capitalize() or "Nothing", **numbers)
            click.echo(f"  {row['measure']} at {row['site']} {row['year']}: {said}")
    _show_refusals(reasons)


def _show_refusals(reasons: pl.DataFrame) -> None:
    import polars as pl

    asked = reasons.filter(pl.col("loses_on_no").is_not_null()).sort(
        "loses_expected", "measure", "site", "year", descending=[True, False, False, False]
    )
    if asked.height:
        columns = ["measure", "site", "year", "probability", "loses_on_no", "loses_expected", "frees"]
        _table("What a no would cost", asked.select(columns).head(MOST_SHOWN))


def _show_cooperation(together: Cooperation) -> None:
    _table("Alone and jointly (person-years unfilled, thousand kronor)", together.municipalities)
    click.echo(
        f"\nThe value of cooperation is {together.value:,.1f} weighted person-years of shortage"
        f" (proven: {together.low:,.1f} to {together.high:,.1f} against these plans made alone)."
    )
    if together.any_high is not None:
        click.echo(f"Whatever best plans are chosen alone, it is proven to be between 0 and {together.any_high:,.1f}.")
    click.echo(
        f"When people go by the reach shares after the plans made alone, it is {together.value_by_shares:,.1f}."
        f" Jointly {together.person_years:,.1f} fewer person-years stay unfilled, and the plan costs"
        f" {abs(together.cost):,.0f} thousand kronor {'less' if together.cost > 0 else 'more'}."
    )
    if not together.comparable:
        click.echo(
            "The plans made alone break limits of the joint problem together, so the value compares unlike things."
        )


def _table(title: str, frame: pl.DataFrame) -> None:
    click.echo(f"\n{title}")
    show.as_table(frame.columns, frame.rows())
