"""Plot how confidence relates to right speakers, and what each value of ``min_confidence`` costs.

``python tools/calibration_plot.py`` reads ``output/eval/cross.written.jsonl``, which ``tools/train_ranker.py --check``
writes, prints the figures and writes ``docs/explanation/calibration.svg``.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaluate import ROOT, calibration, predictions_in, scored

from narrate.stats.plot import Panel, svg

SET = "written"
THRESHOLDS = (0.0, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9, 0.95)
Pairs = Sequence[tuple[float, bool]]


def narrated(pairs: Pairs, threshold: float) -> float:
    """Return the share of quotations that the narrator reads, in percent."""
    return round(100 * sum(confidence < threshold for confidence, _ in pairs) / len(pairs), 1)


def misvoiced(pairs: Pairs, threshold: float) -> float:
    """Return the share of all quotations that are heard in the voice of another speaker, in percent."""
    return round(100 * sum(confidence >= threshold and not right for confidence, right in pairs) / len(pairs), 1)


def main() -> None:
    target = ROOT / "output" / "eval" / f"cross.{SET}.jsonl"
    pairs = [(found["confidence"], right) for found, right in scored(SET, predictions_in(target))]
    rows = calibration(SET, target)[:-1]
    ranges = tuple(label for label, *_ in rows)
    labels = tuple(f"{threshold:g}" for threshold in THRESHOLDS)
    panels = (
        Panel("Mean confidence by range, %", ranges, tuple(round(100 * mean, 1) for _, _, mean, _ in rows)),
        Panel("Right speakers by range, %", ranges, tuple(round(100 * right, 1) for *_, right in rows)),
        Panel("Read by the narrator, %", labels, tuple(narrated(pairs, threshold) for threshold in THRESHOLDS)),
        Panel("In a wrong voice, %", labels, tuple(misvoiced(pairs, threshold) for threshold in THRESHOLDS)),
    )
    for panel in panels:
        print(panel.title, *(f"{label}: {value:g}" for label, value in panel.bars()), sep="\n  ")
    heading = "Confidence, and min_confidence from 0 to 0.95 (written.dev, cross-validated)"
    (ROOT / "docs" / "explanation" / "calibration.svg").write_text(svg(heading, panels), encoding="utf-8")


if __name__ == "__main__":
    main()
