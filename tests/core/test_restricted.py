"""A restricted folder: who is let in, what is written down, and that nothing is half saved."""

import json
import os
import stat

import pytest

from brygga.core import restricted
from brygga.core.errors import FaultsError, FileError, SettingError
from brygga.core.restricted import AUDIT, ROLES, RestrictedError, open_restricted

ANNA = {"role": "crisis", "who": "Anna Ek", "purpose": "first meeting"}


@pytest.fixture
def box(tmp_path):
    return open_restricted(tmp_path / "restricted", create=True, **ANNA)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def lines(box):
    return [json.loads(line) for line in (box.folder / AUDIT).read_text(encoding="utf-8").splitlines()]


def test_the_folder_and_its_files_are_the_owners_alone_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        box = open_restricted(tmp_path / "a" / "restricted", create=True, **ANNA)
        box.write("notices.json", "x", what="written")
        with box.alone():
            pass
    finally:
        os.umask(before)
    assert mode(box.folder) == 0o700
    assert {path.name: mode(path) for path in box.folder.iterdir()} == {
        "notices.json": 0o600,
        AUDIT: 0o600,
        ".lock": 0o600,
    }


def test_every_look_and_change_is_written_down_before_it_happens(box):
    box.write("a.txt", "text", what="a written")
    assert box.read("a.txt", what="a read") == "text"
    assert box.read("b.txt", what="b read") is None
    assert [line["what"] for line in lines(box)] == ["a written", "a read", "b read"]
    assert {(line["who"], line["role"], line["purpose"]) for line in lines(box)} == {
        ("Anna Ek", "crisis", "first meeting")
    }
    assert all(line["when"].endswith("+00:00") for line in lines(box))
    assert [line["what"] for line in box.audit()][-1] == "audit read"


def test_other_roles_are_refused_and_the_refusal_is_written_down(box):
    assert set(ROLES) == {"crisis"}
    with pytest.raises(
        RestrictedError, match=r"role 'analyst' may not open .*restricted\. notices of single companies"
    ):
        open_restricted(box.folder, role="analyst", who="Bo", purpose="curious")
    assert lines(box)[-1] == lines(box)[-1] | {
        "role": "analyst",
        "who": "Bo",
        "what": "refused: not a role that may open",
    }


def test_a_refused_role_makes_no_folder(tmp_path):
    with pytest.raises(RestrictedError):
        open_restricted(tmp_path / "restricted", role="", who="Bo", purpose="x", create=True)
    assert not (tmp_path / "restricted").exists()


def test_nobody_opens_it_without_a_name_and_a_purpose(box):
    with pytest.raises(FaultsError) as caught:
        open_restricted(box.folder, role="crisis", who=" ", purpose="")
    assert "--who is empty. every time the folder is opened is written down" in str(caught.value)
    assert "--purpose is empty" in str(caught.value)
    with pytest.raises(SettingError, match=r"--who is longer than 200 signs"):
        open_restricted(box.folder, role="crisis", who="a" * 201, purpose="x")


@pytest.mark.parametrize("bits", [0o750, 0o705, 0o701])
def test_a_folder_that_others_can_read_is_refused_with_the_way_out(box, bits):
    box.folder.chmod(bits)
    with pytest.raises(RestrictedError, match=rf"can be read by others \(mode {bits:04o}\).*chmod 700"):
        open_restricted(box.folder, **ANNA)


def test_a_file_that_others_can_read_is_refused(box):
    box.write("notices.json", "x", what="written")
    (box.folder / "notices.json").chmod(0o644)
    with pytest.raises(RestrictedError, match=r"notices.json can be read by others \(mode 0644\).*chmod 600"):
        open_restricted(box.folder, **ANNA)
    with pytest.raises(RestrictedError, match=r"can be read by others"):
        box.read("notices.json", what="read")


def test_a_link_is_refused(box, tmp_path):
    (tmp_path / "link").symlink_to(box.folder)
    with pytest.raises(RestrictedError, match=r"link is a link"):
        open_restricted(tmp_path / "link", **ANNA)


def test_a_missing_folder_and_a_name_outside_it_are_named(box, tmp_path):
    with pytest.raises(FileError, match=r"there is no restricted folder at .*nowhere"):
        open_restricted(tmp_path / "nowhere", **ANNA)
    with pytest.raises(SettingError, match=r"'../a' is no file of a restricted folder"):
        box.read("../a", what="read")


def test_a_write_that_fails_leaves_what_was_there(box, monkeypatch):
    box.write("notices.json", "old", what="written")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restricted.os, "fsync", full)
    monkeypatch.setattr(type(box), "note", lambda self, what: None)
    with pytest.raises(FileError, match=r"cannot be written: No space left on device"):
        box.write("notices.json", "new", what="written")
    assert (box.folder / "notices.json").read_text() == "old"
    assert sorted(path.name for path in box.folder.iterdir()) == [AUDIT, "notices.json"]


def test_what_cannot_be_written_down_is_not_looked_at(box, monkeypatch):
    box.write("notices.json", "old", what="written")

    def full(handle, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restricted.os, "write", full)
    with pytest.raises(FileError, match=r"nothing is looked at or kept without a line in its audit"):
        box.read("notices.json", what="read")
