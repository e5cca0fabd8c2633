"""Attribute the development sets and print scores, calibration and errors.

``python tools/evaluate.py [SET ...] [-o DIR] [--rules]`` writes predictions to ``DIR/SET.pred.jsonl`` and fails if a
score is under its floor in ``tests/floors.toml``. The sets and the scorer are in ``../shared/eval``. With ``--rules``,
it prints only how often each rule of ``narrate/attribution/rules.py`` decides, and which share of its decisions is
right, over all the sets together.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from narrate.attribution import decide_each
from narrate.attribution.ranker import RANKER
from narrate.attribution.rules import ONLY_ANTECEDENT, RULES
from narrate.attribution.speakers import apply_decisions
from narrate.batch.attribution import attribute_file, quotation_records, script_of_text
from narrate.languages.speech import attributed_languages

ROOT = Path(__file__).resolve().parents[1]
EVAL = ROOT.parent / "shared" / "eval"
SETS = ("written", "polnear", "gumnews", "litbank", "pdnc_small", "fr", "es", "it", "pt", "de")
SHOWN = {
    "relaxed_F1": "span F1",
    "acc_name": "speaker",
    "e2e_F1": "end-to-end",
    "b3_F1": "B-cubed",
    "words_right_voice": "words right",
    "narration_words_misvoiced": "misvoiced",
    "gender_acc": "gender",
}
RANGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.97, 1.01)
SURE = 0.9
"""Confidence from which nearly all quotations should have the right speaker; the last line of the calibration."""


def predict(name: str, target: Path) -> float:
    """Write the predictions for one set; return the seconds it took."""
    began = time.monotonic()
    language = name if name in attributed_languages() else ""
    for _ in attribute_file(EVAL / f"{name}.dev.jsonl", target, language=language):
        pass
    return time.monotonic() - began


def score(name: str, target: Path) -> dict[str, Any]:
    command = [sys.executable, str(EVAL / "score.py"), str(EVAL / f"{name}.dev.jsonl"), str(target), "--json"]
    result: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result


def entries_of(name: str) -> list[dict[str, Any]]:
    """Return the articles of a development set."""
    return [json.loads(line) for line in (EVAL / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()]


def predictions_in(target: Path) -> dict[str, list[dict[str, Any]]]:
    """Return id of an article -> the quotations in a file of predictions."""
    return {e["id"]: e["quotes"] for e in map(json.loads, target.read_text(encoding="utf-8").splitlines())}


def scored(name: str, predicted: Mapping[str, Sequence[Any]]) -> Iterator[tuple[Any, bool]]:
    """Yield each predicted quotation whose speaker counts, and whether it is right."""
    scorer = load_scorer()
    for entry in entries_of(name):
        for gold in entry["quotes"]:
            if gold.get("optional") or not scorer.spk_scored(gold, False):
                continue
            for found in predicted.get(entry["id"], []):
                common = min(found["end"], gold["end"]) - max(found["start"], gold["start"])
                if common > 0.8 * max(found["end"] - found["start"], gold["end"] - gold["start"]):
                    yield found, bool(scorer.sp_name(gold, found))


def calibration(name: str, target: Path) -> list[tuple[str, int, float, float]]:
    """Return (range, number of scored quotations, mean confidence, share that is right) for ranges of confidence."""
    pairs = [(found["confidence"], right) for found, right in scored(name, predictions_in(target))]
    rows = []
    for low, high in (*pairwise(RANGES), (SURE, RANGES[-1])):
        inside = [(confidence, right) for confidence, right in pairs if low <= confidence < high]
        mean, share = (sum(values) / max(1, len(inside)) for values in ([c for c, _ in inside], [r for _, r in inside]))
        rows.append((f"{low:.2f}-{min(high, 1.0):.2f}", len(inside), mean, share))
    return rows


def calibration_table(name: str, target: Path) -> list[str]:
    """Return the calibration as lines to print."""
    rows = calibration(name, target)
    return [f"{name:12}{label:>12}{number:8}{mean:12.3f}{share:8.3f}" for label, number, mean, share in rows]


def rule_precision(names: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return (name of a rule, number of scored quotations that it decided, number of right speakers) for each rule."""
    decided: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for name in names:
        entries = entries_of(name)
        predicted = {}
        scripts = (script_of_text(entry["text"]) for entry in entries)
        for entry, (analysis, decisions) in zip(entries, decide_each(scripts), strict=True):
            records = quotation_records(apply_decisions(analysis, decisions))
            rules = [decision.decided_by for _, decision in sorted(decisions.items())]
            predicted[entry["id"]] = [{**record, "rule": rule} for record, rule in zip(records, rules, strict=True)]
        for found, is_right in scored(name, predicted):
            decided[found["rule"]] += 1
            right[found["rule"]] += is_right
    rules = [rule.name for rule in (*RULES, ONLY_ANTECEDENT)]
    return [(rule, decided[rule], right[rule]) for rule in (*rules, RANKER)]


