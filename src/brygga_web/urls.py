"""Addresses: Swedish without prefix, English under /en/; the same words in both, so that a link can be shared."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import path

from brygga_web.about import views as about
from brygga_web.closure import views as closure
from brygga_web.decisions import views as decisions
from brygga_web.downloads import views as downloads
from brygga_web.needs import views as needs
from brygga_web.occupations import views as occupations
from brygga_web.scorecard import views as scorecard

urlpatterns = i18n_patterns(
    path("", decisions.start, name="start"),
    path("behov/", needs.needs, name="needs"),
    path("brist/", decisions.shortage, name="shortage"),
    path("insatser/", decisions.measures, name="measures"),
    path("nytta/", decisions.benefit, name="benefit"),
    path("nedlaggning/", closure.closure, name="closure"),
    path("utfall/", decisions.outcome, name="outcome"),
    path("yrken/", occupations.occupations, name="occupations"),
    path("yrke/<str:code>/", occupations.occupation, name="occupation"),
    path("yrke/<str:code>/underlag.docx", occupations.word, name="word"),
    path("kallor/", about.sources, name="sources"),
    path("traffsakerhet/", scorecard.scorecard, name="scorecard"),
    path("tillganglighet/", about.accessibility, name="accessibility"),
    path("personuppgifter/", about.personal_data, name="personal-data"),
    path("ordlista/", about.glossary, name="glossary"),
    path("ladda-ner/<slug:page>.<str:form>", downloads.download, name="download"),
    prefix_default_language=False,
)

handler400 = "brygga_web.frame.faults.bad_request"
handler404 = "brygga_web.frame.faults.not_found"
handler500 = "brygga_web.frame.faults.server_error"
