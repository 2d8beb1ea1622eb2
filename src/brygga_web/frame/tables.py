"""A table of a page: shown in the page, and written to its files, from the same records.

A `Table` holds records and columns; each column knows which fields of a record it shows and
how. `rows` gives what the template draws, `file_columns` and `file_rows` what a file holds:
the same numbers, rounded the same way.

Start reading at `Table`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from brygga_web.frame import drawing, formats
from brygga_web.frame.texts import text

Kind = Literal["head", "text", "number", "span", "drawn", "bar", "percent", "steps"]
Record = Mapping[str, Any]
FileValue = str | float | None


@dataclass(frozen=True)
class Column:
    """One column: the field `key` of a record, shown as `kind` says.

    head: the row's name, with `code` and `href` of the record; span: `low` to `high`; drawn: an
    interval of `low`, `key`, `high` and, where it stands, `tick`; bar: a bar from zero; steps:
    small columns of a list. Drawn columns are left out of files; `unit` stands in a file's header.
    """

    key: str
    title: str
    kind: Kind = "number"
    digits: int = 0
    strong: bool = False
    low: str = "p10"
    high: str = "p90"
    tick: str = "naive"
    tone: str = "shortage"
    css: str = ""
    mark: bool = False
    unit: str = ""

    @property
    def is_drawn(self) -> bool:
        """Whether it is a picture of numbers that stand in other columns."""
        return self.kind in ("drawn", "bar", "steps")


@dataclass(frozen=True)
class Cell:
    """A cell as the template draws it."""

    content: SafeString
    css: str
    label: str
    head: bool = False


@dataclass(frozen=True)
class Table:
    """Records and columns; `caption` is read aloud, `notes` stand under."""

    key: str
    caption: str
    columns: Sequence[Column]
    records: Sequence[Record]
    language: str
    total: Record | None = None
    notes: Sequence[SafeString | str] = ()
    css: str = "stack"
    show_caption: bool = False
    title: SafeString | str = ""
    subtitle: SafeString | str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def header(self) -> list[Cell]:
        """The header row; a drawn column carries its axis."""
        return [Cell(self._title(column), self._css(column), "") for column in self.columns]

    def rows(self) -> list[list[Cell]]:
        """The body."""
        return [self._row(record) for record in self.records]

    def foot(self) -> list[Cell]:
        """The total row, without drawn intervals; empty when there is none."""
        return self._row(self.total, total=True) if self.total else []

    def has_modelled(self) -> bool:
        """Whether a cell carries the raised m."""
        return any(column.mark for column in self.columns) and any(record.get("modelled") for record in self.records)

    def file_columns(self) -> list[str]:
        """Titles of a file's columns: a name has its code beside it, a span is two columns named after their number."""
        titles: list[str] = []
        before = ""
        for column in self.columns:
            if column.is_drawn:
                continue
            title = f"{column.title}, {column.unit}" if column.unit else str(column.title)
            if column.kind == "head" and self._has_codes():
                titles += [text("files.code", self.language), column.title]
            elif column.kind == "span":
                name = f"{before}, {column.title.lower()}" if before else title
                titles += [text(f"files.{end}", self.language, name=name) for end in ("from", "to")]
            else:
                titles.append(f"{title}, %" if column.kind == "percent" else title)
                before = title if column.kind in ("number", "percent") else before
        if self._has_marks():
            titles.append(text("files.modelled", self.language))
        return [str(title) for title in titles]

    def file_rows(self) -> list[list[FileValue]]:
        """The records as a file holds them, total last."""
        given = [*self.records, self.total] if self.total else list(self.records)
        return [self._file_row(record) for record in given]

    def _has_marks(self) -> bool:
        return any(column.mark for column in self.columns)

    def _has_codes(self) -> bool:
        return any(record.get("code") for record in self.records)

    def _file_row(self, record: Record) -> list[FileValue]:
        row: list[FileValue] = []
        for column in self.columns:
            if column.is_drawn:
                continue
            value = record.get(column.key)
            if column.kind == "head":
                name = str(record.get("named") or value)
                row += [str(record.get("code") or ""), name] if self._has_codes() else [name]
            elif column.kind == "span":
                row += [_value(record.get(end), column.digits) for end in (column.low, column.high)]
            elif column.kind == "percent":
                row.append(None if value is None else formats.rounded(value * 100, column.digits))
            else:
                row.append(_value(value, column.digits))
        if self._has_marks():
            row.append(str(text("files.yes" if record.get("modelled") else "files.no", self.language)))
        return row

    def _row(self, record: Record, total: bool = False) -> list[Cell]:
        return [
            Cell(
                SafeString("") if total and column.is_drawn else self._content(column, record),
                self._css(column),
                "" if column.is_drawn or column.kind == "head" else column.title,
                column.kind == "head",
            )
            for column in self.columns
        ]

    def _content(self, column: Column, record: Record) -> SafeString:
        value = record.get(column.key)
        if column.kind == "head":
            return _head(record, value)
        if column.is_drawn:
            return self._drawn(column, record, value)
        if column.kind == "span":
            shown = record.get("instead") or formats.span(
                record.get(column.low), record.get(column.high), self.language, column.digits
            )
            strong = column.strong and not record.get("instead")
            return format_html('<span class="{}">{}</span>', "big range" if strong else "range", shown)
        if isinstance(value, str):
            return conditional_escape(value) if value else SafeString("")
        return self._number(column, record, value)

    def _number(self, column: Column, record: Record, value: float | None) -> SafeString:
        if value is None and column.kind != "text":
            return format_html('<span class="range">{}</span>', record.get("missing", formats.DASH))
        write = formats.percent if column.kind == "percent" else formats.number
        shown = write(value, self.language, column.digits)
        css = "big" if column.strong or record.get("sum") else "zero-n" if value == 0 else ""
        if column.mark and record.get("modelled"):
            css += " modelled"
        return format_html('<span class="{}">{}</span>', css.strip(), shown) if css else format_html("{}", shown)

    def _drawn(self, column: Column, record: Record, value: Any) -> SafeString:
        if column.kind == "steps":
            return drawing.steps(value, self.extra["most"])
        if value is None or record.get("sum") or (column.kind == "drawn" and record.get(column.low) is None):
            return SafeString("")
        scale = self._scale(column)
        if column.kind == "bar":
            return drawing.bar(scale, value, "p-bar" if column.tone == "plan" else "s-bar" if value >= 0 else "m-bar")
        ends = record[column.low], value, record[column.high]
        return drawing.interval(scale, *ends, naive=record.get(column.tick), kind=column.tone)

    def _scale(self, column: Column) -> drawing.Scale:
        if "scale" in self.extra:
            return self.extra["scale"]
        fields = (column.key,) if column.kind == "bar" else (column.low, column.key, column.high, column.tick)
        return drawing.scale_over(record.get(name) for record in self.records for name in fields)

    def _title(self, column: Column) -> SafeString:
        if column.kind == "steps" or not column.is_drawn:
            return conditional_escape(column.title)
        return format_html(
            '<span class="vh">{}</span>{}', column.title, drawing.axis(self._scale(column), self.language)
        )

    def _css(self, column: Column) -> str:
        by_kind = {"head": "", "text": "", "drawn": "g", "bar": "g", "steps": "g slim"}
        return " ".join(part for part in (by_kind.get(column.kind, "n"), column.css) if part)


def _head(record: Record, value: Any) -> SafeString:
    shown = (
        format_html('<a href="{}">{}</a>', record["href"], value) if record.get("href") else conditional_escape(value)
    )
    code = record.get("shown_code", record.get("code"))
    if code:
        shown = format_html('{} <span class="code">{}</span>', shown, code)
    return mark_safe(shown)


def _value(value: Any, digits: int) -> FileValue:
    if isinstance(value, bool) or value is None:
        return None if value is None else str(value)
    return formats.rounded(float(value), digits) if isinstance(value, (int, float)) else str(value)


def total_of(records: Iterable[Record], keys: Sequence[str]) -> dict[str, float]:
    """Sums of fields that may be added (money, seats, persons without a span)."""
    given = list(records)
    return {key: sum(record.get(key) or 0 for record in given) for key in keys}
