"""Quality that may rise and never fall: the floors of ``floors.toml``, and the promises of the batch."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import shared

from narrate.batch.attribution import attribute_lines
from narrate.errors import NarrateError, SourceError

TESTS = Path(__file__).resolve().parent
FLOORS = tomllib.loads((TESTS / "floors.toml").read_text(encoding="utf-8"))["attribution"]
QUICK = ("gumnews", "written")


@pytest.mark.parametrize("name", FLOORS if os.environ.get("NARRATE_EVAL") == "all" else QUICK)
def test_no_score_is_under_its_floor(name: str, tmp_path: Path) -> None:
    """The quick sets always; every set with ``NARRATE_EVAL=all``, and in ``make eval``."""
    shared("eval")
    evaluate: Any = importlib.import_module("evaluate")
    evaluate.predict(name, tmp_path / "pred.jsonl")
    assert evaluate.below_floor(name, evaluate.score(name, tmp_path / "pred.jsonl")) == []


LINES = [
    json.dumps({"id": n, "text": f"Ann Lee came on Monday.\n\n“We are {n},” she said. “Are you?”"}) for n in range(9)
]


def test_articles_come_back_in_order_and_the_same_with_any_number_of_workers() -> None:
    alone = list(attribute_lines(LINES, workers=1))
    together = list(attribute_lines(LINES, workers=2))
    assert [json.loads(a) for a in alone] == [json.loads(a) for a in together]
    assert [json.loads(a)["id"] for a in alone] == list(range(9))
    first = json.loads(alone[0])["quotes"]
    text = json.loads(LINES[0])["text"]
    assert [text[q["start"] : q["end"]] for q in first] == ["“We are 0,”", "“Are you?”"]
    assert [(q["speaker"], q["gender"]) for q in first] == [("Ann Lee", "F")] * 2


def test_no_worker_outlives_a_batch_that_is_given_up() -> None:
    answers = attribute_lines(LINES, workers=2)
    next(answers)
    answers.close()
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "args="], check=False, capture_output=True, text=True
    )
    assert "narrate.batch._attribution_worker" not in listed.stdout


@pytest.mark.parametrize("line", ["{", '{"id": 1}', '["text"]'])
def test_a_line_that_is_no_article_is_named(line: str) -> None:
    with pytest.raises(SourceError, match="Line 2"):
        list(attribute_lines([LINES[0], line], workers=1))


def test_what_fails_in_a_worker_is_named_by_its_article() -> None:
    with pytest.raises(NarrateError, match="article 0"):
        list(attribute_lines([json.dumps({"id": 0, "text": ""}), *LINES], workers=2))