HOW = {
    "goes on": "goes on from a wrong one",
    "; '": "clause with a pronoun or a description",
    "the quotation": "clause with a name or somebody new",
    "according to": "clause with a name or somebody new",
}
"""Words of the evidence -> what the speaker was found by."""


def error_classes(name: str, target: Path) -> list[tuple[str, int]]:
    """Count the required quotations that were missed, those that do not exist, and the wrong speakers, by kind.

    The kind of a wrong speaker is the basis that the set gives for the right one, and what ours was found by.
    """
    scorer = load_scorer()
    predicted = predictions_in(target)
    counts: Counter[str] = Counter()
    for entry in entries_of(name):
        found, text = predicted.get(entry["id"], []), entry["text"]
        optional = [q for q in entry["quotes"] if q.get("optional")]
        spans = [(q["start"], q["end"]) for q in optional] + [tuple(s) for s in entry.get("ignore", [])]
        matched: set[int] = set()
        for gold in (q for q in entry["quotes"] if not q.get("optional")):
            at = next((n for n, q in enumerate(found) if n not in matched and _alike(scorer, text, gold, q)), None)
            if at is None:
                counts[
                    "missed" + (", under six words" if len(text[gold["start"] : gold["end"]].split()) < 6 else "")
                ] += 1
                continue
            matched.add(at)
            if scorer.spk_scored(gold, False) and not scorer.sp_name(gold, found[at]):
                how = next((said for word, said in HOW.items() if word in found[at]["evidence"]), "no clause")
                counts[f"wrong speaker, source {gold.get('speaker_basis', 'given')}: {how}"] += 1
        for n, q in enumerate(found):
            inside = sum(max(0, min(q["end"], b) - max(q["start"], a)) for a, b in spans)
            if n not in matched and inside <= 0.5 * (q["end"] - q["start"]):
                marked = text[q["start"]] in "\"“”„'‘«»"
                counts["extra" + ("" if marked else ", without marks (transcripts, pull quotes)")] += 1
    return counts.most_common()


def _alike(scorer: Any, text: str, a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Return whether two quotations share four fifths of their words."""
    words = [scorer.toks(text, q["start"], q["end"]) for q in (a, b)]
    return len(words[0] & words[1]) >= 0.8 * max(1, *map(len, words))


def load_scorer() -> Any:
    """Load the scorer as a module."""
    spec = importlib.util.spec_from_file_location("score", EVAL / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit("Cannot load the scorer: ../shared/eval/score.py does not exist.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def below_floor(name: str, scores: dict[str, Any]) -> list[str]:
    """Return the scores that are under the floors of ``tests/floors.toml``."""
    floors = tomllib.loads((ROOT / "tests" / "floors.toml").read_text(encoding="utf-8"))["attribution"]
    return [
        f"{name}: {key} is {scores[key]:.4f}, under {floor}"
        for key, floor in floors.get(name, {}).items()
        if scores[key] < floor
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "output" / "eval")
    parser.add_argument("--rules", action="store_true", help="print only the precision of each rule")
    options = parser.parse_args()
    if options.rules:
        for rule, decided, right in rule_precision(options.sets):
            print(f"{rule:24}{decided:6}{right / max(1, decided):8.3f}")
        return
    options.output.mkdir(parents=True, exist_ok=True)
    fallen: list[str] = []
    tables: list[str] = []
    classes: list[str] = []
    print(f"{'':12}" + "".join(f"{key:>13}" for key in SHOWN.values()) + "   seconds")
    for name in options.sets:
        target = options.output / f"{name}.pred.jsonl"
        seconds = predict(name, target)
        scores = score(name, target)
        print(f"{name:12}" + "".join(f"{scores.get(key, float('nan')):13.3f}" for key in SHOWN) + f"{seconds:10.1f}")
        fallen += below_floor(name, scores)
        tables += calibration_table(name, target)
        classes += [f"{name:12}{count:6}  {kind}" for kind, count in error_classes(name, target)]
    print(f"\n{'':12}{'confidence':>12}{'number':>8}{'mean':>12}{'right':>8}", *tables, sep="\n")
    print("\nerrors", *classes, sep="\n")
    if fallen:
        raise SystemExit("\n".join(fallen))


if __name__ == "__main__":
    main()
