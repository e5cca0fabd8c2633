"""Lexicons are read strictly, and survive PLS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.runs import Run

from narrate.casting import load_roster, voices_folder
from narrate.engines.ipa import split_phonemes
from narrate.engines.pyttsx3 import MNEMONICS
from narrate.errors import SourceError
from narrate.speakable import speakable
from narrate.speakable.lexicon import lexicon_for, load_lexicon, to_pls, to_toml
from narrate.synthesis import WorkerPool
from narrate.types import LexiconEntry, PartOfSpeech, PronunciationLexicon

HOUSE = voices_folder() / "lexicon.toml"
DESK = '[[entry]]\nword = "Kyiv"\nipa = "kˈiv"\ncase = false\n\n[[entry]]\nword = "S&P"\nalias = "S and P"\n'


LEAD = (LexiconEntry("lead", ipa="lˈɛd", pos="noun"), LexiconEntry("lead", ipa="lˈiːd", pos="verb"))


def written(tmp_path: Path, text: str, name: str = "desk.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_lexicon_survives_toml(tmp_path: Path) -> None:
    lexicon = load_lexicon(written(tmp_path, DESK))
    assert lexicon.entries == (LexiconEntry("Kyiv", ipa="kˈiv", case=False), LexiconEntry("S&P", alias="S and P"))
    assert to_toml(lexicon) == DESK


def test_lexicon_survives_pls(tmp_path: Path) -> None:
    lexicon = load_lexicon(written(tmp_path, DESK))
    again = load_lexicon(written(tmp_path, to_pls(lexicon), "desk.pls"))
    assert again == lexicon


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[entry]]\nword = "a"\nalais = "b"', "line 1: Unknown key 'alais'. Did you mean 'alias'"),
        ('\n\n[[entry]]\nword = "a"', "line 3: 'a' has neither"),
        ('[[entry]]\nword = " "\nalias = "b"', "line 1: the word is empty"),
        ('[[entry]]\nalias = "b"', "line 1: 'word' is missing"),
        ('[[entry]]\nword = "a"\nalias = 5', "'alias' must be a text"),
        ('[[entry]]\nword = "a"\nipa = "x/)"', "is not IPA"),
        (
            '[[entry]]\nword = "a"\nalias = "b"\npos = "nuon"',
            "'pos' must be one of adjective, noun, past, verb, not 'nuon'",
        ),
        (DESK + '[[entry]]\nword = "S&P"\nalias = "x"', "has an entry in line 6 already"),
        ("entries = 1", r"\[\[entry\]\] only"),
        ("[[entry", "not valid TOML"),
        ("x = " + "[" * 10_000, "not valid TOML"),
    ],
)
def test_invalid_lexicon_is_rejected_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint):
        load_lexicon(written(tmp_path, text))


def test_pls_with_document_type_is_rejected_without_opening_its_entities(tmp_path: Path) -> None:
    secret = written(tmp_path, "the secret", "secret.txt")
    pls = to_pls(load_lexicon(written(tmp_path, DESK)))
    hostile = pls.replace("?>\n", f'?>\n<!DOCTYPE lexicon [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n').replace(
        "S and P", "S &x; P"
    )
    with pytest.raises(SourceError, match="has a document type") as caught:
        load_lexicon(written(tmp_path, hostile, "h.pls"))
    assert "the secret" not in str(caught.value)


@pytest.mark.slow
def test_lexicon_command_checks_exports_and_imports(narrate: Run, tmp_path: Path) -> None:
    desk = written(tmp_path, DESK)
    assert narrate("lexicon", "lint", desk).stdout == f"{desk}: 2 entries\n"
    pls = written(tmp_path, narrate("lexicon", "export", desk).stdout, "desk.pls")
    assert load_lexicon(pls) == load_lexicon(desk)
    assert 'alias = "S and P"' in narrate("lexicon", "import", pls).stdout
    assert narrate("lexicon", "repair", desk).returncode == 2
    assert narrate("lexicon", "lint", written(tmp_path, "[[entry]]")).returncode == 1


def test_parts_of_speech_and_case_insensitive_entries_survive_pls(tmp_path: Path) -> None:
    lexicon = PronunciationLexicon(
        (*LEAD, LexiconEntry("mpox", alias="em pox", case=False), LexiconEntry("Ng", ipa="ŋ"))
    )
    assert load_lexicon(written(tmp_path, to_pls(lexicon), "a.pls")) == lexicon
    assert load_lexicon(written(tmp_path, to_toml(lexicon))) == lexicon


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("pipes of lead", "lˈɛd"),
        ("They will lead.", "lˈiːd"),
        ("Lawyers who lead it", "lˈiːd"),
        ("lead", ""),
        ("Teams lead the race.", ""),
    ],
)
def test_entry_for_noun_or_verb_applies_where_the_context_shows_it(text: str, sound: str) -> None:
    pieces = speakable(text, lexicon=PronunciationLexicon(LEAD)).pieces
    assert [piece.ipa for piece in pieces if piece.ipa] == ([sound] if sound else [])


@pytest.mark.parametrize(
    ("text", "said", "part"),
    [
        ("He read it.", "red", "past"),
        ("It was widely read.", "red", "past"),
        ("I can read it.", "read", "past"),
        ("a close race", "cloce", "adjective"),
        ("They did not close it.", "close", "adjective"),
    ],
)
def test_entry_for_past_or_adjective_applies_where_the_context_shows_it(
    text: str, said: str, part: PartOfSpeech
) -> None:
    word = "read" if "read" in text else "close"
    entry = LexiconEntry(word, alias={"read": "red", "close": "cloce"}[word], pos=part)
    assert said in speakable(text, lexicon=PronunciationLexicon((entry,))).text


@pytest.mark.parametrize(
    ("name", "ipa", "whole"),
    [("Macron", "mækɹˈɒn", "mækɹˈɒnz"), ("Brok", "bɹˈɒk", "bɹˈɒks"), ("Merz", "mˈɛɹts", "mˈɛɹtsɪz")],
)
def test_possessive_of_a_name_gets_its_sound(name: str, ipa: str, whole: str) -> None:
    spoken = speakable(f"{name}’s plan", lexicon=PronunciationLexicon((LexiconEntry(name, ipa=ipa),)))
    assert spoken.text == f"{name}’s plan"
    assert spoken.pieces[0].ipa == whole


def test_article_lexicon_precedes_desk_and_desk_precedes_house(tmp_path: Path) -> None:
    desk = written(tmp_path, '[[entry]]\nword = "Kyiv"\nalias = "Kiev"\n\n[[entry]]\nword = "Ng"\nalias = "Ing"\n')
    lexicon = lexicon_for({"Ng": "/ŋ/", "S&P": "S and P"}, desk=desk, house=HOUSE)
    spoken = speakable("Kyiv, Ng, S&P, Macron", lexicon=lexicon)
    assert spoken.text == "Kiev, Ng, S and P, Macron"
    assert [piece.ipa for piece in spoken.pieces if piece.ipa] == ["ŋ", "mækɹˈɒn"]


def test_sound_in_article_that_is_not_ipa_is_rejected() -> None:
    with pytest.raises(SourceError, match="'/ŋ', the sound of 'Ng', is not IPA between two slashes"):
        lexicon_for({"Ng": "/ŋ"}, desk=None, house=HOUSE)


def test_every_sound_of_the_house_lexicon_is_known_to_both_engines() -> None:
    for entry in load_lexicon(HOUSE).entries:
        for phoneme in (one for word in entry.ipa.split() for one in split_phonemes(word)):
            sound = phoneme.lstrip("ˈˌ")
            assert sound in MNEMONICS["en"] or sound.removesuffix("ː") in MNEMONICS["en"], (entry.word, sound)


def test_lexicon_sound_reaches_espeak() -> None:
    voice = next(voice for voice in load_roster(voices_folder() / "roster.toml") if voice.engine == "pyttsx3")
    with WorkerPool("pyttsx3", workers=1, time_limit_s=30) as pool:
        marked, plain, other = (
            pool.workers[0].speak(text, voice).samples
            for text in ("We saw [Xq](/ˈkæt/) there.", "We saw cat there.", "We saw Xq there.")
        )
    assert np.array_equal(marked, plain)
    assert not np.array_equal(marked, other)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ipa", "american", "british"),
    [("ʃˈiː dʒɪnpˈɪŋ", "ʃˈi ʤɪnpˈɪŋ", "ʃˈiː ʤɪnpˈɪŋ"), ("hˈɑːɹkɪv", "hˈɑɹkɪv", "hˈɑːkɪv"), ("ˈdʒoʊ", "ʤˈO", "ʤˈQ")],
)
def test_lexicon_sound_reaches_kokoro(ipa: str, american: str, british: str) -> None:
    from narrate.engines.kokoro.phonemes import Reader

    reader = Reader()
    assert reader.reading(f"[X](/{ipa}/)", british=False).phonemes == american
    assert reader.reading(f"[X](/{ipa}/)", british=True).phonemes == british


@pytest.mark.slow
class TestSuggestions:
    STORY = """Vuhledark holds

