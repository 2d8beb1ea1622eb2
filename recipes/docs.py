"""Write docs/tables.md and docs/assumptions.md from the dictionaries and the parameters: `python -m recipes.docs`.

Neither is edited by hand; a test compares them with what this recipe would write.
"""

from __future__ import annotations

from pathlib import Path

from brygga.core import tables
from brygga.core.parameters import all_values
from brygga.core.region import MAY_BE_ABSENT, TABLES

DOCS = Path(__file__).resolve().parents[1] / "docs"
ROLES = {
    "key": "key: together with the other keys it names the row",
    "value": "a number, zero or more",
    "signed": "a number that may be negative",
    "attribute": "must be filled",
    "note": "may be empty",
    "status": "observed, modelled, suppressed, not_available, not_applicable or provisional",
}


def tables_page() -> str:
    """The tables, those of a region first."""
    parts = [
        "# Tables\n",
        "Generated from `src/brygga/tables` by `make docs`; change it there.\n",
        "A region is a folder with `region.toml` and one CSV a table: UTF-8, comma, decimal point, one header row.",
        "Codes are text and keep their zeros (0767). A value may be empty only where `status` says why.\n",
        "Roles: " + "; ".join(f"`{role}` {meaning}" for role, meaning in ROLES.items()) + ".\n",
        "## Tables of a region\n",
        *[_table(name) for name in TABLES],
        "## Tables heard, and tables that come out\n",
        *[_table(name) for name in tables.names() if name not in TABLES],
    ]
    return "\n".join(parts)


def _table(name: str) -> str:
    absent = " (the file may be left out)" if name in MAY_BE_ABSENT else ""
    lines = [
        f"### {name}{absent}\n",
        "| column | type | unit | role | codes | meaning | betydelse |",
        "|---|---|---|---|---|---|---|",
    ]
    for c in tables.dictionary(name):
        allowed = c.codes.replace("|", ", ")
        lines.append(
            f"| {c.column} | {c.type} | {c.unit} | {c.role} | {allowed} | {c.description_en} | {c.description_sv} |"
        )
    return "\n".join(lines) + "\n"


def assumptions_page() -> str:
    """Every decided number with unit, kind, source and day."""
    lines = [
        "# Assumptions\n",
        "Generated from `src/brygga/parameters` by `make docs`; change it there. A `judgement` whose source is",
        '"project assumption, not checked" is just that, and shows as such on the page Källor och antaganden.\n',
        "| name | meaning | value | unit | kind | from | source | checked |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for v in all_values():
        cells = (v.name, v.title["en"], v.value, v.unit, v.kind, v.valid_from, v.source, v.checked)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


PAGES = {"tables.md": tables_page, "assumptions.md": assumptions_page}


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
