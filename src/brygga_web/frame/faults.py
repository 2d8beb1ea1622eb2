"""Pages for what cannot be shown: what we did not understand, why it happens, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from brygga.workflow.names import BryggaError
from brygga_web.frame.texts import text

if TYPE_CHECKING:
    from brygga_web.frame.choices import ChoiceError


def bad_choice(request: HttpRequest, fault: ChoiceError) -> HttpResponse:
    """A choice in the address that the run does not hold."""
    language = _language(request)
    return _page(
        request,
        fault.status,
        answer=text(fault.key, language, **fault.values),
        why=text(f"{fault.key}_why", language, **fault.values),
        meant=fault.meant,
        meant_name=fault.meant_name,
        here=request.path,
    )


def no_results(request: HttpRequest, fault: BryggaError) -> HttpResponse:
    """The folder of results is missing or damaged; the library's own words say what to do."""
    language = _language(request)
    return _page(
        request, 503, answer=text("faults.results", language), why=text("faults.results_why", language), said=str(fault)
    )


def another_version(request: HttpRequest) -> HttpResponse:
    """The run was made by another version of the program: it lacks a table or a column."""
    return _plain(request, 503, "version")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's own 400."""
    return _plain(request, 400, "bad_request")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that leads nowhere."""
    return _plain(request, 404, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    return _plain(request, 500, "server_error")


def _plain(request: HttpRequest, status: int, key: str) -> HttpResponse:
    language = _language(request)
    return _page(request, status, answer=text(f"faults.{key}", language), why=text(f"faults.{key}_why", language))


def _page(request: HttpRequest, status: int, **context: object) -> HttpResponse:
    return render(request, "frame/fault.html", {"status": status, "fault": True, **context}, status=status)


def _language(request: HttpRequest) -> str:
    """By the address alone: a fault may happen before the language is set."""
    return "en" if request.path_info.startswith("/en/") else "sv"
