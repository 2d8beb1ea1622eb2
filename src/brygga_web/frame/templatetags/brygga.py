"""Template tags: texts by key, and addresses in the page's language."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from brygga_web.frame.context import address as address_of
from brygga_web.frame.texts import text as text_of

register = template.Library()


@register.simple_tag(takes_context=True)
def text(context: Context, key: str, **values: Any) -> SafeString:
    """The text of `key` in the page's language."""
    return text_of(key, context["language"], **values)


@register.simple_tag(takes_context=True)
def address(context: Context, name: str, **parts: str) -> str:
    """The address of a page in the page's language."""
    return address_of(name, context["language"], **parts)


@register.filter
def sheets(names: str) -> list[str]:
    """The style sheets of the site, in order."""
    return [f"css/{name}.css" for name in names.split()]
