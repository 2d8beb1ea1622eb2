"""A provider's client that plays replies given in a test, without any network."""

import json
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from brygga.sources.http import Client, Network
from brygga.sources.recordings import Recording, Reply, Request

DAY = date(2026, 11, 23)


def replayed(provider: ModuleType, folder: Path, replies: dict[str, Any]) -> Client:
    """A client of the provider that answers each path with its reply: content for JSON, or bytes as they are."""
    recording = Recording(folder)
    for path, reply in replies.items():
        address = path if path.startswith("http") else f"{provider.ADDRESS}/{path}"
        content = reply if isinstance(reply, bytes) else json.dumps(reply, ensure_ascii=False).encode()
        recording.store(Request(provider.PROVIDER, "GET", address), Reply(content, DAY))
    network = Network(played=recording, today=DAY)
    return network.client(provider.PROVIDER, provider.ADDRESS, calls=provider.CALLS, seconds=provider.SECONDS)
