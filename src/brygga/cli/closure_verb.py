"""`brygga closure`: from a plant's notice to who is hit, where they find work, and what courses change."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show

WORDS = {
    "hit": "Posts that disappear, and who held them",
    "courses": "Courses that could start in time",
    "none": "The months without courses",
    "planned": "The months with the seats paid for already",
    "best": "The months with the best that the money buys",
}


@click.command("closure")
@show.region_argument
@click.option("--municipality", required=True, metavar="CODE", help="Municipality of the workplace, for example 1060.")
@click.option("--industry", required=True, metavar="SNI", help="Its industry, SNI 2007 section or division (29).")
@click.option("--posts", required=True, type=float, help="Posts that disappear there, a whole number.")
@click.option("--date", "first", metavar="DATE", help="Day the first leave (2027-03-01).")
@click.option("--notice", metavar="DATE", help="Day of the notice.")
@click.option(
    "--occupations", type=click.Path(path_type=Path), metavar="FILE", help="CSV with the columns occupation, posts."
)
@click.option("--leaving", metavar="FILE|DATE", help="CSV with the columns date, posts; or the day the last leave.")
@click.option("--budget", type=float, metavar="SEK", help="Money for courses.  [default: a stated amount per post]")
@click.option("--months", type=int, default=36, show_default=True, help="Months that are followed from the notice.")
@click.option("--draws", type=int, default=200, show_default=True, help="Random draws; the interval is read from them.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same result.")
@click.option("--taxonomy", type=click.Path(path_type=Path), help="Folder with JobTech (and ESCO) exports.")
@show.out_option(required=False)
@show.json_option
def command(
    region: Path,
    municipality: str,
    industry: str,
    posts: float,
    first: str | None,
    notice: str | None,
    occupations: Path | None,
    leaving: str | None,
    budget: float | None,
    months: int,
    draws: int,
    seed: int,
    taxonomy: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say who is hit when a plant in REGION closes, and what becomes of them.

    REGION is a run's folder (`brygga run`), or a region's folder with -o the run's folder; what `brygga see` makes is
    made first where it is missing. Direct posts, those at suppliers and those where the wages were spent, by month;
    where people live; who finds work by themselves, who is hard to place, what courses change; the clock of the law;
    the tax lost.

    --date is the day the first leave; the notice is then the latest day that the law allows. With --notice alone the
    first leave as soon as the law allows. With both they stand as given. More than 100 posts end over three months,
    fewer all at once, unless --leaving says otherwise. Without --occupations the posts are those of the industry's
    staffing there. The tables (closure_*) lie in the run's folder, beside those of earlier shocks; the name of a
    company never stands in them.

    \b
    Example:
        brygga closure out/ --municipality 1060 --industry 29 --posts 500 --date 2027-03-01
        brygga closure sydost/ --municipality 1060 --industry 29 --posts 500 --notice 2026-12-01 -o out/
    """
    from brygga.workflow.closure_run import run_closure
    from brygga.workflow.closure_shock import Asked
    from brygga.workflow.closure_words import closure_content, closure_lines

    asked = Asked(
        municipality=municipality,
        industry=industry,
        posts=posts,
        first=first,
        notice=notice,
        occupations=occupations,
        leaving=leaving,
        months=months,
        draws=draws,
    )
    done = run_closure(
        region,
        asked,
        out=out,
        budget=budget,
        seed=seed,
        taxonomy=taxonomy,
        progress=lambda step, number, total: show.progress(WORDS.get(step, step), number, total),
    )
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    if as_json:
        show.as_json(closure_content(done))
        return
    for line in closure_lines(done):
        click.echo(line)
    click.echo(f"Written to {done.out}: {', '.join(done.tables)}")
