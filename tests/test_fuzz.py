"""A few of the cases of ``make fuzz``: hostile documents, and articles and configurations through the whole command."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import fuzz_articles as fuzz
import fuzz_documents
import pytest

from narrate import NarrateError
from narrate.engines import silent
from narrate.synthesis import pool


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Do what ``fuzz.prepare_process`` does, and undo it after the test."""
    monkeypatch.setattr(pool, "Worker", fuzz.InProcessWorker)
    monkeypatch.setattr(silent, "SAMPLES_PER_CHARACTER", 100)
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "count"), [("article", 12), ("front matter", 16), ("script", 16), ("configuration", 12)]
)
def test_each_case_is_made_or_refused_with_message(kind: str, count: int) -> None:
    seen = {}
    for number in range(count):
        outcome, problem, _, data = fuzz.attempt((kind, number, 7))
        assert problem is None, data
        seen[outcome] = data
    assert set(seen) == {f"{kind} made", f"{kind} refused"}


def test_same_kind_number_and_seed_give_same_case() -> None:
    for kind in ("article", "front matter", "script", "configuration"):
        assert fuzz.case(kind, 3, 1) == fuzz.case(kind, 3, 1) != fuzz.case(kind, 3, 2)


@pytest.mark.slow
def test_hostile_documents_are_read_or_refused() -> None:
    cases = [fuzz_documents.case(number, 7) for number in range(90)]
    assert cases == [fuzz_documents.case(number, 7) for number in range(90)]
    seen = {f"{kind} {fuzz_documents.outcome(kind, data)}" for kind, data in cases}
    assert seen == {f"{kind} {outcome}" for kind in ("docx", "json", "xml") for outcome in ("read", "refused")}


def test_unchanged_documents_of_the_fuzzer_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_documents, "mutated_text", lambda _, text, *__: text)
    monkeypatch.setattr(fuzz_documents, "mutated_value", lambda _, value: value)
    monkeypatch.setattr(fuzz_documents.random.Random, "choice", lambda _, options: options[0])
    monkeypatch.setattr(fuzz_documents.random.Random, "random", lambda _: 1.0)
    for number, kind in enumerate(fuzz_documents.KINDS):
        assert (kind, "read") == (kind, fuzz_documents.outcome(*fuzz_documents.case(number, 1)))


def test_incomplete_cover_of_article_is_detected() -> None:
    document = json.loads(fuzz.documents()[0])
    assert fuzz.tiling_error(document) is None
    last = document["segments"][-1]

    def broken(change: dict[str, Any], at: int = -1) -> str | None:
        harmed = copy.deepcopy(document)
        harmed["segments"][at] |= change
        return fuzz.tiling_error(harmed)

    assert broken({"start": last["start"] + 1}) == f"the tiling breaks at character {last['start']}"
    assert broken({"text": "Something else."}) == f"the tiling breaks at character {last['start']}"
    assert broken({"end": 0, "start": 0}) == f"the tiling ends at {last['start']} of {last['end']}"


@pytest.mark.parametrize(
    ("place", "fault", "found"),
    [
        ("narrate.attribution.attribute", KeyError("x"), ("raised", "KeyError: 'x'")),
        (
            "narrate.attribution.attribute",
            NarrateError("disk\nTraceback"),
            ("refused", "the message is 'narrate: disk\\n  Tr"),
        ),
    ],
)
def test_unexpected_exception_is_detected(
    place: str, fault: Exception, found: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise fault

    (tmp_path / "story.md").write_text(fuzz.ARTICLES[0], encoding="utf-8")
    (tmp_path / "narrate.toml").write_text(fuzz.SILENT, encoding="utf-8")
    arguments = [str(tmp_path / "story.md"), "-c", str(tmp_path / "narrate.toml")]
    assert fuzz.run_make(arguments, tmp_path) == ("made", None)
    monkeypatch.setattr(place, breaks)
    (tmp_path / "other").mkdir()
    outcome, problem = fuzz.run_make(arguments, tmp_path / "other")
    assert (outcome, str(problem)[: len(found[1])]) == found
