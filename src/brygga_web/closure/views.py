"""The page on closures. Thin: read the choice, ask, render."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brygga_web.closure.chosen import read_event
from brygga_web.closure.selectors import closure_page
from brygga_web.frame import opened
from brygga_web.frame.pages import context


@require_safe
def closure(request: HttpRequest) -> HttpResponse:
    """What happens if a workplace closes."""
    results = opened.current()
    page = closure_page(results, read_event(request, results))
    return render(request, "closure/closure.html", context(page, choose=False))
