"""Students of Kokoro as an engine: on a toy model with the interface of Paradee-8M."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.requirements import need

try:
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    from narrate.engines.paradee.model import Student
    from narrate.engines.paradee.noise import fix_noise
except ImportError:
    need(False, "the extra neural")

from narrate import EngineError, UsageError, prepare, produce
from narrate.config import CastingConfig, Config, EnginesConfig, SynthesisConfig, load_config
from narrate.edition.plan import roster
from narrate.engines import choose_engine, get_engine
from narrate.engines.paradee import ParadeeEngine
from narrate.types import Voice

SAMPLES_PER_TOKEN = 1200
OPSET = [helper.make_opsetid("", 17)]
STORY = """# Ferry

The ferry sails again.

"We sail on Monday, whatever the weather," said Ada Byron, the captain.
"""


def toy(path: Path, *, noise: float = 0.02, inputs: Sequence[str] = ("input_ids", "speed")) -> Path:
    """Write a model with the interface of a student: a tone for each token, all equally long, and noise."""
    tones = np.sin(np.arange(SAMPLES_PER_TOKEN) * np.arange(1, 301)[:, None] / 50).astype(np.float32) * np.float32(0.2)
    constants = {
        "tones": tones,
        "flat": np.array([1, -1], np.int64),
        "strength": np.array(noise, np.float32),
        "half": np.array(0.5, np.float32),
    }
    nodes = [
        helper.make_node("Gather", ["tones", inputs[0]], ["spoken"]),
        helper.make_node("Div", ["spoken", inputs[1]], ["paced"]),
        helper.make_node("Reshape", ["paced", "flat"], ["sound"]),
        helper.make_node("RandomNormalLike", ["sound"], ["normal"]),
        helper.make_node("RandomUniformLike", ["sound"], ["uniform"]),
        helper.make_node("Sub", ["uniform", "half"], ["centered"]),
        helper.make_node("Add", ["normal", "centered"], ["both"]),
        helper.make_node("Mul", ["both", "strength"], ["quiet"]),
        helper.make_node("Add", ["sound", "quiet"], ["waveform"]),
    ]
    given = [
        helper.make_tensor_value_info(inputs[0], TensorProto.INT64, [1, None]),
        helper.make_tensor_value_info(inputs[1], TensorProto.FLOAT, [1]),
    ]
    returned = [helper.make_tensor_value_info("waveform", TensorProto.FLOAT, [1, None])]
    initializers = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "toy", given, returned, initializers)
    onnx.save(helper.make_model(graph, opset_imports=OPSET, ir_version=9), path)
    return path


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return toy(tmp_path / "toy.onnx")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, encoding="utf-8")
    return path


def voice(model: str | Path, **settings: float) -> Voice:
    return replace(roster(Config(), "paradee")[0], settings={"model": str(model), **settings})


def narrated_by(weights: Path, *, engine: str) -> Config:
    return Config(
        synthesis=SynthesisConfig(engine=engine),
        casting=CastingConfig(narrator="paradee:heart"),
        engines=EnginesConfig({"heart": str(weights)}),
    )


class TestModel:
    def test_line_has_the_same_samples_whatever_was_spoken_before(self, weights: Path) -> None:
        alone = Student(weights).speak("hɛlO", 1.0)
        later = Student(weights)
        for phonemes in ("bˈɑxmʊt", "ɐ"):
            later.speak(phonemes, 1.0)
        assert np.array_equal(later.speak("hɛlO", 1.0), alone)
        assert len(alone) == (4 + 2) * SAMPLES_PER_TOKEN

    def test_noise_keeps_its_strength_and_stays_noise(self, tmp_path: Path) -> None:
        loud, silent = (Student(toy(tmp_path / f"{noise}.onnx", noise=noise)) for noise in (0.05, 0.0))
        noise = loud.speak("ɐ" * 100, 1.0) - silent.speak("ɐ" * 100, 1.0)
        assert np.std(noise) == pytest.approx(0.05 * np.sqrt(1 + 1 / 12), rel=0.02)
        assert abs(np.mean(noise)) < 0.001
        assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 0.02

    def test_model_without_noise_is_left_as_it_is(self) -> None:
        model = helper.make_model(helper.make_graph([helper.make_node("Identity", ["a"], ["b"])], "plain", [], []))
        before = model.SerializeToString()
        fix_noise(model)
        assert model.SerializeToString() == before

    def test_operators_with_a_shape_and_a_range_keep_both(self) -> None:
        nodes = [
            helper.make_node("RandomUniform", [], ["even"], shape=[3, 5000], low=2.0, high=6.0),
            helper.make_node("RandomNormal", [], ["bell"], shape=[15000], mean=7.0, scale=3.0),
        ]
        outputs = [
            helper.make_tensor_value_info("even", TensorProto.FLOAT, [3, 5000]),
            helper.make_tensor_value_info("bell", TensorProto.FLOAT, [15000]),
        ]
        model = helper.make_model(helper.make_graph(nodes, "drawn", [], outputs), opset_imports=OPSET, ir_version=9)
        fix_noise(model)
        even, bell = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {})
        assert even.shape == (3, 5000)
        assert (even.min(), even.max(), even.mean()) == pytest.approx((2, 6, 4), abs=0.05)
        assert (bell.mean(), bell.std()) == pytest.approx((7, 3), abs=0.08)

    def test_chance_of_another_kind_is_refused(self, tmp_path: Path) -> None:
        given, returned = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "ab")
        graph = helper.make_graph([helper.make_node("Bernoulli", ["a"], ["b"])], "chance", [given], [returned])
        onnx.save(helper.make_model(graph, opset_imports=OPSET, ir_version=9), tmp_path / "chance.onnx")
        with pytest.raises(EngineError, match=r"depends on chance in a way that Narrate does not know \(Bernoulli\)"):
            Student(tmp_path / "chance.onnx")

    def test_other_model_is_refused_by_its_inputs(self, tmp_path: Path) -> None:
        other = toy(tmp_path / "other.onnx", inputs=("tokens", "speed"))
        with pytest.raises(EngineError, match=r"is not a student of Kokoro with one voice: its inputs are tokens "):
            Student(other)

    def test_file_that_is_no_model_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "text.onnx").write_text("no model")
        with pytest.raises(EngineError, match=r"text\.onnx cannot be loaded"):
            Student(tmp_path / "text.onnx")


class TestEngine:
    def test_engine_speaks_the_phonemes_of_kokoro_with_the_weights_of_the_voice(self, weights: Path) -> None:
        engine, kokoro = ParadeeEngine(), get_engine("kokoro")
        reading = engine.read("The ferry sails again.", voice(weights))
        assert reading["phonemes"] == kokoro.read("The ferry sails again.", kokoro.voices()[0])["phonemes"]
        audio = engine.speak(json.loads(json.dumps(reading)), voice(weights))
        assert len(audio.samples) == (len(reading["phonemes"]) + 2) * SAMPLES_PER_TOKEN
        assert (audio.sample_rate_hz, audio.timings) == (24_000, ())

    def test_long_line_is_spoken_in_pieces(self, weights: Path) -> None:
        engine, text = ParadeeEngine(), "The ferry sails again, " * 60
        assert len(engine.synthesize(text, voice(weights)).samples) > len(text) / 2 * SAMPLES_PER_TOKEN

    def test_fingerprint_changes_with_the_weights(self, weights: Path, tmp_path: Path) -> None:
        engine = ParadeeEngine()
        before = engine.fingerprint(voice(weights))
        assert engine.fingerprint(voice(weights, speed=0.9)) == before
        assert engine.fingerprint(voice(toy(tmp_path / "other.onnx"))) != before
        weights.write_bytes(weights.read_bytes() + b"\0")
        assert engine.fingerprint(voice(weights)) != before
        assert engine.fingerprint(voice("owner/name")).endswith(" owner/name")

    @pytest.mark.parametrize(
        ("settings", "problem"),
        [
            ({}, r"has no model. Name one: a path or a name on Hugging Face, for 'heart' in \[engines\.paradee\]"),
            ({"model": "x.onnx", "speed": 9.0}, "'speed' must be from 0.5 to 2.0, not 9"),
            ({"model": "x.onnx", "style": "af_heart"}, "paradee has no setting 'style'"),
        ],
    )
    def test_wrong_settings_are_named(self, settings: Mapping[str, str | float], problem: str) -> None:
        with pytest.raises(EngineError, match=problem):
            ParadeeEngine().read("A word.", replace(voice(""), settings=settings))

    def test_missing_weights_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(EngineError, match=r"Cannot find the voice model .*gone\.onnx"):
            ParadeeEngine().read("A word.", voice(tmp_path / "gone.onnx"))


class TestConfiguration:
    def test_weights_of_the_configuration_replace_those_of_the_roster(self, weights: Path, tmp_path: Path) -> None:
        (tmp_path / "narrate.toml").write_text('[engines.paradee]\nheart = "toy.onnx"\n', encoding="utf-8")
        config = load_config(tmp_path / "narrate.toml")
        (heart,) = roster(config, "paradee")
        assert heart.settings["model"] == str(weights)
        assert roster(Config(), "paradee")[0].settings["model"] == "sahilmahendrakar/Paradee-8M-v1.0:paradee_int8"
        assert "model" not in roster(config, "kokoro")[0].settings

    def test_unknown_voice_is_named(self) -> None:
        config = Config(engines=EnginesConfig({"hart": "a/b"}))
        with pytest.raises(UsageError, match=r"'engines\.paradee' names 'hart'.* Did you mean 'heart'\?"):
            roster(config, "paradee")

    def test_student_is_never_chosen_automatically(self) -> None:
        assert choose_engine(None, None).name != "paradee"

    def test_quoted_people_do_not_sound_like_the_student_that_narrates(self, story: Path, weights: Path) -> None:
        voices = prepare(story, config=narrated_by(weights, engine="kokoro")).voices_by_name
        assert voices["Narrator"].engine == "paradee"
        assert voices["Ada Byron"].engine == "kokoro"
        assert voices["Ada Byron"].settings["style"] != "af_heart"


@pytest.mark.slow
class TestEdition:
    @pytest.mark.parametrize("engine", ["pyttsx3", "kokoro"])
    def test_student_narrates_and_another_engine_quotes(
        self, engine: str, story: Path, weights: Path, tmp_path: Path
    ) -> None:
        config = narrated_by(weights, engine=engine)
        edition = produce(story, output=tmp_path / "out", config=config)
        manifest = json.loads(edition.mp3.with_suffix(".edition.json").read_text(encoding="utf-8"))
        assert {row["speaker"]: row["engine"] for row in manifest["cast"]} == {
            "Narrator": "paradee",
            "Ada Byron": engine,
        }
        assert {cue.speaker: cue.word_timing for cue in edition.cues} == {
            "Narrator": "estimated",
            "Ada Byron": "engine",
        }
        assert produce(story, output=tmp_path / "out", config=config).state == "untouched"
        toy(weights, noise=0.1)
        again = produce(story, output=tmp_path / "out", config=config)
        assert again.reused_lines == sum(cue.speaker == "Ada Byron" for cue in again.cues)
