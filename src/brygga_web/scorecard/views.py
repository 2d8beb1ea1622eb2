"""Träffsäkerhet: the scorecard that the package carries, measured on open data of the whole country."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brygga.workflow.backtest_scorecard import embedded
from brygga_web.frame import formats
from brygga_web.frame.choices import language as page_language
from brygga_web.frame.texts import text
from brygga_web.scorecard import selectors


@require_safe
def scorecard(request: HttpRequest) -> HttpResponse:
    """Errors against the best naive method, what is used where, and what has not been tested."""
    language, card = page_language(), embedded()
    won, all_tests = selectors.won(card)
    made = {
        "answer": text(
            "scorecard.answer", language, won=formats.counted(won, language), all=formats.counted(all_tests, language)
        ),
        "tables": selectors.tables(card, language),
        "untested": [text(f"scorecard.untested_{name}", language) for name in selectors.UNTESTED],
        "later": selectors.later(card, language),
        "source": text("scorecard.source", language, measured=card.about["measured"], version=card.about["version"]),
        "registered": selectors.registered(card),
    }
    return render(request, "scorecard/scorecard.html", made)
