"""The desk's lexicon, as the editor writes it, and the lexicon of an article."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.articles import article

from narrate.concurrency import file_lock
from narrate.errors import DeliveryError, SourceError, UsageError
from narrate.speakable.desk_lexicon import DeskLexicon
from narrate.speakable.lexicon import load_lexicon, with_pronunciation
from narrate.types import LexiconEntry

LEXICON = """# Kept by the desk.

[[entry]]
word = "Reyne"  # the captain
alias = "rain"

# The metal, not the verb.
[[entry]]
word = "lead"
ipa = "lˈɛd"
pos = "noun"

[[entry]]
word = "Ostrand"
ipa = "ˈɒstrand"
"""


@pytest.fixture
def lexicon(tmp_path: Path) -> DeskLexicon:
    path = tmp_path / "desk.toml"
    path.write_text(LEXICON, encoding="utf-8")
    return DeskLexicon(path)


def test_new_entry_comes_last_and_changes_nothing_else(lexicon: DeskLexicon) -> None:
    lexicon.set("Łódź", "/ˈwutɕ/")
    assert lexicon.path.read_text(encoding="utf-8") == LEXICON + '\n[[entry]]\nword = "Łódź"\nipa = "ˈwutɕ"\n'
    assert lexicon.get("Łódź") == "/ˈwutɕ/"


def test_entry_is_replaced(lexicon: DeskLexicon) -> None:
    lexicon.set("Reyne", "rayn")
    assert (lexicon.get("Reyne"), lexicon.get("Ostrand")) == ("rayn", "/ˈɒstrand/")
    assert "# The metal, not the verb." in lexicon.path.read_text(encoding="utf-8")
    assert [entry.word for entry in load_lexicon(lexicon.path).entries] == ["Reyne", "lead", "Ostrand"]


def test_entry_is_removed(lexicon: DeskLexicon) -> None:
    lexicon.set("Ostrand", "")
    assert lexicon.get("Ostrand") == ""
    assert [entry.word for entry in load_lexicon(lexicon.path).entries] == ["Reyne", "lead"]


def test_comments_above_an_entry_stay_with_it(lexicon: DeskLexicon) -> None:
    lexicon.set("lead", "leed")
    lexicon.set("Reyne", "")
    text = lexicon.path.read_text(encoding="utf-8")
    assert text.index("# The metal") < text.index('"lead"') < text.index('"Ostrand"') < text.index('"leed"')


def test_entry_for_a_part_of_speech_stays_when_the_word_gets_another(lexicon: DeskLexicon) -> None:
    assert lexicon.get("lead") == ""
    lexicon.set("lead", "leed")
    assert [(one.word, one.alias, one.pos) for one in load_lexicon(lexicon.path).entries if one.word == "lead"] == [
        ("lead", "", "noun"),
        ("lead", "leed", None),
    ]


def test_lexicon_that_does_not_exist_is_made(tmp_path: Path) -> None:
    lexicon = DeskLexicon(tmp_path / "new" / "desk.toml")
    assert lexicon.get("Reyne") == ""
    lexicon.set("Reyne", 'the "rain"')
    assert lexicon.path.read_text(encoding="utf-8") == '[[entry]]\nword = "Reyne"\nalias = "the \\"rain\\""\n'


def test_writer_waits_for_the_lock_next_to_the_file_and_keeps_the_entry_of_the_other(lexicon: DeskLexicon) -> None:
    with ThreadPoolExecutor(1) as threads:
        with file_lock(lexicon.path):
            written = threads.submit(lexicon.set, "Łódź", "woodge")
            time.sleep(0.2)
            assert not written.done()
            lexicon.path.write_text(LEXICON + '\n[[entry]]\nword = "Sagan"\nalias = "sah-gan"\n', encoding="utf-8")
        written.result(10)
    assert (lexicon.get("Sagan"), lexicon.get("Łódź"), lexicon.get("Reyne")) == ("sah-gan", "woodge", "rain")
    assert {file.name for file in lexicon.path.parent.iterdir()} == {"desk.toml", ".desk.toml.lock"}


@pytest.mark.parametrize("say", ["/a1b/", "/", "//", "/[x]/"])
def test_sound_that_is_not_ipa_is_refused_and_nothing_is_written(lexicon: DeskLexicon, say: str) -> None:
    with pytest.raises(SourceError, match="is not IPA"):
        lexicon.set("Reyne", say)
    assert lexicon.path.read_text(encoding="utf-8") == LEXICON


def test_pls_and_unusual_toml_are_left_alone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only lexicons in TOML"):
        DeskLexicon(tmp_path / "desk.pls").set("Reyne", "rain")
    inline = tmp_path / "inline.toml"
    inline.write_text('entry = [{ word = "Reyne", alias = "rain" }]\n', encoding="utf-8")
    with pytest.raises(UsageError, match="not every entry is a table"):
        DeskLexicon(inline).set("Ostrand", "oh strand")


def test_full_disk_leaves_the_lexicon_as_it_was(lexicon: DeskLexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(DeliveryError, match="No space left"):
        lexicon.set("Reyne", "rayn")
    assert lexicon.path.read_text(encoding="utf-8") == LEXICON


def no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_entry_of_an_article_is_set_replaced_and_removed() -> None:
    made = with_pronunciation(article("Reyne spoke."), " Reyne ", " rain ")
    assert made.lexicon == {"Reyne": "rain"}
    assert with_pronunciation(made, "Reyne", "/ɹˈAn/").lexicon == {"Reyne": "/ɹˈAn/"}
    assert with_pronunciation(made, "Reyne", "").lexicon == {}


@pytest.mark.parametrize(("word", "say"), [("Reyne\x1b", "rain"), ("Reyne", "ra\u202ein"), (" ", "rain")])
def test_words_that_a_file_may_not_hold_are_refused(lexicon: DeskLexicon, word: str, say: str) -> None:
    with pytest.raises(UsageError, match=r"control character U\+|the word is blank"):
        lexicon.set(word, say)
    assert lexicon.path.read_text(encoding="utf-8") == LEXICON


def test_entry_of_an_article_is_checked() -> None:
    with pytest.raises(SourceError, match="is not IPA"):
        with_pronunciation(article("Reyne spoke."), "Reyne", "/1/")
    with pytest.raises(UsageError, match="the word is blank"):
        with_pronunciation(article("Reyne spoke."), " ", "rain")


def test_blank_lines_and_missing_line_end_do_not_break_the_file(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_text('[[entry]]\nword = "Reyne"\nalias = "rain"', encoding="utf-8")
    DeskLexicon(path).set("Ostrand", "oh strand")
    assert load_lexicon(path).entries == (
        LexiconEntry("Reyne", alias="rain"),
        LexiconEntry("Ostrand", alias="oh strand"),
    )
