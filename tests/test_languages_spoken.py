"""Editions in other languages than English: engines, rosters, phonemes, casting, and models that bring a language."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from helpers.casting import script, speaker
from helpers.casting import voice as casting_voice
from helpers.paths import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.casting import cast_voices, load_roster, roster_file, roster_files, sample_of, voices_folder
from narrate.config import CastingConfig, Config, SynthesisConfig
from narrate.edition.plan import roster
from narrate.engines import choose_engine, get_engine, kokoro, speaks
from narrate.engines.foreign_words import foreign_ipa
from narrate.engines.kokoro import KokoroEngine, styles
from narrate.engines.kokoro.other_languages import EspeakReader
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.errors import EngineError, UsageError
from narrate.pipeline import prepare, produce
from narrate.synthesis import Worker
from narrate.types import Voice
from narrate.verify import verify_edition

TAGS = [tag for tag in roster_files() if tag != "en"]
SILENT = Config(synthesis=SynthesisConfig(engine="silent"))
EXAMPLES = sorted((REPOSITORY / "examples").glob("??/*.md"))

QUOTATIONS = {
    "de": {"Helene Carstens": 4, "Daniel Mohr": 1, "Rosa Lindner": 2, "Emil Karo": 2},
    "es": {"Elena Carrasco": 3, "Daniel Morales": 2, "Rosa Linares": 2, "Emilio Caro": 2},
    "fr": {"Daniel Morvan": 1, "Rosa Lindel": 2, "Hélène Caradec": 3, "Émile Caro": 2},
    "it": {"Elena Cardini": 3, "Daniele Moretti": 1, "Rosa Lindi": 2, "Emilio Caro": 2},
    "pt": {"Daniel Moraes": 1, "Rosa Linhares": 2, "Emílio Caro": 2},
}
"""Language -> who says how many of the quotations in its example."""


def voice(language: str, engine: str = "kokoro", **settings: str | float) -> Voice:
    return Voice(engine, "someone", "Someone", language, "female", "any", "adult", "none", settings)


class TestRosters:
    def test_every_language_and_variety_has_a_roster(self) -> None:
        assert [*roster_files()] == ["en", "de", "es-419", "es", "fr", "it", "pt-PT", "pt"]

    @pytest.mark.parametrize(
        ("language", "name"),
        [
            ("en", "roster.toml"), ("en-GB", "roster.toml"), ("fr", "roster.fr.toml"), ("fr-CA", "roster.fr.toml"),
            ("FR", "roster.fr.toml"), ("es", "roster.es.toml"), ("es-ES", "roster.es.toml"),
            ("es-MX", "roster.es-419.toml"), ("es-419", "roster.es-419.toml"), ("pt", "roster.pt.toml"),
            ("pt-BR", "roster.pt.toml"),
            ("pt-PT", "roster.pt-PT.toml"), ("pt-AO", "roster.pt-PT.toml"), ("de-AT", "roster.de.toml"),
            ("pl", "roster.toml"),
        ],
    )  # fmt: skip
    def test_roster_is_that_of_the_variety(self, language: str, name: str) -> None:
        assert roster_file(language).name == name

    @pytest.mark.parametrize("tag", TAGS)
    def test_roster_has_women_and_men_and_one_narrator_of_each_engine(self, tag: str) -> None:
        voices = load_roster(roster_files()[tag])
        for engine in {one.engine for one in voices}:
            its = [one for one in voices if one.engine == engine]
            genders = Counter(one.gender for one in its)
            assert len(its) >= 6
            assert min(genders["female"], genders["male"]) >= 2
            assert sum(one.narrator for one in its) == 1
            assert len({json.dumps(dict(one.settings)) for one in its}) == len(its)
            assert len({len(one.ear) for one in its}) == 1
        assert {one.engine for one in voices} == {"pyttsx3", "kokoro"}

    def test_no_voice_is_in_two_rosters(self) -> None:
        found = Counter((one.engine, one.id) for file in roster_files().values() for one in load_roster(file))
        assert {key: count for key, count in found.items() if count > 1} == {}

    def test_every_neural_voice_has_its_style_tables(self) -> None:
        for tag in TAGS:
            for one in load_roster(roster_files()[tag]):
                if one.engine == "kokoro":
                    assert styles.load(str(one.settings["style"])).shape == styles.SHAPE
                    assert one.license == "Apache-2.0"

    @pytest.mark.parametrize("tag", TAGS)
    def test_roster_has_a_sentence_to_try_its_voices(self, tag: str) -> None:
        assert len(sample_of(tag).split()) > 10


class TestChoice:
    @pytest.fixture(autouse=True)
    def neural(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kokoro, "missing_packages", tuple)

    @pytest.mark.parametrize("language", ["fr", "es-MX", "it", "pt", "pt-PT", "en-GB", "de-AT"])
    def test_neural_engine_is_chosen_for_its_languages(self, language: str) -> None:
        assert choose_engine(None, None, language).name == "kokoro"

    def test_engine_with_voices_for_the_language_is_chosen(self) -> None:
        choice = choose_engine(None, "kokoro", "pl")
        assert (choice.name, choice.reason) == ("pyttsx3", "Engine 'kokoro' has no voices for Polish.")

    def test_silent_engine_speaks_any_language(self) -> None:
        assert speaks(get_engine("silent"), "zu")
        assert not speaks(get_engine("kokoro"), "pl")
        assert speaks(get_engine("pyttsx3"), "de-AT")

    def test_engine_without_voices_for_the_language_is_an_error(self) -> None:
        config = Config(synthesis=SynthesisConfig(engine="kokoro"))
        with pytest.raises(
            UsageError, match=r"Cannot speak Polish: engine 'kokoro' has voices for English, French, .*pyttsx3"
        ):
            roster(config, language="pl")

    def test_own_roster_without_the_language_is_not_used(self, tmp_path: Path) -> None:
        file = tmp_path / "roster.toml"
        file.write_text((voices_folder() / "roster.fr.toml").read_text("utf-8"), encoding="utf-8")
        config = Config(casting=CastingConfig(roster=str(file)))
        assert {one.language for one in roster(config, language="fr-CA")} == {"fr-FR"}
        with pytest.raises(UsageError, match=r"lists no voice for Italian\. Choose another language or roster"):
            roster(config, language="it")


class TestPhonemes:
    """The phonemes are those that the model was trained on: eSpeak NG's, with letters of its vocabulary for pairs."""

    @pytest.mark.parametrize(
        ("language", "text", "sounds"),
        [
            ("fr", "Les amis, a-t-il dit, l’eau monte !", "lez amˈi, atil dˈi, lˈo mˈɔ̃t!"),
            ("fr", "« Oui », dit-elle ; où ?", "“wˈi”, dˈitˈɛl; ˈu?"),
            ("fr", "un bon vin blanc", "œ̃ bˈɔ̃ vˈɛ̃ blˈɑ̃"),
            ("es", "—Sí —dijo el alcalde—. ¿Iremos?", "— sˈi — dˈixo el alkˈalðe—. iɾˈemos?"),
            ("es", "ciudad zapato", "θjuðˈad θapˈato"),
            ("es-419", "ciudad zapato", "sjuðˈad sapˈato"),
            ("it", "«Gli amici», ha detto.", "“ʎɪ amˈiʧɪ”, a dˈetːo."),
            ("pt-BR", "a cidade de São Paulo", "a sˌidˈaʤy ʤy sɐ̃ʊ̃ pˈWlʊ"),
            ("de", "„Wir gehen“, sagte er.", "“viːɾ ɡˈeːən”, zˈɑːɡtə ɛɾ."),
            ("de", "»Nein«, sagte sie.", "“nˈIn”, zˈɑːɡtə ziː."),
            ("de", "weniger Leute im Pfeiler", "vˈeːnɪɡəɾ lˈYtə ɪm pfˈIləɾ"),
        ],
    )
    def test_text_has_the_phonemes_of_its_language(self, language: str, text: str, sounds: str) -> None:
        assert EspeakReader(language).reading(text).phonemes == sounds

    @pytest.mark.parametrize("language", ["fr", "es", "it", "pt-BR", "de"])
    def test_english_names_have_english_phonemes(self, language: str) -> None:
        phonemes = EspeakReader(language).reading("Keir Starmer").phonemes
        assert phonemes == "kˈeə stˈɑːmə"
        assert EspeakReader(language).reading("starmer").phonemes != "stˈɑːmə"

    def test_names_that_languages_share_are_read_in_the_language(self) -> None:
        assert EspeakReader("fr").reading("Paul Martin").phonemes == "pˈɔl maʁtˈɛ̃"

    def test_word_marked_with_its_sound_has_that_sound(self) -> None:
        reading = EspeakReader("fr").reading("À [Bakhmut](/baxmut/), [Zoé](/zɔ̃.e/) attend.")
        assert reading.phonemes == "ˈa baxmut, zɔ̃e atˈɑ̃."

    @pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
    def test_every_phoneme_belongs_to_a_word_in_order(self, file: Path) -> None:
        text = " ".join(file.read_text("utf-8").rpartition("---")[2].split())
        reading = EspeakReader(file.parent.name).reading(text)
        assert set(reading.phonemes) <= set(TOKENS)
        assert list(reading.words) == sorted(reading.words)
        assert len(reading.words) == len(reading.phonemes)
        said = {text[start:end] for start, end in reading.words}
        assert {word for word in text.split() if word.isalpha()} <= said

    @pytest.mark.slow
    @given(st.text(alphabet="aAbrzZéñçüß’'“”«»„\"-–—/.,;!?¡¿ 0123%&ж中ع[](){}", max_size=60))
    @settings(max_examples=60, deadline=None)
    def test_phonemes_of_any_text_are_in_the_vocabulary(self, text: str) -> None:
        for language in ("fr", "es", "it", "pt-BR", "de"):
            reading = EspeakReader(language).reading(text)
            assert set(reading.phonemes) <= set(TOKENS)
            assert list(reading.words) == sorted(reading.words)
            assert all(0 <= start <= end <= len(text) for start, end in reading.words)

    def test_liaison_keeps_the_words_apart(self) -> None:
        text = "les grands enfants attendent"
        reading = EspeakReader("fr").reading(text)
        words: dict[str, str] = {}
        for phoneme, (start, end) in zip(reading.phonemes, reading.words, strict=True):
            words[text[start:end]] = words.get(text[start:end], "") + phoneme
        assert [*words] == text.split()
        assert words["grands"].strip() == "ɡʁˈɑ̃z"

    def test_language_that_espeak_lacks_is_an_error(self) -> None:
        with pytest.raises(EngineError, match="cannot read 'xx': eSpeak NG does not know this language"):
            EspeakReader("xx")

    def test_english_words_keep_their_sound_for_other_voices(self) -> None:
        assert foreign_ipa("Wall Street", "en-us", "fr") == "wˈɔːl stɹˈiːt"
        assert foreign_ipa("bonjour", "fr", "en-US") == "bɔnʒˈuɹ"

    def test_phonemes_need_no_english_dictionaries(self, monkeypatch: pytest.MonkeyPatch) -> None:
        engine = KokoroEngine()
        monkeypatch.setattr(engine, "_load_reader", lambda: pytest.fail("loaded English"))
        monkeypatch.setattr(kokoro, "missing_packages", tuple)
        assert engine.read("Bonjour.", voice("fr-FR", style="ff_siwis"))["phonemes"] == "bɔ̃ʒˈuʁ."

    def test_change_of_phonemes_is_part_of_the_fingerprint(self) -> None:
        prints = {KokoroEngine().fingerprint(voice(tag, style="ff_siwis")) for tag in ("en-US", "fr-FR")}
        assert len(prints) == 2


