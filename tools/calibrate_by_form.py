"""Calibrate the confidence of the languages without a parser, by rule and language.

Run it from the repository after every change of rules in ``narrate/attribution/by_form``:

    python tools/calibrate_by_form.py

It attributes the development sets of French, Spanish, Italian, Portuguese and German and the articles in
``tests/data/attributed``, and writes ``narrate/attribution/by_form/confidence.toml``: the share of right speakers of
each rule. A language with few cases of a rule is drawn to all languages, and a rule with few cases to all rules.
It prints what these shares say of articles that they were not counted in (ten folds of articles): right speakers by
confidence, by rule, and what each threshold costs in each language. ``--check`` prints the same and leaves the file as
it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evaluate import ROOT, entries_of, load_scorer

sys.path.insert(0, str(ROOT / "tests"))

from helpers.marked_articles import MarkedArticle, is_same, marked_articles

from narrate.attribution.by_form import decide_by_form
from narrate.attribution.by_form.decisions import CONTINUING, Decision, with_confidence
from narrate.attribution.mention import NO_SPEAKER
from narrate.batch.attribution import script_of_text
from narrate.languages.speech import attributed_languages

TARGET = ROOT / "narrate" / "attribution" / "by_form" / "confidence.toml"
NO_RULE = "none"
"""Rule of a quotation without a speaker, whose confidence is fixed."""
HIGHEST = 0.985
"""Confidence of a rule without an error: some are in articles that the rules have not seen."""
FOLDS = 10
OF_A_RULE = 12
"""Cases of all languages that a rule of one language counts in addition to its own."""
OF_ALL = 4
"""Cases of all rules that a rule counts in addition to its own."""
RANGES = (0.0, 0.7, 0.8, 0.9, 0.95, 1.01)
THRESHOLDS = (0.0, 0.5, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
HARM = 2
"""Harm of a quotation in a wrong voice, in right quotations that the narrator reads."""
Shares = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Case:
    """A decision on a quotation whose speaker is known."""

    article: str
    language: str
    decision: Decision
    is_right: bool
    follows_right: bool
    """Whether the quotation before has the right speaker."""


def cases_of(language: str) -> Iterator[Case]:
    """Yield the decisions in the development set and in the articles of our own."""
    scorer = load_scorer()
    for entry in entries_of(language):
        gold = [(one["start"], one["end"], one) for one in entry["quotes"] if not one.get("optional")]
        yield from _cases(
            entry["id"], language, entry["text"], gold, lambda one, name: scorer.sp_name(one, {"speaker": name})
        )
    for article in marked_articles(language):
        yield from _cases(article.id, language, article.text, _gold_of(article), _is_named)


def _gold_of(article: MarkedArticle) -> list[tuple[int, int, Any]]:
    return [(one.start, one.end, one.names) for one in article.quotations if not one.is_optional]


def _is_named(names: Sequence[str], name: str) -> bool:
    return any(is_same(one, name) for one in names)


def _cases(
    article: str, language: str, text: str, gold: Sequence[tuple[int, int, Any]], is_right: Any
) -> Iterator[Case]:
    script = script_of_text(text, language)
    decisions, names = decide_by_form(script)
    follows_right = True
    for index, decision in sorted(decisions.items()):
        segment = script.segments[index]
        found = next((one for one in gold if _are_alike((segment.start, segment.end), one[:2])), None)
        if found is None:
            continue
        right = decision.entity != NO_SPEAKER and bool(is_right(found[2], names.entities[decision.entity].name))
        yield Case(article, language, decision, right, follows_right)
        follows_right = right


def _are_alike(one: tuple[int, int], other: tuple[int, int]) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common > 0.8 * max(one[1] - one[0], other[1] - other[0])


def shares_of(cases: Sequence[Case], rules: Sequence[str]) -> Shares:
    """Return language -> rule -> share of right speakers, at most ``HIGHEST``."""
    counted = [one for one in cases if one.decision.rule != NO_RULE and (not _goes_on(one) or one.follows_right)]
    overall = _share(counted, 0.9, 1)
    shares: dict[str, dict[str, float]] = {language: {} for language in sorted(attributed_languages())}
    for rule in rules:
        own = [one for one in counted if one.decision.rule == rule]
        share = _share(own, overall, OF_ALL)
        for language, found in shares.items():
            in_language = _share([one for one in own if one.language == language], share, OF_A_RULE)
            found[rule] = round(min(HIGHEST, in_language), 3)
    return shares


def _goes_on(case: Case) -> bool:
    return case.decision.rule in CONTINUING


def _rules(cases: Sequence[Case]) -> list[str]:
    return sorted({one.decision.rule for one in cases} - {NO_RULE})


def _share(cases: Sequence[Case], prior: float, weight: float) -> float:
    return (sum(one.is_right for one in cases) + weight * prior) / (len(cases) + weight)


def cross_validated(cases: Sequence[Case]) -> list[tuple[Case, float]]:
    """Return each case with the confidence by shares from other articles."""
    articles = sorted({one.article for one in cases})
    fold = {article: number % FOLDS for number, article in enumerate(articles)}
    found = []
    for number in range(FOLDS):
        shares = shares_of([one for one in cases if fold[one.article] != number], _rules(cases))
        held_out = [one for one in cases if fold[one.article] == number]
        found += [(one, with_confidence(one.decision, shares[one.language]).confidence) for one in held_out]
    return found


def table_of(pairs: Sequence[tuple[Case, float]]) -> list[str]:
    """Return right speakers by range of confidence as lines to print."""
    lines = []
    for low, high in pairwise(RANGES):
        inside = [(one.is_right, confidence) for one, confidence in pairs if low <= confidence < high]
        if inside:
            mean, right = (sum(values) / len(inside) for values in zip(*[(c, r) for r, c in inside], strict=True))
            lines.append(f"{low:.2f}-{min(high, 1):.2f}{len(inside):8}{mean:10.3f}{right:10.3f}")
    return lines


def cost_of(pairs: Sequence[tuple[Case, float]], threshold: float) -> tuple[float, float, float]:
    """Return the shares that the narrator reads and that a wrong voice says, and the harm for each quotation."""
    narrated = sum(confidence < threshold for _, confidence in pairs) / len(pairs)
    wrong = sum(confidence >= threshold and not one.is_right for one, confidence in pairs) / len(pairs)
    lost = sum(confidence < threshold and one.is_right for one, confidence in pairs) / len(pairs)
    return narrated, wrong, HARM * wrong + lost


def report(cases: Sequence[Case]) -> None:
    """Print the cross-validated calibration."""
    pairs = cross_validated(cases)
    for language in ("all", *sorted(attributed_languages())):
        own = [pair for pair in pairs if language in ("all", pair[0].language)]
        print(f"\n{language}: confidence, number, mean, right", *table_of(own), sep="\n")
        print("threshold, read by the narrator, in a wrong voice, harm")
        for threshold in THRESHOLDS:
            print(f"{threshold:.2f}" + "".join(f"{value:10.3f}" for value in cost_of(own, threshold)))
    print("\nrule, number, mean confidence, right")
    for rule in _rules(cases):
        own = [pair for pair in pairs if pair[0].decision.rule == rule]
        mean, right = (
            sum(confidence for _, confidence in own) / len(own),
            sum(one.is_right for one, _ in own) / len(own),
        )
        print(f"{rule:22}{len(own):6}{mean:9.3f}{right:9.3f}")


def file_of(shares: Shares) -> str:
    """Return the shares as the content of ``TARGET``."""
    lines = ["# Share of right speakers of each rule, written by tools/calibrate_by_form.py."]
    for language, of_rules in shares.items():
        lines += ["", f"[{language}]", *(f'"{rule}" = {share}' for rule, share in of_rules.items())]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="leave the confidence of the rules as it is")
    options = parser.parse_args(arguments)
    cases = [case for language in sorted(attributed_languages()) for case in cases_of(language)]
    report(cases)
    if not options.check:
        TARGET.write_text(file_of(shares_of(cases, _rules(cases))), encoding="utf-8")


if __name__ == "__main__":
    main()
