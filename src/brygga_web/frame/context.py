"""What the frame round every page shows: area, navigation, the other language, versions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from brygga.workflow.names import BryggaError
from brygga_web.frame import opened
from brygga_web.frame.texts import text

QUESTIONS = ("needs", "shortage", "measures", "benefit", "outcome")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of `frame/base.html`; works without results too, so that fault pages can be shown."""
    language = "en" if request.path_info.startswith("/en/") else "sv"
    match = getattr(request, "resolver_match", None)
    here = match.url_name if match else ""
    return {
        "language": language,
        "here": here,
        "questions": [_question(name, here, language) for name in QUESTIONS],
        "other_language": _other(request, language),
        **_area(language),
    }


def _question(name: str, here: str, language: str) -> dict[str, Any]:
    return {
        "href": address(name, language),
        "word": text(f"frame.{name}", language),
        "asks": text(f"frame.{name}_asks", language),
        "current": name == here,
    }


def address(name: str, language: str, **parts: str) -> str:
    """The address of a page in a language, whatever language is active."""
    path = reverse(name, kwargs=parts or None)
    bare = path.removeprefix("/en") if path.startswith("/en/") else path
    return f"/en{bare}" if language == "en" else bare


def _other(request: HttpRequest, language: str) -> str:
    """The same page and choices in the other language."""
    path = request.path_info
    turned = path.removeprefix("/en") if language == "en" else f"/en{path}"
    query = request.META.get("QUERY_STRING", "")
    return f"{turned}?{query}" if query else turned


def _area(language: str) -> dict[str, Any]:
    try:
        results = opened.current()
        version = opened.foundations(results).version
    except BryggaError:
        return {"area": "", "example": False, "version": "", "base_year": ""}
    region = results.region
    return {
        "area": region.name_en if language == "en" else region.name_sv,
        "example": region.is_example,
        "version": version,
        "base_year": region.base_year,
    }
