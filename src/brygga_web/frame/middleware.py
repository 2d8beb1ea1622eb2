"""What every reply carries and what happens when a question cannot be answered."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from polars.exceptions import ColumnNotFoundError

from brygga.workflow.names import BryggaError
from brygga_web.frame import faults, opened
from brygga_web.frame.choices import ChoiceError

Reply = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy:
    """Send the policy with every reply: nothing from elsewhere, no inline script or style."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class Faults:
    """Turn what a reader can mend into a page that says what, why and what to do."""

    def __init__(self, get_response: Reply) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the page answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for a choice that cannot be shown, or for results that cannot be read."""
        if isinstance(exception, ChoiceError):
            return faults.bad_choice(request, exception)
        if isinstance(exception, ColumnNotFoundError) or (
            isinstance(exception, BryggaError) and opened.is_of_another_version()
        ):
            return faults.another_version(request)
        if isinstance(exception, BryggaError):
            return faults.no_results(request, exception)
        return None
