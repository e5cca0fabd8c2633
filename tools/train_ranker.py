"""Train the rankers: for news on ``written.dev`` and ``gumnews.dev``, for fiction on ``litbank.dev``.

Run it from the repository after every change of rules, candidates or features, then measure and draw the plot again:

    pip install lightgbm
    python tools/train_ranker.py
    python tools/evaluate.py
    python tools/calibration_plot.py

It takes three minutes of processor time. It writes ``news.npz``, ``fiction.npz`` and ``speech.npz`` in
``narrate/attribution``: the trees, and the weights of the confidence. Both come from the same run. The weights are
fitted to the decisions of rankers that were trained on four fifths of the articles for the last fifth, five times.
The scores and the calibration of these decisions, with weights from the other articles, are printed, and the
predictions kept in ``output/eval/cross.*.jsonl``, which the plot reads. ``--check`` does the same and leaves the
models in ``narrate/attribution`` as they are. LightGBM is needed for training only.
"""

from __future__ import annotations

import argparse
import functools
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from evaluate import EVAL, ROOT, calibration_table, load_scorer, score

from narrate.attribution import ranker as rankers
from narrate.attribution.analysis import Analysis, analyze
from narrate.attribution.candidates import FEATURES, feature_rows, generate_candidates
from narrate.attribution.mention import NO_SPEAKER
from narrate.attribution.parse import parse_scripts
from narrate.attribution.quotation_context import History, QuotationContext
from narrate.attribution.resolver import decide
from narrate.attribution.rules import CONTINUING, first_match
from narrate.attribution.speakers import apply_decisions
from narrate.attribution.speech import SPEECH_FEATURES, classify_speech, speech_features
from narrate.batch.attribution import quotation_records, script_of_text

TREES = {"news": 220, "fiction": 260}
PARAMETERS = {
    "num_leaves": 12,
    "learning_rate": 0.06,
    "min_data_in_leaf": 12,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 3.0,
    "verbose": -1,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 2,
}
FOLDS = 5
GOING_ON = {rule.name for rule in CONTINUING}
"""Names of the rules by which a quotation goes on from the one before."""
PENALTY = 5.0
"""What the square of a weight of the confidence costs, in log-likelihood: rules with few cases keep to their kind."""
STEPS = 500
"""Steps until the weights of the confidence no longer change."""
Weights = dict[str, float]


@dataclass
class Lesson:
    """An article with the right speakers: number of a quotation -> the gold quotation."""

    entry: dict[str, Any]
    analysis: Analysis
    gold: dict[int, dict[str, Any]]


@dataclass
class Rows:
    """The features of the candidates, which of them are right, and how many candidates each quotation has."""

    x: np.ndarray[Any, Any]
    y: np.ndarray[Any, Any]
    groups: list[int]


CROSS = ROOT / "output" / "eval"
SCORE = load_scorer()
SHIPPED = Path(rankers.__file__).parent


