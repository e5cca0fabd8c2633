"""The tools that fit models: a check leaves the shipped files as they are."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from helpers.paths import shared

from narrate.attribution.by_form.decisions import Decision

MODELS = {"speech.npz": b"speech", "news.npz": b"news", "fiction.npz": b"fiction"}


@pytest.fixture(autouse=True, scope="module")
def development_sets() -> None:
    shared("eval")


@pytest.mark.parametrize(("arguments", "written"), [([], MODELS), (["--check"], {})])
def test_rankers_are_written_unless_they_are_only_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], written: dict[str, bytes]
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", ModuleType("lightgbm"))  # needed for training only
    monkeypatch.delitem(sys.modules, "train_ranker", raising=False)
    import train_ranker

    monkeypatch.setattr(train_ranker, "SHIPPED", tmp_path)
    monkeypatch.setattr(train_ranker, "fitted_models", lambda: MODELS)
    train_ranker.main(arguments)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == written


COUNTED = """# Share of right speakers of each rule, written by tools/calibrate_by_form.py.

[de]
"said" = 0.889
"""


@pytest.mark.parametrize(("arguments", "content"), [([], COUNTED), (["--check"], "before")])
def test_confidence_of_rules_is_printed_and_written_unless_it_is_only_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str],
    content: str,
) -> None:  # fmt: skip
    import calibrate_by_form
    from calibrate_by_form import Case

    decision = Decision(0, "said", "She said so.")
    cases = [Case(str(number), "de", decision, is_right=number > 0, follows_right=True) for number in range(9)]
    target = tmp_path / "confidence.toml"
    target.write_text("before", encoding="utf-8")
    monkeypatch.setattr(calibrate_by_form, "TARGET", target)
    monkeypatch.setattr(calibrate_by_form, "attributed_languages", lambda: {"de"})
    monkeypatch.setattr(calibrate_by_form, "cases_of", lambda _: cases)
    calibrate_by_form.main(arguments)
    assert "rule, number, mean confidence, right" in capsys.readouterr().out
    assert target.read_text(encoding="utf-8") == content
