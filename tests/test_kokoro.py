"""Kokoro: the real model on a few words; its phonemes, styles, seams and weights without it."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_voices import read_aloud
from onnx import TensorProto, helper, numpy_helper

from narrate.casting import load_roster, voices_folder
from narrate.engines import kokoro
from narrate.engines.kokoro import KokoroEngine, dictionaries, graph, seams, sources, styles, weights
from narrate.engines.kokoro.fallback import Espeak, convert_ipa, respell
from narrate.engines.kokoro.generator import rewrite_generator
from narrate.engines.kokoro.model import Model
from narrate.engines.kokoro.nodes import Graph
from narrate.engines.kokoro.phonemes import Reader
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.engines.kokoro.words import OWN, Pronouncer
from narrate.errors import EngineError
from narrate.script.lines import MAX_CHARACTERS
from narrate.speakable import speakable
from narrate.types import NARRATOR, Line, Voice

ROSTER = [voice for voice in load_roster(voices_folder() / "roster.toml") if voice.engine == "kokoro"]


def voice(**settings: str | float) -> Voice:
    return Voice("kokoro", "someone", "Someone", "en-GB", "female", "British", "adult", "none", settings)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def engine(reader: Reader) -> KokoroEngine:
    engine = KokoroEngine()
    engine._reader = reader
    return engine


class TestPhonemes:
    @pytest.mark.parametrize(
        ("name", "sounds"),
        [
            ("Bakhmut", "bˈɑkmut"),
            ("Syrskyi", "sˈɪɹski"),
            ("Prigozhin", "pɹɪɡˈOʒɪn"),
            ("van Brugen", "vˈæn bɹˈuɡən"),
            ("Peskov", "pɛskˈɑv"),
            ("Zelenskyy", "zɛlˈɛnski"),
            ("Lindqvist", "lˈɪndkvɪst"),
            ("Yevgeny", "jɛvɡˈAni"),
            ("Jürgen", "jˈɜɹɡən"),
        ],
    )
    def test_names_are_pronounced_as_in_the_news(self, reader: Reader, name: str, sounds: str) -> None:
        assert reader.reading(name, british=False).phonemes == sounds

    def test_british_voices_have_british_pronunciation(self, reader: Reader) -> None:
        text = "The water in the harbour is not for bathing, Zelenskyy's doctor said."
        british, american = reader.reading(text, british=True).phonemes, reader.reading(text, british=False).phonemes
        assert "wˈɔːtə" in british
        assert "wˈɔTəɹ" in american
        assert "ɒ" in british
        assert "ɒ" not in american
        assert "ː" not in american

    def test_question_and_exclamation_marks_are_kept(self, reader: Reader) -> None:
        read = reader.reading("Is it safe? “No!” she said; never… (or — perhaps?!).", british=True).phonemes
        assert re.sub(r"[^?!;…—.()“”]", "", read) == "?“!”;…(—?!)."

    @pytest.mark.parametrize(
        "text",
        [
            "$4.2m of £5bn, 19-year-olds in 1990s' 3.14159 ½ x²",
            "9" * 400,
            "日本語",
            "Nguyễn Przemysław",
            "3 × 4…",
            "١٢٣ km²",
        ],
    )
    def test_phonemes_of_any_text_are_in_the_vocabulary(self, reader: Reader, text: str) -> None:
        for british in (True, False):
            read = reader.reading(text, british=british).phonemes
            assert any(map(str.isalpha, read))
            assert set(read) <= set(TOKENS)

    def test_every_word_has_phonemes(self, reader: Reader) -> None:
        words = "Oleksandr Syrskyi Ökonomenkreis queue-jumping rock'n'roll Łódź NATO's qwrtpsdf café O’Brien’s".split()
        assert len(reader.reading(" ".join(words), british=True).phonemes.split()) == len(words)

    @given(st.text(alphabet="aAbrzZéñ’'“”\"-–—/.,;!? 0123%&ßж中", max_size=60))
    @settings(max_examples=60, deadline=None)
    @pytest.mark.slow
    def test_phonemes_belong_to_words_of_the_text_in_order(self, reader: Reader, text: str) -> None:
        for british in (True, False):
            read = reader.reading(text, british=british)
            assert set(read.phonemes) <= set(TOKENS)
            assert len(read.words) == len(read.phonemes)
            assert all(0 <= start <= end <= len(text) for start, end in read.words)
            assert list(read.words) == sorted(read.words)

    def test_cost_of_hyphens_is_linear(self, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = []
        pronounce = Pronouncer.pronounce
        monkeypatch.setattr(
            Pronouncer,
            "pronounce",
            lambda self, *word: calls.append(word) or pronounce(self, *word),  # type: ignore[func-returns-value]
        )
        counts = []
        for length in (50, 200):
            calls.clear()
            reader.reading("-".join(["end"] * length), british=True)
            counts.append(len(calls))
        assert counts[1] < 4.6 * counts[0]

    @pytest.mark.parametrize(
        ("text", "sounds"),
        [
            ("A U.S. official", "ɐ "),
            ("A BBC reporter", "ɐ "),
            ("“A U.K. minister,” she said", "“ɐ "),
            ("ACLU lawyers", "ˈA "),
            ("ABC News", "ˈA "),
            ("AFP said so", "ˈA "),
            ("A-level results", "ˈA"),
            ("A new bridge", "ɐ "),
            ("AI-generated", "ˈA "),
        ],
    )
    def test_capital_a_is_a_letter_among_spelled_letters(self, reader: Reader, text: str, sounds: str) -> None:
        assert reader.reading(speakable(text).text, british=False).phonemes.startswith(sounds)

    def test_own_pronunciations_are_in_the_vocabulary(self) -> None:
        own = [*OWN["words"].values(), *OWN["american"].values(), *OWN["british"].values()]
        listed = [one for entry in own for one in (entry.values() if isinstance(entry, dict) else [entry])]
        listed += [rule[key] for rule in OWN["homographs"] for key in ("american", "british", "both") if key in rule]
        assert [one for one in listed if not set(one) <= set(TOKENS) | {"ɾ"}] == []

    @pytest.mark.parametrize("name", dictionaries.SHA256)
    def test_words_are_found_in_the_dictionaries_as_in_their_files(self, name: str) -> None:
        (folder,) = find_spec(dictionaries.PACKAGE).submodule_search_locations
        listed = json.loads((Path(folder) / "en" / "data" / f"{name}.json").read_bytes())
        entries, words = dictionaries._load(name), list(listed)
        chosen = {*words[:50], *words[::97], *words[-50:], *(word for word, one in listed.items() if type(one) is dict)}
        assert {word: entries.get(word) for word in chosen} == {word: listed[word] for word in chosen}
        absent = (
            "",
            "!",
            "a-b-c",
            "aaaa",
            "qqq",
            "zzzzz",
            "ÿ",
            "\ud800",
            "\n",
            '"',
            '": ',
            "zyrian ",
            'abaca": "',
            "a" * 999,
        )
        assert [entries.get(word) for word in absent] == [None] * len(absent)

    def test_dictionary_without_entries_has_no_words(self) -> None:
        assert dictionaries.Entries(b"{\n}\n").get("word") is None

    def test_damaged_dictionary_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(dictionaries.SHA256, "gb_gold", "0" * 64)
        with pytest.raises(EngineError, match=r"gb_gold\.json is not as published: its SHA-256 differs\. Run: pip"):
            dictionaries.load_dictionary.__wrapped__(british=True)

    def test_missing_dictionary_is_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(dictionaries, "find_spec", lambda _: None)
        with pytest.raises(EngineError, match="lacks kokorog2p, which holds its dictionaries"):
            dictionaries.load_dictionary.__wrapped__(british=True)
        package = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
        monkeypatch.setattr(dictionaries, "find_spec", lambda _: package)
        with pytest.raises(EngineError, match=r"Cannot read the dictionary .*us_gold\.json: No such file"):
            dictionaries.load_dictionary.__wrapped__(british=False)

    def test_espeak_ipa_is_converted(self) -> None:
        assert convert_ipa("ˈaɪɚ_n (de)tʃ_ˈɜː_tʃ(en)", british=False) == "ˈIəɹn ʧˈɜɹʧ"
        assert convert_ipa("k_ˈəʊ_t_s", british=True) == "kˈQts"
        assert respell("Blackhurst Mikhail") == "Blackhurst Mikail"
        assert respell("Oleksandr Syrskyi’s Nguyễn") == "Oleksandr Sirsky’s Nguyen"
        assert Espeak().phonemes("—", british=True) == ""


class TestStyles:
    def test_every_roster_voice_has_a_style(self) -> None:
        for one in ROSTER:
            assert styles.load(str(one.settings["style"])).shape == styles.SHAPE
            assert one.license == "Apache-2.0"

    def test_blend_is_the_weighted_mean_of_its_styles(self) -> None:
        one, other = styles.load("af_heart"), styles.load("bf_emma")
        np.testing.assert_allclose(styles.load("af_heart*0.25+bf_emma*0.75"), one / 4 + other * 3 / 4, atol=1e-6)

    @pytest.mark.parametrize(
        ("formula", "message"),
        [
            ("af_ghost", "Unknown style 'af_ghost'. Known: af_"),
            ("af_heart*0.5+bf_emma*0.6", "weights that add up to 1"),
            ("af_heart*half+bf_emma", "must be a name"),
            ("../heart", "must be a name"),
        ],
    )
    def test_unknown_style_is_refused(self, formula: str, message: str) -> None:
        with pytest.raises(EngineError, match=message):
            styles.load(formula)

    @pytest.mark.parametrize(
        ("table", "message"),
        [
            (np.zeros((511, 1, 256), np.float16), "must hold"),
            (np.zeros((510, 1, 256), np.int16), "must hold"),
            (np.full((510, 1, 256), np.nan, np.float16), "infinite values or NaN"),
            (None, "cannot be read"),
        ],
    )
    def test_style_table_of_wrong_shape_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: npt.NDArray[np.float16] | None, message: str
    ) -> None:
        file = tmp_path / "af_odd.npy"
        if table is None:
            file.write_bytes(b"\x93NUMPY and nothing more")
        else:
            np.save(file, table)
        monkeypatch.setattr(styles, "folder", lambda: tmp_path)
        with pytest.raises(EngineError, match=message):
            styles.load(f"af_odd*{1.0}")


class TestSeams:
    def test_long_lines_are_split_without_losing_a_word(self, reader: Reader) -> None:
        clause = "which the council’s engineers, who opened the cables in January, had not expected; "
        text = "The bridge, " + clause * 7 + "will close."
        assert len(text) >= MAX_CHARACTERS
        read = reader.reading(text, british=True).phonemes
        pieces = seams.split(read)
        assert len(pieces) == 2
        assert max(map(len, pieces)) <= seams.MAX_TOKENS
        assert " ".join(pieces) == read
        assert pieces[0].endswith(";")

    @pytest.mark.parametrize("phonemes", ["a" * 2000, "a " * 900, "a, " + "b" * 600, "a" * 600 + ". b"])
    def test_pieces_of_any_line_are_short_enough(self, phonemes: str) -> None:
        pieces = seams.split(phonemes)
        assert max(map(len, pieces)) <= seams.MAX_TOKENS
        assert "".join(pieces).replace(" ", "") == phonemes.replace(" ", "")

    def test_seam_is_a_pause_without_a_click(self) -> None:
        tone = np.concatenate([np.zeros(9000), np.full(6000, 0.5), np.zeros(9000)]).astype(np.float32)
        joined, starts = seams.join([tone, tone, tone], ["a,", "b", "c."], 24_000)
        margin, comma = 480, round(0.15 * 24_000)
        assert abs(len(joined) - (3 * (6000 + 2 * margin) + comma)) <= 3
        quiet = np.flatnonzero(np.abs(joined) < 0.001)
        assert len(quiet) > comma
        assert np.abs(np.diff(joined)).max() <= 0.51  # the tone's own edges, no more
        assert joined[0] == joined[-1] == 0
        assert [joined[start + 9000] for start in starts] == [0.5] * 3
        assert [joined[start + 8999] for start in starts] == [0] * 3

    @pytest.mark.slow
    def test_line_in_pieces_is_spoken_completely(self, engine: KokoroEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        text = "Nothing is lost, nobody hears it."
        whole = engine.synthesize(text, voice(style="bf_emma"))
        monkeypatch.setattr(seams, "MAX_TOKENS", 25)
        halves = engine.synthesize(text, voice(style="bf_emma"))
        assert len(halves.samples) != len(whole.samples)
        assert abs(halves.duration_s - whole.duration_s) < 0.9
        for audio in (whole, halves):
            assert [text[timing.start : timing.end] for timing in audio.timings] == re.findall(r"\w+", text)
            times = [time for timing in audio.timings for time in (timing.start_s, timing.end_s)]
            assert times == sorted(times)
            assert times[-1] <= audio.duration_s


class TestSpeaking:
    @pytest.mark.slow
    def test_speed_changes_the_duration(self, engine: KokoroEngine) -> None:
        slow, fast = (engine.synthesize("It opens in May.", voice(style="bf_emma", speed=s)) for s in (0.8, 1.3))
        assert slow.duration_s > 1.2 * fast.duration_s

    @pytest.mark.slow
    def test_samples_do_not_depend_on_threads(self, engine: KokoroEngine) -> None:
        texts = [
            "It opens in May.",
            "Shopkeepers on the quay, she said, have been counting the weeks since spring.",
        ]
        alone = [engine.synthesize(text, voice(style="bf_emma")) for text in texts]
        for threads in (2, 3, 64):
            several = KokoroEngine()
            several.share(threads)
            several._reader = engine._reader
            for text, audio in zip(texts, alone, strict=True):
                assert several.synthesize(text, voice(style="bf_emma")).samples.tobytes() == audio.samples.tobytes()

    @pytest.mark.slow
    def test_all_voices_speak_at_the_pace_of_a_newsreader(self) -> None:
        """On a few words, so the band is loose; tools/measure_voices.py measures on a page."""
        text = "Shopkeepers on the quay have been counting the weeks."
        line = Line(0, (0,), text, NARRATOR, "sentence")
        paces = {page.voice.id: page.words_per_minute for page in read_aloud(ROSTER, [line], workers=2)}
        assert {name: round(pace) for name, pace in paces.items() if not 120 < pace < 205} == {}
        assert 155 < sum(paces.values()) / len(paces) < 185

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"style": "af_ghost"}, "Unknown style 'af_ghost'"),
            ({"style": 1}, "'style' must be str"),
            ({"pitch": 50}, "no setting 'pitch'. It has: style, speed, model"),
            ({"style": "bf_emma", "speed": 3.0}, "'speed' must be from 0.5 to 2"),
            ({"style": "bf_emma", "speed": float("nan")}, "'speed' must be from"),
            ({"style": "bf_emma", "model": "nowhere.onnx"}, "Cannot find the voice model nowhere.onnx"),
        ],
    )
    def test_wrong_voice_settings_are_refused(
        self, engine: KokoroEngine, settings: dict[str, str | float], message: str
    ) -> None:
        with pytest.raises(EngineError, match=message):
            engine.synthesize("Hello.", voice(**settings))

    def test_missing_extra_error_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kokoro, "find_spec", lambda name: None if name == "kokorog2p" else object())
        with pytest.raises(EngineError, match=r"lacks kokorog2p. Run: pip install 'narrate-edition\[neural\]'"):
            KokoroEngine().load()

    def test_file_that_is_not_a_model_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "odd.onnx").write_bytes(b"not a model")
        with pytest.raises(EngineError, match="cannot be loaded"):
            Model(tmp_path / "odd.onnx")


@pytest.mark.parametrize(
    ("tokens", "speed", "wanted"), [("tokens", "float", np.float32), ("input_ids", "int32", np.int32)]
)
def test_model_inputs_are_read_from_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tokens: str, speed: str, wanted: type
) -> None:
    fed: dict[str, npt.NDArray[np.float32]] = {}
    session = fake_session({tokens: "tensor(int64)", "style": "tensor(float)", "speed": f"tensor({speed})"}, fed)
    monkeypatch.setattr("onnxruntime.InferenceSession", session)
    (tmp_path / "model.onnx").touch()
    model = Model(tmp_path / "model.onnx")
    style = np.ones((1, 256), np.float32)
    assert model.speak("hˈI", style, 1.0)[0].tolist() == [1.0, 0.5]
    assert fed[tokens].tolist() == [[0, 50, 156, 25, 0]]
    assert fed["speed"].dtype == wanted
    if wanted is np.int32:
        with pytest.raises(EngineError, match=r"supports whole numbers as speed, not 1.1"):
            model.speak("hˈI", style, 1.1)


def test_model_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    inputs = {"x": "tensor(float)", "speed": "tensor(float)"}
    monkeypatch.setattr("onnxruntime.InferenceSession", fake_session(inputs, {}))
    (tmp_path / "model.onnx").touch()
    with pytest.raises(EngineError, match="is not a Kokoro model: its inputs are x, speed"):
        Model(tmp_path / "model.onnx")


def test_packaged_weights_run_on_the_cpu_and_others_with_cuda_where_it_is_available(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    used: list[list[str]] = []

    class Session(fake_session({"tokens": "tensor(int64)", "style": "tensor(float)", "speed": "tensor(float)"}, {})):
        def __init__(self, _: Path, __: object, *, providers: list[str]) -> None:
            used.append(providers)

    monkeypatch.setattr("onnxruntime.InferenceSession", Session)
    cuda = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: cuda)
    other = tmp_path / "other.onnx"
    other.touch()
    engine = KokoroEngine()
    monkeypatch.setattr(weights, "rewritten", lambda _: other)
    engine.load()
    engine.synthesize("Hello.", voice(style="bf_emma", model=str(other)))
    assert used == [["CPUExecutionProvider"], ["CUDAExecutionProvider", "CPUExecutionProvider"]]


def fake_session(inputs: dict[str, str], fed: dict[str, npt.NDArray[np.float32]]) -> type:
    """A session with ``inputs``, names and types, that notes what it is fed; its takes are too loud."""

    class Input:
        def __init__(self, name: str) -> None:
            self.name, self.type = name, inputs[name]

    class Session:
        def __init__(self, *_: object, **__: object) -> None: ...

        def get_inputs(self) -> list[Input]:
            return [Input(name) for name in inputs]

        def get_outputs(self) -> list[SimpleNamespace]:
            return [SimpleNamespace(name="audio")]

        def run(self, _: list[str], feed: dict[str, npt.NDArray[np.float32]]) -> list[npt.NDArray[np.float32]]:
            fed.update(feed)
            return [np.array([[1.5, 0.5]], np.float32)]

    return Session


@pytest.mark.slow
def test_model_that_cannot_be_optimized_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError("No space left on device")

    monkeypatch.setattr("onnxruntime.InferenceSession", full)
    with pytest.raises(EngineError, match=r"optimized in the temporary folder: No space left on device\. .* TMPDIR"):
        graph.rewrite(sources.find())


@pytest.mark.slow
def test_rewritten_graph_gives_the_same_durations_and_the_same_sound(tmp_path: Path) -> None:
    (tmp_path / "published.onnx").write_bytes(sources.find())
    style, phonemes = styles.load("af_heart")[10], "ðə bɹˈɪʤ?"
    spoken = [Model(path).speak(phonemes, style, 1.1) for path in (tmp_path / "published.onnx", weights.rewritten())]
    (samples, nothing), (similar, lengths) = spoken
    assert len(samples) == len(similar) > 10_000
    assert noise(samples, similar) < 0.06  # 12 dB; the weights' own quantization to 8 bits is of that order
    assert len(nothing) == 0
    assert len(lengths) == len(phonemes) + 2
    assert lengths.sum() == pytest.approx(len(samples))


@pytest.mark.slow
def test_generator_of_the_published_model_is_rewritten_completely() -> None:
    kinds = Counter(node.op_type for node in onnx.load(weights.rewritten()).graph.node)
    assert kinds["Scan"] == 2 * 48
    assert kinds["Pow"] == 2  # outside the generator's blocks
    assert kinds["ConvInteger"] == 3  # with steps greater than 1


@pytest.mark.parametrize("length", [1, 511, 512, 513, 1500])
def test_convolution_in_tiles_is_that_of_the_whole_sound(length: int) -> None:
    published, rewritten = (toy_session(length, rewrite=rewrite) for rewrite in (False, True))
    assert noise(published, rewritten) < 1e-4


def test_phase_of_snake_may_be_of_any_size() -> None:
    published, rewritten = (toy_session(700, rewrite=rewrite, scale=40.0) for rewrite in (False, True))
    assert noise(published, rewritten) < 1e-4


def noise(wanted: npt.NDArray[np.float32], found: npt.NDArray[np.float32]) -> float:
    """Return the energy of the difference, as a share of the whole."""
    assert wanted.shape == found.shape
    return float(np.square(wanted - found).sum() / np.square(wanted).sum())


def toy_session(length: int, *, rewrite: bool, scale: float = 1.0) -> npt.NDArray[np.float32]:
    """Return the output of an activation and a convolution like the generator's, rewritten or not."""
    random, channels, taps = np.random.default_rng(3), 32, 3
    constants = {
        "axes": np.array([2]),
        "epsilon": np.float32(1e-5),
        "two": np.float32(2),
        "alpha": random.uniform(0.2, 2, (1, channels, 1)).astype(np.float32),
        "scale": np.full((1, channels, 1), scale, np.float32),
        "shift": random.normal(size=(1, channels, 1)).astype(np.float32),
        "weights": random.integers(0, 128, (channels, channels, taps)).astype(np.uint8),
        "zero": np.uint8(60),
        "step": np.float32(0.01),
        "bias": random.normal(size=channels).astype(np.float32),
        "column": np.array([1, -1, 1]),
    }
    constants["inverse"] = 1 / constants["alpha"]
    steps = """mean=ReduceMean sound axes; centered=Sub sound mean; square=Mul centered centered
        spread=ReduceMean square axes; variance=Add spread epsilon; deviation=Sqrt variance
        normal=Div centered deviation; scaled=Mul scale normal; shifted=Add scaled shift; phase=Mul alpha shifted
        sine=Sin phase; sine2=Pow sine two; part=Mul inverse sine2; active=Add shifted part
        bytes,unit,middle=DynamicQuantizeLinear active; product=ConvInteger bytes weights middle zero
        scales=Mul unit step; raw=Div bias scales; floor=Floor raw; whole=Cast floor; biases=Reshape whole column
        biased=Add product biases; number=Cast biased; result=Mul number scales"""
    nodes = []
    for step in re.split(r"[;\n]\s*", steps):
        outputs, _, rest = step.partition("=")
        kind, *inputs = rest.split()
        settings = {"ConvInteger": {"dilations": [2], "pads": [2, 2], "strides": [1], "group": 1}}.get(kind, {})
        if kind == "Cast":
            settings = {"to": TensorProto.INT32 if inputs == ["floor"] else TensorProto.FLOAT}
        nodes.append(helper.make_node(kind, inputs, outputs.split(","), name=outputs, **settings))
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, None]) for name in ("sound", "result")
    ]
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    proto = helper.make_graph(nodes, "toy", values[:1], values[1:], tensors)
    if rewrite:
        toy = Graph(proto)
        rewrite_generator(toy, graph.MIDDLE)
        toy.finish([])
        assert [node.op_type for node in proto.node].count("Scan") == 2
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(proto, opset_imports=opsets, ir_version=9)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    sound = random.normal(size=(1, channels, length)).astype(np.float32)
    return session.run(None, {"sound": sound})[0]


def test_word_marked_with_its_sound_has_that_sound(reader: Reader) -> None:
    assert reader.reading("[Kyiv](/kˈiv/), he said.", british=False).phonemes == "kˈiv, hi sˈɛd."
    assert "ˈA ˈɛm" in reader.reading("At seven A M today.", british=False).phonemes


def test_every_phoneme_has_the_offsets_of_its_word(reader: Reader) -> None:
    reading = reader.reading("At [Kyiv](/kˈiv/), in A M: 3.14 “rock'n'roll” [ok].", british=False)
    plain = "At Kyiv, in A M: 3.14 “rock'n'roll” [ok]."
    words: dict[str, str] = {}
    for phoneme, (start, end) in zip(reading.phonemes, reading.words, strict=True):
        words[plain[start:end]] = words.get(plain[start:end], "") + phoneme
    assert words["Kyiv"].strip() == "kˈiv"
    assert words["A"].strip() == "ˈA"
    assert words["rock'n'roll"].strip() == "ɹˈɑknɹOl"
    assert next(iter(words)) == "At"
    assert "ok" in words
