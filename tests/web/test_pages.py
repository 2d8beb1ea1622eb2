"""Every page answers in both languages, within size, without anything that a strict policy forbids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

PAGES = (
    "/",
    "/behov/",
    "/brist/",
    "/insatser/",
    "/nytta/",
    "/nedlaggning/",
    "/utfall/",
    "/yrken/",
    "/yrke/underhall/",
    "/yrke/7233/",
    "/kallor/",
    "/traffsakerhet/",
    "/tillganglighet/",
    "/personuppgifter/",
    "/ordlista/",
)
BOTH = tuple(f"{prefix}{page}" for page in PAGES for prefix in ("", "/en"))
FAULTS = (
    "/finns-inte/",
    "/brist/?kommun=767",
    "/brist/?ar=1999",
    "/brist/?kommun=",
    "/yrke/9999/",
    "/nedlaggning/?handelse=x",
)


@pytest.mark.parametrize("address", BOTH)
def test_a_page_answers_in_its_language(read, address):
    page = read(address)
    language = "en" if address.startswith("/en/") else "sv"
    assert f'<html lang="{language}">' in page
    assert page.count("<h1") == 1
    assert page.count("<main") == 1


@pytest.mark.parametrize("address", BOTH + FAULTS)
def test_a_page_holds_no_inline_style_or_script(site, address):
    page = site.get(address).content.decode()
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page)
    assert re.findall(r"<script[^>]*>[^<]", page) == []
    assert len(page.encode()) < 250_000


@pytest.mark.parametrize("address", BOTH + FAULTS)
def test_every_page_carries_the_headers_and_no_cookie(site, address):
    reply = site.get(address)
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["X-Frame-Options"] == "DENY"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert not reply.cookies


@pytest.mark.parametrize("address", BOTH + FAULTS)
def test_an_example_says_so_on_every_page(site, address):
    page = site.get(address).content.decode()
    assert 'class="example"' in page


def test_a_region_of_ones_own_carries_no_strip(write_run, tmp_path, settings):
    settings.BRYGGA_RESULTS = str(write_run(tmp_path / "own", kind="own"))
    page = Client(headers={"host": "localhost"}).get("/").content.decode()
    assert 'class="example"' not in page


@pytest.mark.parametrize("address", BOTH)
def test_every_identifier_stands_once_and_every_link_within_the_page_lands(read, address):
    page = read(address)
    identifiers = re.findall(r'\sid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(identifiers)


@pytest.mark.parametrize("address", ["/", "/en/", "/brist/", "/en/behov/", "/insatser/", "/nedlaggning/", "/kallor/"])
def test_every_link_of_a_page_answers(site, address):
    page = site.get(address).content.decode()
    for link in sorted(set(re.findall(r'href="(/[^"]*)"', page))):
        if not link.startswith("/static/"):
            assert site.get(link.replace("&amp;", "&")).status_code == 200, link


def test_the_language_switch_keeps_page_and_choice(read):
    page = read("/brist/?kommun=1060&yrke=underhall&ar=2030")
    assert 'href="/en/brist/?kommun=1060&amp;yrke=underhall&amp;ar=2030"' in page


def test_the_browsers_language_never_changes_an_address(site):
    reply = site.get("/", headers={"accept-language": "en"})
    assert reply.status_code == 200
    assert '<html lang="sv">' in reply.content.decode()


def test_whole_loop_of_the_mini_region_is_shown(results_folder: Path, settings):
    settings.BRYGGA_RESULTS = str(results_folder)
    client = Client(headers={"host": "localhost"})
    for address in PAGES:
        if not address.startswith("/yrke/"):
            assert client.get(address).status_code == 200, address
    start = client.get("/").content.decode()
    assert "Storby" in start
    assert '<svg class="chart map"' not in start, "invented municipalities have no outline: the table stands alone"


def test_an_unknown_host_is_refused(made_run, settings):
    settings.BRYGGA_RESULTS = str(made_run)
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


def test_only_reading_is_allowed(site):
    assert site.post("/brist/").status_code == 405


@pytest.mark.parametrize("folder", ["", "no/such/folder"])
def test_without_results_a_page_says_what_to_do(settings, folder):
    settings.BRYGGA_RESULTS = folder
    reply = Client(headers={"host": "localhost"}).get("/")
    assert reply.status_code == 503
    assert "brygga" in reply.content.decode()
    assert "Det finns inga resultat att visa" in reply.content.decode()


@pytest.mark.parametrize(("prefix", "words"), [("", "en annan version"), ("/en", "another version")])
def test_results_of_another_version_ask_for_a_new_run(write_run, tmp_path, settings, prefix, words):
    folder = write_run(tmp_path / "old")
    (folder / "opening_draws.parquet").unlink()
    settings.BRYGGA_RESULTS = str(folder)
    reply = Client(headers={"host": "localhost"}).get(f"{prefix}/brist/")
    assert reply.status_code == 503
    assert words in reply.content.decode()
    assert "plan_stock" not in reply.content.decode()


def test_static_files_come_from_this_site_alone(read):
    page = read("/")
    sources = re.findall(r'(?:src|href)="(https?:[^"]+)"', page)
    assert sources == []
