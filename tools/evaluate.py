"""Attributes the development sets and prints their scores: ``python tools/evaluate.py [SET ...] [-o FOLDER]``.

Predictions go to ``FOLDER/SET.pred.jsonl``; the sets and the scorer are looked for in ``../shared/eval``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from narrate.attribution import attribute_each
from narrate.script import write_script
from narrate.types import Article, Script, Span

ROOT = Path(__file__).resolve().parents[1]
EVAL = ROOT.parent / "shared" / "eval"
SETS = ("written", "polnear", "gumnews", "litbank", "pdnc_small")
SHOWN = ("relaxed_F1", "acc_name", "e2e_F1", "b3_F1", "words_right_voice", "narration_words_misvoiced", "gender_acc")
GENDER = {"female": "F", "male": "M"}


def read(text: str) -> Article:
    """An article whose paragraphs are the lines that are not blank."""
    spans: list[Span] = []
    at = 0
    for line in text.split("\n"):
        words = line.strip()
        if words:
            start = at + line.index(words[0])
            spans.append(Span(start, start + len(words)))
        at += len(line) + 1
    return Article(None, None, "en", None, None, text, None, tuple(spans), ())


def exported(script: Script) -> Iterator[dict[str, Any]]:
    """The quotations of a script as the scorer wants them."""
    speakers = {s.id: s for s in script.speakers}
    for segment in script.segments:
        if segment.kind != "quotation":
            continue
        who = speakers[segment.speaker]
        words = segment.text.strip()
        start = segment.start + segment.text.index(words[0])
        yield {
            "start": start,
            "end": start + len(words),
            "speaker": who.name if who.id != "unknown-speaker" else None,
            "speaker_id": who.id,
            "gender": GENDER.get(who.gender, "N" if who.kind == "group" else "unknown"),
            "confidence": segment.confidence,
            "evidence": segment.evidence,
        }


def predict(name: str, target: Path) -> float:
    """Writes the predictions for one set; gives the seconds of processor time it took."""
    began = time.process_time()
    lines = (EVAL / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    scripts = attribute_each(write_script(read(entry["text"])) for entry in entries)
    with target.open("w", encoding="utf-8") as out:
        for entry, script in zip(entries, scripts, strict=True):
            out.write(json.dumps({"id": entry["id"], "quotes": list(exported(script))}) + "\n")
    return time.process_time() - began


def score(name: str, target: Path) -> dict[str, Any]:
    command = [sys.executable, str(EVAL / "score.py"), str(EVAL / f"{name}.dev.jsonl"), str(target), "--json"]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "output" / "eval")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    print(f"{'':12}" + "".join(f"{key.split('_')[0] + '_' + key.split('_')[-1]:>16}" for key in SHOWN) + "   seconds")
    for name in options.sets:
        target = options.output / f"{name}.pred.jsonl"
        seconds = predict(name, target)
        scores = score(name, target)
        print(f"{name:12}" + "".join(f"{scores.get(key, float('nan')):16.3f}" for key in SHOWN) + f"{seconds:10.1f}")


if __name__ == "__main__":
    main()