def lessons(name: str) -> list[Lesson]:
    """Parse a development set and match its quotations with ours."""
    entries = [json.loads(line) for line in (EVAL / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines()]
    scripts = [script_of_text(entry["text"]) for entry in entries]
    found = []
    for entry, (script, paragraphs) in zip(entries, parse_scripts(scripts), strict=True):
        analysis = analyze(script, paragraphs, None)
        gold: dict[int, dict[str, Any]] = {}
        for number, quotation in enumerate(analysis.quotations):
            a, b = quotation.segment.start, quotation.segment.end
            for q in entry["quotes"]:
                common = min(b, q["end"]) - max(a, q["start"])
                if common > 0.7 * max(q["end"] - q["start"], len(quotation.segment.text.strip())):
                    gold[number] = q
        speech = [number in gold or analysis.fiction for number in range(len(analysis.quotations))]
        found.append(Lesson(entry, with_speech(analysis, speech), gold))
    return found


def with_speech(analysis: Analysis, speech: Sequence[bool]) -> Analysis:
    """Return the analysis with other decisions about which quotations are speech."""
    quotations = (replace(q, speech=is_speech) for q, is_speech in zip(analysis.quotations, speech, strict=True))
    return replace(analysis, quotations=tuple(quotations))


def right_entities(lesson: Lesson, gold: dict[str, Any], among: Sequence[int]) -> list[int]:
    """Return the candidates that are the gold speaker; a named one goes before one that is only described."""
    table = lesson.analysis.table
    names = (gold["speaker"], *(gold.get("aliases") or []))
    right = [e for e in among if any(matches(name, table[e].name) for name in names if name)]
    by_name = [e for e in right if matches(gold["speaker"], table[e].name) and table[e].named]
    return by_name or right


@functools.cache
def matches(gold: str, name: str) -> bool:
    return bool(SCORE.name_match(gold, name))


def rows_of(chosen: Sequence[Lesson], past: Sequence[dict[int, int]] | None = None) -> Rows:
    """Return training rows; ``past`` has the decisions of an earlier ranker, else the past is the gold one."""
    x: list[list[float]] = []
    y: list[float] = []
    groups: list[int] = []
    for position, lesson in enumerate(chosen):
        history = History()
        for number, quotation in enumerate(lesson.analysis.quotations):
            gold = lesson.gold.get(number)
            if gold is None or not quotation.speech:
                if quotation.speech and past is not None:
                    history.record(number, past[position].get(number, NO_SPEAKER))
                continue
            context = QuotationContext(lesson.analysis, number, history)
            match = None if quotation.continues else first_match(context)
            entities = [match[1]] if match and match[1] != NO_SPEAKER else generate_candidates(context)
            right = right_entities(lesson, gold, entities)
            if right and not quotation.continues:
                x += feature_rows(context, entities)
                y += [float(e in right) / len(right) for e in entities]
                groups.append(len(entities))
            if past is not None:
                history.record(number, past[position].get(number, NO_SPEAKER))
            else:
                everybody = right_entities(lesson, gold, range(len(lesson.analysis.table)))
                history.record(number, (*right, *everybody, NO_SPEAKER)[0])
    return Rows(np.array(x, dtype=np.float32), np.array(y), groups)


def softmax_objective(groups: list[int]) -> Any:
    """Return the gradient of the log-loss of a softmax over the candidates of each quotation."""
    starts = np.concatenate([[0], np.cumsum(groups)[:-1]]).astype(int)
    owner = np.repeat(np.arange(len(groups)), groups)

    def objective(scores: Any, data: lightgbm.Dataset) -> tuple[Any, Any]:
        y = data.get_label()
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        p = powers / np.add.reduceat(powers, starts)[owner]
        return p - y, np.maximum(2.0 * p * (1.0 - p), 1e-6)

    return objective


def train(rows: Rows, trees: int) -> rankers.Ranker:
    data = lightgbm.Dataset(rows.x, rows.y, free_raw_data=False)
    model = lightgbm.train({**PARAMETERS, "objective": softmax_objective(rows.groups)}, data, trees)
    return rankers.read_ranker(io.BytesIO(flattened(model, FEATURES)))


def flattened(model: lightgbm.Booster, features: Sequence[str]) -> bytes:
    """Return the trees as flat arrays in an ``.npz`` file; ``features`` are the names of the columns."""
    nodes: dict[str, list[Any]] = {"feature": [], "threshold": [], "left": [], "right": [], "value": []}
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        at = len(nodes["feature"])
        for key, value in (("feature", 0), ("threshold", 0.0), ("left", at), ("right", at), ("value", 0.0)):
            nodes[key].append(value)
        if "leaf_value" in node:
            nodes["value"][at] = node["leaf_value"]
        else:
            nodes["feature"][at] = node["split_feature"]
            nodes["threshold"][at] = node["threshold"]
            nodes["left"][at] = add(node["left_child"], depth + 1)
            nodes["right"][at] = add(node["right_child"], depth + 1)
        return at

    roots = [add(tree["tree_structure"], 0) for tree in model.dump_model()["tree_info"]]
    return packed(nodes, roots, deepest, {}, features)


def packed(nodes: Any, roots: Any, depth: int, weights: Weights, features: Sequence[str]) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(
        out,
        feature=np.array(nodes["feature"], np.int16),
        threshold=np.array(nodes["threshold"], np.float32),
        left=np.array(nodes["left"], np.int32),
        right=np.array(nodes["right"], np.int32),
        value=np.array(nodes["value"], np.float32),
        roots=np.array(roots, np.int32),
        depth=np.array(depth),
        features=np.array(features),
        terms=np.array(list(weights), np.str_),
        weights=np.array(list(weights.values()), np.float32),
    )
    return out.getvalue()


def repacked(ranker: rankers.Ranker, weights: Weights) -> bytes:
    nodes = {key: getattr(ranker, key) for key in ("feature", "threshold", "left", "right", "value")}
    return packed(nodes, ranker.roots, ranker.depth, weights, ranker.features)


def train_speech(chosen: Sequence[Lesson], trees: int = 120) -> rankers.Ranker:
    """Train the trees that tell speech from terms and titles."""
    x, y = [], []
    for lesson in chosen:
        ignored = [tuple(span) for span in lesson.entry.get("ignore", [])]
        for number, quotation in enumerate(lesson.analysis.quotations):
            a, b = quotation.segment.start, quotation.segment.end
            if number in lesson.gold or not any(s < b and a < e for s, e in ignored):
                x.append(speech_features(quotation))
                y.append(number in lesson.gold)
    data = lightgbm.Dataset(np.array(x, np.float32), np.array(y, float))
    settings = {**PARAMETERS, "objective": "binary", "boost_from_average": False, "num_leaves": 8}
    return rankers.read_ranker(io.BytesIO(flattened(lightgbm.train(settings, data, trees), tuple(SPEECH_FEATURES))))


def classify_speech_across(chosen: Sequence[Lesson]) -> None:
    """Decide what is speech in each article by trees that were not trained on it."""
    fold = folds(len(chosen))
    for k in range(FOLDS):
        trees = train_speech([lesson for i, lesson in enumerate(chosen) if fold[i] != k])
        for lesson in (lesson for i, lesson in enumerate(chosen) if fold[i] == k and not lesson.analysis.fiction):
            classified = classify_speech(lesson.analysis.quotations, trees)
            lesson.analysis = replace(lesson.analysis, quotations=tuple(classified))


def folds(count: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(3).permutation(count) % FOLDS


def cross_decide(chosen: Sequence[Lesson], past: Sequence[dict[int, int]] | None, trees: int) -> list[Any]:
    """Return the decisions for each article by a ranker that was not trained on it."""
    fold = folds(len(chosen))
    decided: list[Any] = [None] * len(chosen)
    for k in range(FOLDS):
        inside = [i for i in range(len(chosen)) if fold[i] != k]
        ranker = train(rows_of([chosen[i] for i in inside], [past[i] for i in inside] if past else None), trees)
        for i in range(len(chosen)):
            if fold[i] == k:
                decided[i] = decide(chosen[i].analysis, ranker)
    return decided


def calibrated(chosen: Sequence[Lesson], decided: Sequence[Any]) -> Weights:
    """Return the weights of the confidence: first for the decisions that go on from no other, then for the others."""
    weights = fitted_weights(*cases_of(chosen, decided, goes_on=False))
    sure = [confident(decisions, weights) for decisions in decided]
    return weights | fitted_weights(*cases_of(chosen, sure, goes_on=True))


def cases_of(chosen: Sequence[Lesson], decided: Sequence[Any], goes_on: bool) -> tuple[list[Any], list[float]]:
    """Return the terms of the decisions that go on from another, or of the others, and which are right."""
    terms, right = [], []
    for lesson, decisions in zip(chosen, decided, strict=True):
        for n, d in scored_decisions(lesson, decisions):
            if (d.basis in GOING_ON) == goes_on:
                terms.append(rankers.confidence_terms(d.basis, d.score))
                right.append(is_right(lesson, n, d))
    return terms, right


def fitted_weights(cases: Sequence[tuple[float, dict[str, float]]], right: Sequence[float]) -> Weights:
    """Fit a logistic regression with a squared penalty; return name of a term -> its weight.

    The steps use an upper bound of the curvature, so that each of them improves the fit.
    """
    if not cases:
        return {}
    names = sorted({name for _, terms in cases for name in terms})
    x = np.array([[terms.get(name, 0.0) for name in names] for _, terms in cases])
    offset, y, w = np.array([odds for odds, _ in cases]), np.array(right), np.zeros(len(names))
    bound = 0.25 * x.T @ x + PENALTY * np.eye(len(names))
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-offset - x @ w))
        w -= np.linalg.solve(bound, x.T @ (p - y) + PENALTY * w)
    return dict(zip(names, w.tolist(), strict=True))