Mayor Yevgen Tkach said that Vuhledark was quiet. Vuhledark's streets were empty, and Mary Smith was glad.
"""

    def test_unknown_names_are_suggested_most_frequent_first(self, narrate: Run, tmp_path: Path) -> None:
        (tmp_path / "story.txt").write_text(self.STORY, encoding="utf-8")
        found = narrate("lexicon", "suggest", "story.txt").stdout.splitlines()
        assert found[0] == "   3  Vuhledark"
        names = {line.split()[1] for line in found}
        assert "Tkach" in names
        assert not {"Smith", "Mayor", "The"} & names

    def test_names_in_the_desk_lexicon_are_not_suggested(self, narrate: Run, tmp_path: Path) -> None:
        (tmp_path / "story.txt").write_text(self.STORY, encoding="utf-8")
        (tmp_path / "desk.toml").write_text('[[entry]]\nword = "Vuhledark"\nalias = "Bock moot"\n', encoding="utf-8")
        (tmp_path / "narrate.toml").write_text('[speakable]\nlexicon = "desk.toml"\n', encoding="utf-8")
        names = narrate("lexicon", "suggest", "story.txt", "-c", "narrate.toml").stdout
        assert "Tkach" in names
        assert "Vuhledark" not in names


def test_entries_for_a_language_apply_to_its_articles_only(tmp_path: Path) -> None:
    desk = written(
        tmp_path,
        '[[entry]]\nword = "Barnier"\nalias = "Barnié"\nlang = "fr"\n\n'
        '[[entry]]\nword = "Barnier"\nalias = "Barn-yay"\nlang = "en"\n\n[[entry]]\nword = "Lens"\nalias = "Lanss"\n',
    )
    said = {
        code: [entry.alias for entry in lexicon_for({}, desk=desk, house=None, language=code).entries]
        for code in ("fr-CA", "en", "de")
    }
    assert said == {"fr-CA": ["Barnié", "Lanss"], "en": ["Barn-yay", "Lanss"], "de": ["Lanss"]}


def test_language_of_entries_survives_both_formats(tmp_path: Path) -> None:
    lexicon = PronunciationLexicon(
        (LexiconEntry("Lens", alias="Lanss", lang="fr"), LexiconEntry("Metz", "Mess", lang="fr"))
    )
    assert load_lexicon(written(tmp_path, to_pls(lexicon), "a.pls")) == lexicon
    assert load_lexicon(written(tmp_path, to_toml(lexicon))) == lexicon
    mixed = PronunciationLexicon((LexiconEntry("a", "b", lang="fr"), LexiconEntry("c", "d", lang="de")))
    with pytest.raises(SourceError, match=r"several languages \(fr, de\)"):
        to_pls(mixed)


def test_wrong_language_of_an_entry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"line 1: the language of 'a', 'French!', is not a tag like 'fr'"):
        load_lexicon(written(tmp_path, '[[entry]]\nword = "a"\nalias = "b"\nlang = "French!"'))


def test_parts_of_speech_and_possessives_are_known_in_english_only() -> None:
    lexicon = PronunciationLexicon((LexiconEntry("lead", ipa="lˈɛd", pos="noun"), LexiconEntry("Anna", ipa="ˈana")))
    sounds = {
        code: [piece.ipa for piece in speakable("the lead; Anna's", code, lexicon).pieces if piece.ipa]
        for code in ("en", "fr")
    }
    assert sounds == {"en": ["lˈɛd", "ˈanaz"], "fr": ["ˈana"]}
