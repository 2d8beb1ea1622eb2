"""Every text in both languages, every key used exists, and every key is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from brygga_web.frame.texts import LANGUAGES, catalogue, joined, text

SITE = Path(__file__).parents[2] / "src" / "brygga_web"
SOURCES = {path: path.read_text(encoding="utf-8") for path in SITE.rglob("*") if path.suffix in (".py", ".html")}
USED = re.compile(r"""["'](?P<key>[a-z]+\.[a-z_0-9]+)["']""")
COMPUTED = re.compile(r"""f["'](?P<start>[a-z]+\.[a-z_]*)\{""")


def _forms(entry) -> list[str]:
    return list(entry.values()) if isinstance(entry, dict) else [entry]


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_text_stands_in_both_languages_with_the_same_values(key):
    entry = catalogue()[key]
    assert set(entry) == set(LANGUAGES), key
    names = [
        {frozenset(re.findall(r"\{(\w+)\}", form)) - {"n", "count", "names"} for form in _forms(entry[x])}
        for x in LANGUAGES
    ]
    assert names[0] == names[1], key
    assert all(form.strip() for x in LANGUAGES for form in _forms(entry[x])), key


def test_every_key_that_is_used_exists():
    files = {path.stem for path in (SITE / "texts").glob("*.yaml")}
    used = {m["key"] for source in SOURCES.values() for m in USED.finditer(source)}
    missing = {key for key in used if key.split(".")[0] in files and not key.endswith((".html", ".yaml"))} - set(
        catalogue()
    )
    assert not missing


def test_every_text_is_used():
    whole = "\n".join(SOURCES.values())
    computed = {m["start"] for m in COMPUTED.finditer(whole)} | {"glossary.", "faults.", "about."}
    unused = [k for k in catalogue() if not re.search(rf"[\"']{k}[\"']", whole) and not k.startswith(tuple(computed))]
    assert not unused


def test_values_are_escaped():
    assert "&lt;b&gt;" in text("faults.occupation", "sv", code="<b>")


def test_words_in_a_row():
    assert joined(["a", "b", "c"], "sv") == "a, b och c"
    assert joined(["a och b", "c"], "sv") == "a och b; c"
    assert joined(["a"], "en") == "a"