def confident(decisions: Any, weights: Weights) -> dict[int, Any]:
    """Return the decisions with the confidence that the weights give them."""
    sure: dict[int, Any] = {}
    for n, d in sorted(decisions.items()):
        goes_on = d.basis in GOING_ON and n - 1 in sure
        score = sure[n - 1].root if goes_on else d.score
        confidence = d.confidence if d.entity == NO_SPEAKER else rankers.calibrated(weights, d.basis, score)
        confidence = min(score, confidence) if goes_on else confidence
        sure[n] = replace(d, score=score, confidence=confidence, root=score if goes_on else confidence)
    return sure


def calibrated_across(chosen: Sequence[Lesson], decided: Sequence[Any]) -> list[Any]:
    """Return the decisions with confidence by weights that were not fitted to the same article."""
    fold, sure = folds(len(chosen)), list(decided)
    for k in range(FOLDS):
        inside = [i for i in range(len(chosen)) if fold[i] != k]
        weights = calibrated([chosen[i] for i in inside], [decided[i] for i in inside])
        for i in range(len(chosen)):
            if fold[i] == k:
                sure[i] = confident(decided[i], weights)
    return sure


def scored_decisions(lesson: Lesson, decisions: Any) -> list[tuple[int, Any]]:
    """Return the decisions on quotations whose speaker the set names."""
    named = (n for n in sorted(decisions) if n in lesson.gold and lesson.gold[n].get("speaker"))
    return [(n, decisions[n]) for n in named if decisions[n].entity != NO_SPEAKER]


