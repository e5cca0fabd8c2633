"""Texts parsed in batches have the parse that spaCy gives them, with less work for texts that are short or alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from helpers.paths import EXAMPLE

from narrate.attribution import batches
from narrate.attribution.batches import BatchParser
from narrate.languages.models import english_model

COMPONENTS = ("tok2vec", "tagger", "parser", "ner")
LABELS = [
    f"{first} {last}: “Yes.”" for first in ("ANN", "BEN", "Clara") for last in ("LEE", "Roe", "GARHOL", "de Sola")
]
MIXED = [
    "Rosa Lind, 54, the mayor of Ostrand, paid $5 million to the Harbour Trust on Monday. It was late.",
    "  New York",
    "“Yes.”",
    "She met Tom Reed and\u00a0Ada Byron in March 2024, the BBC said.\n ",
    "x",
    "Mr. Lee of Acme Corp. left London for the United States.",
] * 2


def paragraphs_of_example() -> list[str]:
    return [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line.strip()]


def parses(docs: Sequence[Any]) -> list[list[tuple[object, ...]]]:
    return [
        [(t.text, t.tag_, t.dep_, t.head.i, t.ent_type_, t.ent_iob_ == "B", t.is_sent_start) for t in doc]
        for doc in docs
    ]


@pytest.mark.parametrize(
    "texts", [LABELS, MIXED, paragraphs_of_example(), ["Ann Lee of Acme met Ben."], ["a", "", "b"]]
)
def test_parses_are_those_of_spacy(texts: list[str]) -> None:
    expected = english_model(*COMPONENTS).pipe(texts)
    assert parses(BatchParser(english_model(*COMPONENTS)).parse(texts)) == parses([*expected])


def test_batches_of_any_size_have_the_same_parses() -> None:
    parser, texts = BatchParser(english_model(*COMPONENTS)), [*LABELS, *MIXED]
    one_by_one = [doc for text in texts for doc in parser.parse([text])]
    assert parses(one_by_one) == parses(parser.parse(texts))


def test_vectors_of_alike_tokens_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = english_model(*COMPONENTS)
    parser, rows = BatchParser(model), list[int]()
    windows = batches._windows

    def counted(kinds: Any) -> Any:
        found = windows(kinds)
        rows.append(len(found[0]))
        return found

    monkeypatch.setattr(batches, "_windows", counted)
    docs = parser.parse([f"{name}: “Yes.”" for name in ("Ann", "Ben") for _ in range(50)])
    assert len(rows) == 2 * 4
    assert max(rows) < sum(map(len, docs)) / 10


def test_entities_of_many_short_texts_are_decided_at_once_and_those_of_a_long_one_by_spacy() -> None:
    model = english_model(*COMPONENTS)
    recognizer = batches.EntityRecognizer(model.get_pipe("ner"))
    assert recognizer.is_faster_for([model.make_doc(text) for text in LABELS])
    assert not recognizer.is_faster_for([model.make_doc(text) for text in ("Ann. " * 200, "Ben.", "“Yes.”")])


def test_kinds_of_rows_are_numbered() -> None:
    rows = np.array([[5, 1], [5, 2], [5, 1], [7, 1]], dtype=np.uint64)
    firsts, kinds = batches._kinds(rows)
    assert [rows[firsts][kind].tolist() for kind in kinds] == rows.tolist()
    assert len(firsts) == 3
