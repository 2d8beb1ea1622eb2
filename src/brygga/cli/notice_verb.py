"""`brygga notice`: keep notices of redundancy, for the crisis group alone, and make the table that may be public."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from brygga.cli import show


@click.group("notice")
def command() -> None:
    """Keep notices of redundancy, for the crisis group alone.

    Notices lie in `restricted/` of a region's folder, which only its owner can read. Every time it is opened is
    written down with who and what for. Nothing of it comes into results, pages or downloads; `public` makes the one
    table that may be shown.

    \b
    Example:
        brygga notice import sydost/ notices.csv --as-role crisis --who "Anna Ek" --purpose "weekly meeting"
        brygga notice show sydost/ 2026-001 --as-role crisis --who "Anna Ek" --purpose "weekly meeting"
        brygga notice public sydost/ -o out/ --as-role crisis --who "Anna Ek" --purpose "quarterly table"
    """


def opening(verb: Callable[..., Any]) -> Callable[..., Any]:
    """The folder, and the three options that say who opens it and what for."""
    for option in (
        click.option("--purpose", required=True, help="What for; it is written in the audit."),
        click.option("--who", required=True, help="Your name; it is written in the audit."),
        click.option("--as-role", "role", required=True, help="Your role; only crisis is let in."),
        click.argument("folder", type=click.Path(path_type=Path)),
    ):
        verb = option(verb)
    return verb


@command.command("add")
@opening
@click.option("--employer", prompt=True, help="Asked for when left out, so that it need not stand in the history.")
@click.option("--organisation-number", default="", help="As 556012-5790.")
@click.option("--municipality", required=True, help="Code of the municipality, as 1060.")
@click.option("--industry", required=True, help="SNI code, as 29.")
@click.option("--notice-date", required=True, help="Day of the notice, as 2026-09-01.")
@click.option("--leaving", "leaving", required=True, multiple=True, help="Day, or day:posts; may be repeated.")
@click.option("--posts", required=True, help="Posts in the notice.")
@click.option("--occupation", "occupations", multiple=True, help="SSYK=posts, as 7223=40; may be repeated.")
@click.option("--source", default="", help="Where it was heard.")
def add(folder: Path, role: str, who: str, purpose: str, **given: Any) -> None:
    """Keep one notice in FOLDER."""
    from brygga.workflow.notice_import import notice_from
    from brygga.workflow.notices import add_notices, invented_codes, open_notices

    invented = invented_codes(folder)
    notice = notice_from(**given, extra_codes=invented)
    box = open_notices(folder, role=role, who=who, purpose=purpose, create=True)
    (kept,) = add_notices(box, [notice], extra_codes=invented)
    click.echo(f"kept as {kept.number}")


@command.command("import")
@opening
@click.argument("file", type=click.Path(path_type=Path))
def import_file(folder: Path, role: str, who: str, purpose: str, file: Path) -> None:
    """Keep every notice of FILE (CSV) in FOLDER, or none where anything is wrong."""
    from brygga.workflow.notice_import import read_notices
    from brygga.workflow.notices import add_notices, invented_codes, open_notices

    box = open_notices(folder, role=role, who=who, purpose=purpose, create=True)
    invented = invented_codes(folder)
    kept = add_notices(box, read_notices(file, extra_codes=invented), where=file.name, extra_codes=invented)
    click.echo(f"{len(kept)} notices kept: {', '.join(notice.number for notice in kept)}")


@command.command("list")
@opening
@show.json_option
def list_all(folder: Path, role: str, who: str, purpose: str, as_json: bool) -> None:
    """List the notices of FOLDER."""
    from brygga.workflow.notices import notices_in, open_notices

    found = notices_in(open_notices(folder, role=role, who=who, purpose=purpose), what="notices listed")
    head = ["number", "notice", "first leaving", "municipality", "industry", "posts", "employer"]
    rows = [[n.number, n.notice, min(n.leaving), n.municipality, n.industry, n.posts, n.employer] for n in found]
    if as_json:
        show.as_json([dict(zip(head, row, strict=True)) for row in rows])
    else:
        show.as_table(head, rows)


@command.command("show")
@opening
@click.argument("number")
@show.json_option
def show_one(folder: Path, role: str, who: str, purpose: str, number: str, as_json: bool) -> None:
    """Show notice NUMBER and what the clock of the law says."""
    from brygga.workflow.notices import clock_steps_of, one_notice, open_notices, told

    notice = one_notice(open_notices(folder, role=role, who=who, purpose=purpose), number)
    steps = clock_steps_of(notice)
    if as_json:
        show.as_json({"notice": told(notice), "clock": steps.to_dicts()})
        return
    for name, value in told(notice).items():
        click.echo(f"{name}: {value}")
    click.echo()
    show.as_table(["date", "who", "what"], [[s["date"] or "", s["who"], s["text_en"]] for s in steps.to_dicts()])


@command.command("closure")
@opening
@click.argument("number")
@click.option("--budget", type=float, metavar="SEK", help="Money for courses.  [default: a stated amount per post]")
@click.option("--months", type=int, default=36, show_default=True, help="Months that are followed from the notice.")
@click.option("--draws", type=int, default=200, show_default=True, help="Random draws; the interval is read from them.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same result.")
@show.json_option
def closure_of(folder: Path, role: str, who: str, purpose: str, number: str, as_json: bool, **given: Any) -> None:
    """Say what notice NUMBER would do, where FOLDER is a run's; nothing is written."""
    from brygga.workflow.closure_words import closure_content, closure_lines
    from brygga.workflow.notice_closure import closure_of_notice

    done = closure_of_notice(folder, number, role=role, who=who, purpose=purpose, **given)
    if as_json:
        show.as_json(closure_content(done))
        return
    for line in closure_lines(done):
        click.echo(line)
    click.echo("Nothing was written: this is the crisis group's alone.")


@command.command("public")
@opening
@show.out_option()
@click.option("--until", default="", help="Day of publication; only quarters over by then are counted. Today.")
def public(folder: Path, role: str, who: str, purpose: str, out: Path, until: str) -> None:
    """Write table redundancy_notices, with small cells hidden, to a folder outside the restricted one."""
    from brygga.workflow.notices import open_notices
    from brygga.workflow.notices_public import write_public

    box = open_notices(folder, role=role, who=who, purpose=purpose)
    path, cells = write_public(box, out, until=until)
    click.echo(f"{cells} open cells written to {path}")


@command.command("remove")
@opening
@click.argument("number")
def remove(folder: Path, role: str, who: str, purpose: str, number: str) -> None:
    """Take notice NUMBER away; its audit lines stay."""
    from brygga.workflow.notices import open_notices, remove_notice

    remove_notice(open_notices(folder, role=role, who=who, purpose=purpose), number)
    click.echo(f"{number} removed")


@command.command("audit")
@opening
@show.json_option
def audit(folder: Path, role: str, who: str, purpose: str, as_json: bool) -> None:
    """Show who opened FOLDER, when and what for."""
    from brygga.workflow.notices import open_notices

    lines = open_notices(folder, role=role, who=who, purpose=purpose).audit()
    if as_json:
        show.as_json(lines)
    else:
        head = ["when", "who", "role", "purpose", "what"]
        show.as_table(head, [[line.get(name, "") for name in head] for line in lines])
