import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import FileError, SettingError
from brygga.workflow import backtest_municipalities
from brygga.workflow.backtest_municipalities import backtest_municipalities as run
from brygga.workflow.backtest_settings import check_registered, digest, register, years

PLAN = {"origins": [2011, 2012], "methods": ["brygga", "no_change"], "tried": [{"fade": 0.9}]}


@pytest.fixture
def registered(tmp_path):
    path = tmp_path / "settings.json"
    return path, register({"municipalities": PLAN}, path)


def test_a_registered_run_is_let_through_and_says_its_hash(registered):
    path, code = registered
    assert check_registered(path, "municipalities", PLAN) == code == json.loads(path.read_text())["sha256"]
    assert check_registered(None, "municipalities", PLAN) == ""


simple = st.recursive(
    st.integers() | st.text() | st.booleans(), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
plans = st.dictionaries(st.text(), st.dictionaries(st.text(), simple, max_size=4), max_size=3)


@given(plans, plans)
def test_different_settings_have_different_hashes(one, other):
    """Law: the hash is that of the content, whatever the order of keys."""
    turned = {key: dict(reversed(list(value.items()))) for key, value in reversed(list(one.items()))}
    assert digest(one) == digest(turned)
    if json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True):
        assert digest(one) != digest(other)


def test_a_file_changed_afterwards_is_refused(registered):
    path, _ = registered
    path.write_text(path.read_text().replace("2011", "2013"))
    with pytest.raises(SettingError, match=r"was changed after it was registered.*no promise"):
        check_registered(path, "municipalities", PLAN)


def test_another_run_than_the_registered_is_refused_by_name(registered):
    path, _ = registered
    with pytest.raises(SettingError, match=r"in origins \(registered \[2011, 2012\], now \[2014\]\)"):
        check_registered(path, "municipalities", PLAN | {"origins": [2014]})


def test_a_back_test_that_was_not_registered_is_refused(registered):
    path, _ = registered
    with pytest.raises(SettingError, match="registers municipalities and not occupations_age"):
        check_registered(path, "occupations_age", PLAN)


def test_what_is_registered_is_never_written_over(registered):
    path, _ = registered
    with pytest.raises(SettingError, match="exists already"):
        register({}, path)


def test_a_file_without_settings_says_so(tmp_path):
    (tmp_path / "no.json").write_text("[]")
    with pytest.raises(FileError, match="holds no registered settings"):
        check_registered(tmp_path / "no.json", "municipalities", PLAN)


def test_settings_are_checked_before_any_data_is_opened(registered, tmp_path):
    """The data file does not exist; the refusal is about the settings."""
    path, _ = registered
    with pytest.raises(SettingError, match="this run differs from"):
        run(tmp_path / "nowhere.csv", origins=[2011], horizon=5, registered=path)


def test_a_changed_method_is_another_method(tmp_path, monkeypatch):
    path = tmp_path / "settings.json"
    register({"municipalities": backtest_municipalities.settings([2011], 5, False)}, path)
    monkeypatch.setattr(backtest_municipalities, "modules", lambda *names: dict.fromkeys(names, "0" * 64))
    with pytest.raises(SettingError, match=r"differs from .* in modules"):
        run(tmp_path / "nowhere.csv", origins=[2011], horizon=5, registered=path)


@pytest.mark.parametrize("text", ["", "2011:", "2014:2011", "a", "2011:2014:0", "1:2:3:4"])
def test_what_is_no_year_is_named(text):
    with pytest.raises(SettingError, match=f'--origins "{text}"'):
        years(text)