class TestRobot:
    @pytest.mark.parametrize(
        ("language", "name", "word", "ipa"),
        [
            ("fr-FR", "fr", "musée", "myzˈe"), ("fr-FR", "fr", "pain", "pˈɛ̃"), ("de-DE", "de", "schön", "ʃˈøːn"),
            ("it-IT", "it", "città", "tʃitːˈa"), ("es-ES", "es", "ciudad", "θjuðˈad"),
            ("pt-BR", "pt-br", "coração", "kˌoɾasˈɐ̃ʊ̃"),
        ],
    )  # fmt: skip
    def test_sound_in_ipa_is_spoken_in_each_language(self, language: str, name: str, word: str, ipa: str) -> None:
        one = voice(language, "pyttsx3", voice=name)
        worker = Worker("pyttsx3", time_limit_s=60)
        try:
            plain, marked, other = (worker.speak(text, one) for text in (word, f"[{word}](/{ipa}/)", f"[{word}](/a/)"))
        finally:
            worker.close()
        assert marked.samples.tobytes() == plain.samples.tobytes()
        assert other.samples.tobytes() != plain.samples.tobytes()


class TestModels:
    """A model that brings a language: weights, voices and style tables, in a folder as on Hugging Face."""

    VOICES = """
[[voice]]
id = "anna"
name = "Anna"
language = "de-DE"
gender = "female"
licence = "Apache-2.0"
narrator = true
settings = { style = "df_anna", speed = 0.9 }

[[voice]]
id = "bert"
name = "Bert"
language = "de-DE"
gender = "male"
licence = "Apache-2.0"
settings = { style = "df_anna*0.5+dm_bert*0.5" }
"""

    @pytest.fixture(autouse=True)
    def neural(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kokoro, "missing_packages", tuple)

    @pytest.fixture
    def model(self, tmp_path: Path) -> Path:
        (tmp_path / "onnx").mkdir()
        (tmp_path / "onnx" / "model.onnx").touch()
        (tmp_path / "voices.toml").write_text(self.VOICES, encoding="utf-8")
        (tmp_path / "voices").mkdir()
        for number, name in enumerate(("df_anna", "dm_bert")):
            table = np.full(styles.SHAPE, number, "<f4")
            (tmp_path / "voices" / f"{name}.bin").write_bytes(table.tobytes())
        return tmp_path

    def test_model_brings_a_language_and_its_voices(self, model: Path) -> None:
        config = Config(synthesis=SynthesisConfig(engine="kokoro", model=str(model)))
        assert [one.id for one in roster(config, language="de")] == ["anna", "bert"]
        assert choose_engine(None, None, "de", str(model)).name == "kokoro"
        assert {one.language for one in roster(config, language="fr")} == {"fr-FR"}

    def test_voices_of_a_model_speak_with_its_tables(self, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fed: list[tuple[str, float, float]] = []

        class Toy:
            def __init__(self, *_: object, **_settings: object) -> None: ...

            def speak(self, phonemes: str, style: np.ndarray, speed: float) -> tuple[np.ndarray, np.ndarray]:
                fed.append((phonemes, float(style.mean()), speed))
                return np.full(2400, 0.1, np.float32), np.zeros(0, np.float32)

        monkeypatch.setattr("narrate.engines.kokoro.model.Model", Toy)
        engine = get_engine("kokoro", str(model))
        for one in engine.model_voices():
            assert engine.synthesize("Züge", one).duration_s == 0.1
        assert fed == [("ʦˈyːɡə", 0.0, 0.9), ("ʦˈyːɡə", 0.5, 1.0)]
        assert len({engine.fingerprint(one) for one in engine.model_voices()}) == 2

    @pytest.mark.parametrize(
        ("voices", "message"),
        [
            ("[[voice]]\nid = 'anna'\n", "voice 1: .*name"),
            ("title = 'x'\n", "must hold one or more"),
            (VOICES.replace("female", "woman"), "voice 1: .*gender"),
            (VOICES.replace('name = "Anna"', 'name = "Anna"\nvolume = 3'), "voice 1: .*volume"),
        ],
    )
    def test_wrong_list_of_voices_is_refused(self, model: Path, voices: str, message: str) -> None:
        (model / "voices.toml").write_text(voices, encoding="utf-8")
        with pytest.raises(EngineError, match=message):
            get_engine("kokoro", str(model))

    def test_missing_style_table_of_a_model_is_named(self, model: Path) -> None:
        (model / "voices" / "dm_bert.bin").unlink()
        engine = get_engine("kokoro", str(model))
        with pytest.raises(EngineError, match=r"Unknown style 'dm_bert'\. Known: df_anna\."):
            engine.fingerprint(engine.model_voices()[1])


def test_speakers_who_share_a_voice_are_far_apart_in_the_text() -> None:
    women = [speaker(f"Woman {number}", "female") for number in range(5)]
    voices = [
        casting_voice("reader", "male", narrator=True),
        *(casting_voice(f"w{number}", "female") for number in range(4)),
    ]
    cast = cast_voices(script(women), voices, pins={}, narrator=None)
    shared = cast.voices["woman-0"]
    assert cast.voices["woman-4"] == shared
    assert cast.warnings == (f"There are too few voices: Woman 4 shares the voice '{shared.id}' with Woman 0.",)


class TestExamples:
    """The example articles, one in each language."""

    @pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
    def test_people_say_their_own_words(self, file: Path) -> None:
        script = prepare(file, config=SILENT).script
        said = Counter(script.names[one.speaker] for one in script.segments if one.kind == "quotation")
        wanted = QUOTATIONS[file.parent.name]
        assert {name: said[name] for name in wanted} == wanted

    @pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
    def test_cast_has_a_voice_of_its_language_for_everyone(self, file: Path) -> None:
        for engine in ("kokoro", "pyttsx3"):
            plan = prepare(file, config=Config(synthesis=SynthesisConfig(engine=engine)))
            voices = [*plan.cast.voices.values()]
            assert len({one.id for one in voices}) == len(voices) >= 5
            assert {one.language[:2] for one in voices} == {file.parent.name}
            assert not [warning for warning in plan.warnings if "voice" in warning]

    @pytest.mark.slow
    @pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
    def test_edition_passes_all_checks(self, file: Path, tmp_path: Path) -> None:
        edition = produce(file, output=tmp_path, config=SILENT)
        findings = verify_edition(edition.mp3, transcribe=lambda _: edition.disclaimer)
        assert [finding for finding in findings if finding.verdict == "fail"] == []
