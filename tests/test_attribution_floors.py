"""The scores of attribution against the floors of ``floors.toml``, and batch attribution."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from helpers.measuring import unmeasured
from helpers.paths import shared

from narrate.batch.attribution import attribute_lines
from narrate.errors import NarrateError, SourceError

pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parent
FLOORS = tomllib.loads((TESTS / "floors.toml").read_text(encoding="utf-8"))["attribution"]
QUICK = ("gumnews", "written", "fr", "es", "it", "pt", "de")


@pytest.mark.parametrize("name", FLOORS if os.environ.get("NARRATE_EVAL") == "all" else QUICK)
def test_attribution_scores_reach_their_floors(name: str, tmp_path: Path) -> None:
    """Check the quick sets; with ``NARRATE_EVAL=all``, and in ``make eval``, every set."""
    shared("eval")
    evaluate: Any = importlib.import_module("evaluate")
    with unmeasured():
        evaluate.predict(name, tmp_path / "pred.jsonl")
    assert evaluate.below_floor(name, evaluate.score(name, tmp_path / "pred.jsonl")) == []


LINES = [
    json.dumps({"id": n, "text": f"Ann Lee came on Monday.\n\n“We are {n},” she said. “Are you?”"}) for n in range(9)
]


def test_batch_attribution_keeps_order_and_results_with_any_number_of_workers() -> None:
    alone = list(attribute_lines(LINES, workers=1))
    together = list(attribute_lines(LINES, workers=2))
    assert [json.loads(a) for a in alone] == [json.loads(a) for a in together]
    assert [json.loads(a)["id"] for a in alone] == list(range(9))
    first = json.loads(alone[0])["quotes"]
    text = json.loads(LINES[0])["text"]
    assert [text[q["start"] : q["end"]] for q in first] == ["“We are 0,”", "“Are you?”"]
    assert [(q["speaker"], q["gender"]) for q in first] == [("Ann Lee", "F")] * 2


@pytest.mark.parametrize(
    ("text", "speaker", "described_as"),
    [
        ("Mayor Ann Lee came on Monday.\n\n“We are ready for it,” the mayor said.", "Ann Lee", "the mayor"),
        ("Mayor Ann Lee came on Monday.\n\n“We are ready for it,” Lee said.", "Ann Lee", ""),
        (
            "Ann Lee came on Monday.\n\n“We are ready for it,” said one former aide.",
            "a former aide",
            "one former aide",
        ),
    ],
)
def test_batch_attribution_keeps_description_apart_from_speaker(text: str, speaker: str, described_as: str) -> None:
    (answer,) = attribute_lines([json.dumps({"id": 1, "text": text})], workers=1)
    (quotation,) = json.loads(answer)["quotes"]
    assert (quotation["speaker"], quotation["described_as"]) == (speaker, described_as)


def test_batch_attribution_ends_its_workers_when_it_is_closed() -> None:
    answers = attribute_lines(LINES, workers=2)
    next(answers)
    answers.close()
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], check=False, capture_output=True, text=True
    )
    assert "narrate.batch.attribution" not in listed.stdout


@pytest.mark.parametrize("line", ["{", '{"id": 1}', '["text"]'])
def test_batch_attribution_names_line_that_is_not_an_article(line: str) -> None:
    with pytest.raises(SourceError, match="Line 2"):
        list(attribute_lines([LINES[0], line], workers=1))


def test_batch_attribution_names_article_that_fails_in_a_worker() -> None:
    with pytest.raises(NarrateError, match="article 0"):
        list(attribute_lines([json.dumps({"id": 0, "text": ""}), *LINES], workers=2))
