"""Pages on occupations: the list, the sheet of one, and its Word page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brygga_web.frame import opened
from brygga_web.frame.choices import Scope, read_scope
from brygga_web.frame.context import address
from brygga_web.frame.pages import context
from brygga_web.occupations.selectors import all_of, list_page, occupation_page, occupation_scope
from brygga_web.occupations.word import word_page

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def occupations(request: HttpRequest) -> HttpResponse:
    """All occupation groups."""
    results = opened.current()
    page = list_page(results, all_of(read_scope(request, results), results))
    return render(request, "occupations/list.html", context(page, choose=False))


@require_safe
def occupation(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of one occupation or group."""
    results = opened.current()
    scope = occupation_scope(code, read_scope(request, results), results)
    made = context(occupation_page(results, scope))
    link = _word(scope)
    made["after"]["files"] = [{"name": "Word", "href": link}, *made["after"]["files"]]
    return render(request, "occupations/occupation.html", made | {"word": link})


@require_safe
def word(request: HttpRequest, code: str) -> HttpResponse:
    """One page in Word for an authority."""
    results = opened.current()
    scope = occupation_scope(code, read_scope(request, results), results)
    response = HttpResponse(word_page(results, scope), content_type=WORD)
    response["Content-Disposition"] = f'attachment; filename="brygga-{scope.chosen}-{scope.year}.docx"'
    return response


def _word(scope: Scope) -> str:
    return address("word", scope.language, code=scope.finer or scope.chosen) + scope.query(yrke="")
