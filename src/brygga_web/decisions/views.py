"""The pages on decisions: start, shortage, measures, benefit, outcome. Thin: read the choice, ask, render."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brygga.workflow import questions
from brygga_web.decisions.benefit import benefit_page
from brygga_web.decisions.measures import measures_page
from brygga_web.decisions.outcome import outcome_page
from brygga_web.decisions.shortage import shortage_page
from brygga_web.decisions.start import start_page
from brygga_web.frame import opened
from brygga_web.frame.choices import ALL, Scope, read_scope
from brygga_web.frame.context import address
from brygga_web.frame.pages import context


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The main question and its answer."""
    results = opened.current()
    scope = read_scope(request, results)
    page = start_page(results, scope)
    more = address("shortage", scope.language) + scope.query()
    return render(request, "decisions/start.html", context(page, choose_occupations=True) | {"more": more})


@require_safe
def shortage(request: HttpRequest) -> HttpResponse:
    """Where it will be short."""
    results = opened.current()
    page = shortage_page(results, read_scope(request, results))
    return render(request, "decisions/shortage.html", context(page, choose_occupations=True))


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """What we do about it."""
    results = opened.current()
    page = measures_page(results, whole(read_scope(request, results)))
    return render(request, "decisions/measures.html", context(page, choose=False))


@require_safe
def benefit(request: HttpRequest) -> HttpResponse:
    """What it gives."""
    results = opened.current()
    page = benefit_page(results, read_scope(request, results))
    return render(request, "decisions/benefit.html", context(page))


@require_safe
def outcome(request: HttpRequest) -> HttpResponse:
    """How it went."""
    results = opened.current()
    page = outcome_page(results, whole(read_scope(request, results)))
    return render(request, "decisions/outcome.html", context(page, choose=False))


def whole(scope: Scope) -> Scope:
    """The same year for the whole area and all occupations: a plan is one for all."""
    results = opened.current()
    return replace(
        scope,
        municipalities=results.region.municipalities,
        occupations=questions.occupations(results),
        chosen=ALL,
        whole_area=True,
    )