def is_right(lesson: Lesson, number: int, decision: Any) -> float:
    return float(SCORE.sp_name(lesson.gold[number], {"speaker": lesson.analysis.table[decision.entity].name}))


def report(name: str, chosen: Sequence[Lesson], decided: Sequence[Any]) -> dict[str, Any]:
    target = CROSS / f"cross.{name}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    by_id = {lesson.entry["id"]: apply_decisions(lesson.analysis, d) for lesson, d in zip(chosen, decided, strict=True)}
    with target.open("w", encoding="utf-8") as out:
        for line in (EVAL / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines():
            key = json.loads(line)["id"]
            out.write(json.dumps({"id": key, "quotes": list(quotation_records(by_id[key]))}) + "\n")
    return score(name, target)


def fitted(file: str, sets: dict[str, list[Lesson]]) -> bytes:
    """Fit a ranker on the sets, print the scores of its cross-validation, and return it as an ``.npz`` file."""
    chosen = [lesson for found in sets.values() for lesson in found]
    first = cross_decide(chosen, None, TREES[file])
    past = [{n: d.entity for n, d in decisions.items()} for decisions in first]
    second = cross_decide(chosen, past, TREES[file])
    at, sure = 0, calibrated_across(chosen, second)
    for name, found in sets.items():
        result = report(name, found, sure[at : at + len(found)])
        print(name, {k: round(v, 3) for k, v in result.items() if isinstance(v, float)})
        print(*calibration_table(name, CROSS / f"cross.{name}.jsonl"), sep="\n")
        at += len(found)
    return repacked(train(rows_of(chosen, past), TREES[file]), calibrated(chosen, second))


def fitted_models() -> dict[str, bytes]:
    """Fit the models on the development sets; return file name -> its content."""
    news = {name: lessons(name) for name in ("written", "gumnews")}
    everything = [lesson for found in news.values() for lesson in found]
    speech = repacked(train_speech(everything), {})
    classify_speech_across(everything)
    fiction = {"litbank": lessons("litbank")}
    return {"speech.npz": speech, "news.npz": fitted("news", news), "fiction.npz": fitted("fiction", fiction)}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="leave the models as they are")
    options = parser.parse_args(arguments)
    for file, content in fitted_models().items():
        if not options.check:
            (SHIPPED / file).write_bytes(content)


if __name__ == "__main__":
    main()
