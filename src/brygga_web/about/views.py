"""Pages on the site itself: sources and assumptions, accessibility, personal data, glossary."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brygga.workflow.assumptions import UNCHECKED, Foundations, Source, Value
from brygga_web.frame import formats, opened
from brygga_web.frame.choices import language as page_language
from brygga_web.frame.tables import Column, Table
from brygga_web.frame.texts import catalogue, text


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Parameters and inputs, made from the files that the program computes with."""
    language = page_language()
    base = opened.foundations(opened.current())
    counts = {name: formats.number(getattr(base, name), language) for name in ("observed", "modelled", "unchecked")}
    made = {
        "answer": text("about.sources_answer", language, **counts),
        "sub": text("about.sources_sub", language, count=len(base.parameters), **counts),
        "parameters": _parameters(base, language),
        "inputs": _inputs(base, language),
        "warnings": base.warnings,
        "run": text("about.run_says", language, version=base.version, settings=_settings(base)),
    }
    return render(request, "about/sources.html", made)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return _prose(request, "accessibility")


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """What is kept about readers: nothing."""
    return _prose(request, "personal")


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of the pages."""
    language = page_language()
    keys = [key for key in catalogue() if key.startswith("glossary.") and not key.endswith("_means")]
    words = [{"word": text(key, language), "means": text(f"{key}_means", language)} for key in keys]
    return render(request, "about/glossary.html", {"words": sorted(words, key=lambda one: one["word"].lower())})


def _prose(request: HttpRequest, name: str) -> HttpResponse:
    language = page_language()
    made = {part: text(f"about.{name}_{part}", language) for part in ("title", "answer", "body")}
    return render(request, "about/prose.html", made)


def _settings(base: Foundations) -> str:
    return ", ".join(f"{name} {value}" for name, value in base.settings.items())


def _parameters(base: Foundations, language: str) -> Table:
    columns = {"value": "n", "unit": "", "kind": "", "source": "long", "from": "", "checked": ""}
    return Table(
        key="antaganden",
        caption=text("about.parameters_title", language),
        title=text("about.parameters_title", language),
        subtitle=text("about.parameters_sub", language),
        columns=[
            Column("name", text("about.col_parameter", language), "head"),
            *(Column(key, text(f"about.col_{key}", language), "text", css=css) for key, css in columns.items()),
        ],
        records=[_parameter(value, language) for value in base.parameters],
        css="stack words",
        language=language,
    )


def _parameter(value: Value, language: str) -> dict[str, Any]:
    return {
        "name": value.title[language],
        "shown_code": value.name,
        "value": _written(value.value, language),
        "unit": value.unit,
        "kind": str(text(f"about.kind_{value.kind}", language)),
        "source": _translated(value.source, language),
        "from": str(value.valid_from),
        "checked": str(value.checked),
    }


def _translated(source: str, language: str) -> str:
    return str(text("about.unchecked", language)) if source == UNCHECKED else source


def _written(value: float | str, language: str) -> str:
    """A parameter's value with every digit it has."""
    if isinstance(value, str):
        return value
    shown = f"{value:.10g}"
    digits = len(shown.partition(".")[2]) if "e" not in shown else 6
    return formats.number(float(value), language, digits)


def _inputs(base: Foundations, language: str) -> Table:
    return Table(
        key="tabeller",
        caption=text("about.inputs_title", language),
        title=text("about.inputs_title", language),
        subtitle=text("about.inputs_sub", language),
        columns=[
            Column("name", text("about.col_file", language), "head"),
            *(Column(key, text(f"about.col_{key}", language)) for key in ("rows", "observed", "modelled")),
            Column("said", text("about.col_said", language), "text", css="long"),
        ],
        records=[_input(source, language) for source in base.inputs if source.rows],
        css="stack words",
        language=language,
    )


def _input(source: Source, language: str) -> dict[str, Any]:
    said = [_translated(name, language) for name in source.said]
    return {
        "name": source.name,
        "rows": source.rows,
        "observed": source.observed,
        "modelled": source.modelled,
        "said": "; ".join(said) or formats.DASH,
    }
