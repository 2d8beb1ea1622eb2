"""The page on needs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brygga_web.frame import opened
from brygga_web.frame.choices import read_scope
from brygga_web.frame.pages import context
from brygga_web.needs.selectors import needs_page


@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """What companies need, in their words and with codes."""
    results = opened.current()
    return render(request, "needs/needs.html", context(needs_page(results, read_scope(request, results))))
