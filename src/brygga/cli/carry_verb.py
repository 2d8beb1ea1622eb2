"""`brygga carry`: what an industrial job carries, where, in which occupations, and with what tax for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from brygga.cli import show

KINDS = {
    "input_output": "computed",
    "local_multiplier": "measured",
    "claim": "claimed",
    "user": "own figure",
    "location_quotient": "location quotients",
    "stated": "as stated",
}


@click.command("carry")
@show.region_argument
@click.option("--posts", type=float, default=100.0, show_default=True, help="How many posts the numbers are told for.")
@click.option("--municipality", help="Municipality of the posts; as the industry lies in the region by default.")
@click.option("--industry", default="C", show_default=True, help="Industry of the posts, SNI 2007 (C, 29).")
@click.option("--places", is_flag=True, help="Also the cost of further preschool and school places, and the net.")
@click.option("--own", help="A figure of your own beside the others: 2, 1-3 or 1-2-3 further jobs per job.")
@show.out_option()
@show.json_option
def command(
    region: Path,
    posts: float,
    municipality: str | None,
    industry: str,
    places: bool,
    own: str | None,
    out: Path,
    as_json: bool,
) -> None:
    """Say what an industrial job carries in REGION, and which municipalities get the tax.

    Three answers side by side with their ranges: input-output, a local multiplier, and what is
    claimed; then where the posts that follow lie and in which occupations, the tax by
    municipality, and how many jobs sell outside the region. With the tables of `brygga see` and
    `brygga act` in the same folder also the tax of the plan. A question about another industry
    or place goes to a folder of its own inside OUT.

    \b
    Examples:
        brygga carry sydost/ -o out/
        brygga carry sydost/ --industry 29 --municipality 1060 --posts 500 --places -o out/
    """
    from brygga.core.region import read_region
    from brygga.workflow.carry import Question
    from brygga.workflow.carry_answers import own_of
    from brygga.workflow.carry_files import answer_into
    from brygga.workflow.carry_inputs import check_question
    from brygga.workflow.carry_summary import summary

    whole = read_region(region)
    check_question(whole, municipality, posts)
    question = Question(industry, municipality, (own_of(own),) if own else ())
    show.progress("carry", 0, 1)
    frames, folder = answer_into(whole, out, question)
    show.progress("done", 1, 1)
    told = summary(frames, whole, question, posts=posts, places=places)
    if as_json:
        files = {name: {"rows": f.height, "file": str(folder / f"{name}.parquet")} for name, f in frames.items()}
        show.as_json(told | {"tables": files})
    else:
        _print(told, folder)


def _print(told: dict[str, Any], folder: Path) -> None:
    """Ranges alone: no single number is made of answers that differ."""
    asked = told["question"]
    where = asked["municipality"] or "as the industry lies in the region"
    click.echo(f"Further jobs per job in industry {asked['industry']} ({where}):")
    show.as_table(
        ["answer", "kind", "further jobs", "where", "counts"],
        [[a["name"], KINDS[a["answer"]], _jobs(a["jobs_per_job"]), a["reach"], a["includes"]] for a in told["answers"]],
    )
    if not told["follow"]:
        click.echo("\nNobody in the region works in that industry: no posts that follow are computed.")
    else:
        _print_posts(told)
    click.echo("\nJobs that sell outside the region:")
    show.as_table(
        ["method", "industry", "jobs", "sell outside", "part of all that do"],
        [
            [
                KINDS.get(e["method"], "claimed"),
                e["industry"],
                f"{e['jobs']:,.0f}",
                _span(e["exporting"]),
                _per_cent(e["part"]),
            ]
            for e in told["exporting"]
        ],
    )
    for reason in dict.fromkeys(e["reason"] for e in told["exporting"] if e["reason"]):
        click.echo(f"  {reason}")
    click.echo(f"\nLeft out: {told['left_out']}\nCoefficients: {told['source']}\nTables: {folder}")


def _print_posts(told: dict[str, Any]) -> None:
    follow = told["follow"]
    click.echo(
        f"\nWith {told['question']['posts']:,.0f} posts follow {_span(follow['both'])}: at suppliers "
        f"{_span(follow['indirect'])}, where the wages are spent {_span(follow['induced'])} (four times in five)."
    )
    show.as_table(
        ["occupation", "", "posts"], [[row["code"], row["name"], _span(row["posts"])] for row in told["occupations"]]
    )
    click.echo("\nAmong them, as the nation's part of these occupations:")
    show.as_table(
        ["service", "", "posts"], [[row["code"], row["name"], _span(row["posts"])] for row in told["services"]]
    )
    parts = [part for part in ("tax_sek", "service_cost_sek", "net_sek") if part in told["account"][0]]
    heads = {"tax_sek": "tax, kSEK a year", "service_cost_sek": "places, kSEK", "net_sek": "net, kSEK"}
    click.echo("\nBy municipality: posts that follow there, people who live there, and municipal tax:")
    show.as_table(
        ["municipality", "posts", "people, mean", *(heads[part] for part in parts), "key"],
        [
            [
                row["name"],
                _span(row["posts"]) if row["posts"] else "-",
                f"{row['persons']:.0f}",
                *(_thousands(row[part]) for part in parts),
                f"{100 * row['key_share']:.0f} %",
            ]
            for row in told["account"]
        ],
    )


def _jobs(span: dict[str, float] | None) -> str:
    if span is None:
        return "no number"
    if span["low"] == span["high"]:
        return f"{span['low']:.1f}, no range"
    return f"{span['low']:.1f} to {span['high']:.1f}"


def _span(span: dict[str, float]) -> str:
    digits = 0 if abs(span["p90"]) >= 100 else 1
    return f"{span['p10']:,.{digits}f} to {span['p90']:,.{digits}f}"


def _thousands(span: dict[str, float] | None) -> str:
    return "not known" if span is None else f"{span['p10'] / 1000:,.0f} to {span['p90'] / 1000:,.0f}"


def _per_cent(span: dict[str, float]) -> str:
    if span["p10"] == span["p90"]:
        return f"{100 * span['p50']:.0f} %"
    return f"{100 * span['p10']:.0f} to {100 * span['p90']:.0f} %"
