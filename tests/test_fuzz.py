"""A few of what ``make fuzz`` runs by the thousand: hostile articles, scripts, configurations through the command."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import fuzz_articles as fuzz
import pytest

from narrate import synthesis
from narrate.engines import silent


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As ``fuzz.prepare_process`` has it, and back again."""
    monkeypatch.setattr(synthesis, "Worker", fuzz.Here)
    monkeypatch.setattr(silent, "SAMPLES_PER_CHARACTER", 100)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("kind", "count"), [("article", 12), ("script", 16), ("configuration", 12)])
def test_each_is_made_or_refused_as_promised(kind: str, count: int) -> None:
    seen = {}
    for number in range(count):
        outcome, problem, _, data = fuzz.attempt((kind, number, 7))
        assert problem is None, data
        seen[outcome] = data
    assert set(seen) == {f"{kind} made", f"{kind} refused"}


def test_the_same_numbers_give_the_same_case() -> None:
    for kind in ("article", "script", "configuration"):
        assert fuzz.case(kind, 3, 1) == fuzz.case(kind, 3, 1) != fuzz.case(kind, 3, 2)


def test_a_broken_tiling_is_found() -> None:
    document = json.loads(fuzz.documents()[0])
    assert fuzz.untiled(document) is None
    last = document["segments"][-1]

    def broken(change: dict[str, Any], at: int = -1) -> str | None:
        harmed = copy.deepcopy(document)
        harmed["segments"][at] |= change
        return fuzz.untiled(harmed)

    assert broken({"start": last["start"] + 1}) == f"the tiling breaks at character {last['start']}"
    assert broken({"text": "Something else."}) == f"the tiling breaks at character {last['start']}"
    assert broken({"end": 0, "start": 0}) == f"the tiling ends at {last['start']} of {last['end']}"


@pytest.mark.parametrize(
    ("place", "fault", "found"),
    [
        ("narrate.attribution.attribute", KeyError("x"), ("raised", "KeyError: 'x'")),
        (
            "narrate.attribution.attribute",
            OSError("disk\nTraceback"),
            ("refused", "the message is 'narrate: disk\\nTr"),
        ),
    ],
)
def test_what_is_no_narrate_error_is_found(
    place: str, fault: Exception, found: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise fault

    (tmp_path / "story.md").write_text(fuzz.ARTICLES[0], encoding="utf-8")
    (tmp_path / "narrate.toml").write_text(fuzz.SILENT, encoding="utf-8")
    arguments = [str(tmp_path / "story.md"), "-c", str(tmp_path / "narrate.toml")]
    assert fuzz.trouble(arguments, tmp_path) == ("made", None)
    monkeypatch.setattr(place, breaks)
    (tmp_path / "other").mkdir()
    outcome, problem = fuzz.trouble(arguments, tmp_path / "other")
    assert (outcome, str(problem)[: len(found[1])]) == found
