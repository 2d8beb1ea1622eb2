"""Files of a page: the same tables, the same choice, as Excel or CSV."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from brygga.workflow.results import Results
from brygga_web.closure.chosen import with_event
from brygga_web.closure.selectors import FILE as CLOSURE
from brygga_web.closure.selectors import closure_page
from brygga_web.decisions.benefit import benefit_page
from brygga_web.decisions.measures import measures_page
from brygga_web.decisions.outcome import outcome_page
from brygga_web.decisions.shortage import shortage_page
from brygga_web.decisions.start import start_page
from brygga_web.decisions.views import whole
from brygga_web.downloads.files import csv_file, xlsx_file
from brygga_web.frame import opened
from brygga_web.frame.choices import ChoiceError, Scope, read_scope
from brygga_web.frame.pages import Page
from brygga_web.needs.selectors import needs_page
from brygga_web.occupations.selectors import occupation_page, occupation_scope

PAGES: dict[str, Callable[[Results, Scope], Page]] = {
    "start": start_page,
    "behov": needs_page,
    "brist": shortage_page,
    "insatser": lambda results, scope: measures_page(results, whole(scope)),
    "nytta": benefit_page,
    CLOSURE: closure_page,
    "utfall": lambda results, scope: outcome_page(results, whole(scope)),
    "yrke": lambda results, scope: occupation_page(results, occupation_scope(scope.chosen, scope, results)),
}
FORMS = {
    "xlsx": (xlsx_file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (csv_file, "text/csv; charset=utf-8"),
}


@require_safe
def download(request: HttpRequest, page: str, form: str) -> HttpResponse:
    """One page as a file, with the choice of the address."""
    if page not in PAGES:
        raise ChoiceError("faults.page", status=404)
    if form not in FORMS:
        raise ChoiceError("faults.form", status=404)
    results = opened.current()
    scope = read_scope(request, results)
    if page == CLOSURE:
        scope = with_event(scope, request.GET.get("handelse", "").strip(), results)
    write, kind = FORMS[form]
    response = HttpResponse(write(PAGES[page](results, scope)), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="brygga-{page}-{_part(scope)}.{form}"'
    return response


def _part(scope: Scope) -> str:
    """What tells one file of a page from another: the closure, else the year."""
    return "".join(sign for sign in scope.event if sign.isascii() and (sign.isalnum() or sign == "-")) or str(
        scope.year
    )
