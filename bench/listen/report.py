"""Report: plain tables for the screen, Markdown for the docs, JSON for programs.

Start reading at `Table`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """One table: a title, what it stands on, a head and rows."""

    part: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    def plain(self) -> str:
        """The table for a screen."""
        cells = [list(self.head), *([shown(cell) for cell in row] for row in self.rows)]
        widths = [max(len(row[n]) for row in cells) for n in range(len(self.head))]
        lines = [
            "  ".join(cell.ljust(width) if n == 0 else cell.rjust(width) for n, (cell, width) in enumerate(pairs))
            for pairs in (list(zip(row, widths, strict=True)) for row in cells)
        ]
        return "\n".join([f"\n{self.title}", *(line.rstrip() for line in lines), *([self.note] if self.note else [])])

    def markdown(self) -> str:
        """The table in Markdown."""
        rows = [self.head, ["---"] * len(self.head), *([shown(cell) for cell in row] for row in self.rows)]
        lines = [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
        return "\n".join([f"### {self.title}", "", *lines, *(["", self.note] if self.note else []), ""])


@dataclass
class Report:
    """What was measured, in order, and what was left out."""

    about: dict[str, Cell] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def tell(self, table: Table) -> None:
        """Print a table, and keep it."""
        self.tables.append(table)
        print(table.plain(), flush=True)

    def leave_out(self, what: str) -> None:
        """Say once what is not measured, and why."""
        if what not in self.left_out:
            self.left_out.append(what)
            print(f"\nleft out: {what}", flush=True)

    def write(self, path: Path) -> None:
        """JSON or Markdown, by the name's ending."""
        if path.suffix == ".json":
            text = json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"
        else:
            about = [f"- {name}: {shown(value)}" for name, value in self.about.items()]
            missing = [f"- left out: {what}" for what in self.left_out]
            text = "\n".join(["# bench-listen", "", *about, *missing, "", *(table.markdown() for table in self.tables)])
        path.write_text(text, encoding="utf-8")


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3g}" if abs(cell) < 1 else f"{cell:.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def percent(share: float) -> str:
    """A share with one decimal, in per cent."""
    return f"{100 * share:.1f}"
