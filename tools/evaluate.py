"""Attributes the development sets and prints their scores: ``python tools/evaluate.py [SET ...] [-o FOLDER]``.

Predictions go to ``FOLDER/SET.pred.jsonl``; the sets and the scorer are looked for in ``../shared/eval``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from narrate.pipeline import attribute_file

ROOT = Path(__file__).resolve().parents[1]
EVAL = ROOT.parent / "shared" / "eval"
SETS = ("written", "polnear", "gumnews", "litbank", "pdnc_small")
SHOWN = ("relaxed_F1", "acc_name", "e2e_F1", "b3_F1", "words_right_voice", "narration_words_misvoiced", "gender_acc")


def predict(name: str, target: Path) -> float:
    """Writes the predictions for one set; gives the seconds it took."""
    began = time.monotonic()
    for _ in attribute_file(EVAL / f"{name}.dev.jsonl", target):
        pass
    return time.monotonic() - began


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
