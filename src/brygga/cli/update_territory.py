"""`brygga data update --territory`: the plan, the fetch and what came of it, for people and for programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from brygga.cli import show
from brygga.workflow.update_territory import TerritoryPlan, plan_territory, probe_territory, update_territory


def run(
    territory: str,
    *,
    ring: str | None,
    played: Path | None,
    recorded: Path | None,
    out: Path | None,
    last_year: int,
    only: Sequence[str],
    ids: Sequence[str],
    plan_only: bool,
    probe: bool,
    as_json: bool,
) -> None:
    """Plan, probe or fetch, as the options say."""
    if played and recorded:
        raise click.UsageError("--from plays a recording and --record makes one: give one of them.")
    plan = plan_territory(territory, ring=ring, out=out, last_year=last_year, only=only, ids=_ids(ids))
    if probe:
        _probed(plan, as_json)
        return
    if plan_only and as_json:
        show.as_json({**asdict(plan), "calls": plan.calls, "cells": plan.cells})
        return
    _planned(plan, err=not plan_only)
    if plan_only:
        return
    if out is None:
        raise click.UsageError("Say with -o which folder the tables go to, or add --plan to fetch nothing.")
    updated = update_territory(plan, out, played=played, recorded=recorded, tell=show.progress)
    if as_json:
        show.as_json(updated.summary())
    else:
        show.as_table(["table", "rows"], list(updated.rows.items()))
        click.echo(f"{updated.folder}: {len(updated.rows)} official tables, {updated.calls} calls")
        for remark in updated.remarks:
            click.echo(remark, err=True)
    for fault in updated.faults:
        click.echo(f"brygga: {fault}", err=True)
    if updated.faults:
        sys.exit(1)


def _planned(plan: TerritoryPlan, *, err: bool) -> None:
    """The plan, line by line."""
    click.echo(f"Territory: {', '.join(plan.wanted.territory)}", err=err)
    click.echo(f"Ring: {', '.join(plan.wanted.ring) or 'none'}", err=err)
    for line in plan.lines:
        note = f"  ({line.note})" if line.note else ""
        click.echo(f"  {line.calls:>3} calls  {line.cells:>8,} cells  {line.table or line.source}{note}", err=err)
    click.echo(f"  {plan.calls:>3} calls  {plan.cells:>8,} cells  in all; fewer when tables have not changed", err=err)


def _probed(plan: TerritoryPlan, as_json: bool) -> None:
    """What the publisher has, and what does not fit."""
    rows = []
    for found in probe_territory(plan):
        rows.append(found)
        if not as_json:
            state = f"changed: {found.fault}" if found.fault else f"{found.cells:,} cells, changed {found.updated[:10]}"
            click.echo(f"{found.table}  {found.part}  {found.id or '?'}  {state}")
    if as_json:
        show.as_json([asdict(found) for found in rows])
    if any(found.fault for found in rows):
        sys.exit(1)


def _ids(given: Sequence[str]) -> dict[str, str]:
    """NAME=ID, one an option."""
    pairs = [one.partition("=") for one in given]
    for name, equals, found in pairs:
        if not (name and equals and found):
            raise click.UsageError(f"--table {name}{equals}{found}: write NAME=ID, such as FoddaK=TAB1264.")
    return {name: found for name, _, found in pairs}
