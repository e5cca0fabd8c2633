"""The configuration file: values, defaults, and messages about mistakes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from narrate.config import (
    DISCLAIMER,
    PATH_KEYS,
    CacheConfig,
    CastingConfig,
    Config,
    LoudnessConfig,
    ProvenanceConfig,
    ScriptConfig,
    load_config,
)
from narrate.errors import UsageError


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "narrate.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_empty_config_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Config()
    assert Config().script.disclaimer == DISCLAIMER == "Voice is AI-generated. Inconsistencies may occur."


def test_config_file_sets_values_and_resolves_paths_against_its_folder(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
        [script]
        disclaimer = "Diese Stimme ist künstlich."
        fragment_words = 2
        [synthesis]
        engine = "silent"
        time_limit_s = 5
        [casting]
        roster = "desk/roster.toml"
        [casting.pins]
        "Ada Byron" = "clyde"
        [assembly]
        paragraph_ms = 900
        """,
    )
    assert config.script == ScriptConfig("Diese Stimme ist künstlich.", 2)
    assert (config.synthesis.engine, config.synthesis.time_limit_s) == ("silent", 5.0)
    assert config.casting.roster == str(tmp_path / "desk/roster.toml")
    assert config.casting.pins == {"Ada Byron": "clyde"}
    assert config.assembly.paragraph_ms == 900


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[sript]\n", r"Unknown key 'sript'\. Did you mean 'script'\?"),
        ("[script]\ndisclamer = 'x'", r"Unknown key 'script\.disclamer'\. Did you mean 'script\.disclaimer'\?"),
        ("[assembly]\nxyz = 1", r"Unknown key 'assembly\.xyz'\. Known here: lead_in_ms, "),
        ("[script]\ndisclaimer = ' '", r"'script\.disclaimer' must be words"),
        ("[script]\ndisclaimer = '— 🤖 —'", r"'script\.disclaimer' must be words"),
        ("[script]\ndisclaimer = '\u3164\u3164\u3164\u3164\u3164'", r"'script\.disclaimer' must be words"),
        ("[synthesis]\ntime_limit_s = inf", r"'synthesis\.time_limit_s' must be more than 0 and at most 3600"),
        ("[script]\ndisclaimer = 5", r"'script\.disclaimer' must be a text, not 5"),
        ("[script]\nfragment_words = true", r"'script\.fragment_words' must be a whole number, not true"),
        ("script = 3", r"'script' must be a table, not 3"),
        ("[attribution]\nmin_confidence = 1.5", r"'attribution\.min_confidence' must be between 0 and 1, not 1\.5"),
        ("[casting.pins]\nAda = 3", r"'casting\.pins\.Ada' must be a text, not 3"),
        ("[assembly]\nend_ms = 1.5", r"'assembly\.end_ms' must be a whole number, not 1\.5"),
        ("[delivery]\nformats = ['ogg']", r"'delivery\.formats\[0\]' must be one of m4a, opus, wav, not 'ogg'"),
        ("[delivery]\nbitrate_kbps = 97", r"'delivery\.bitrate_kbps' must be one of 96, 112, 128, not 97"),
        ("[delivery]\nfolder = ''", r"'delivery\.folder' must be a text that is not empty"),
        ("[assembly]\nend_ms = -1", r"'assembly\.end_ms' must be between 0 and 10000"),
        ("[cache]\nfolder = 's3://desk/takes'", r"'cache\.folder' must be a folder\. Set 'cache\.store'"),
        ('[delivery]\ncover = "a\\u0000"', r"'delivery\.cover' holds the character U\+0000"),
        ('[casting.pins]\nAda = "\\u0000"', r"'casting\.pins\.Ada' holds the character U\+0000"),
        ("[script", r"it is not valid TOML"),
    ],
)
def test_mistake_in_config_file_is_reported_with_file_and_key(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        load(tmp_path, text)
    assert "narrate.toml" in str(caught.value)


def test_missing_config_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Cannot read .*nowhere\.toml: the file does not exist\. Check the path\."):
        load_config(tmp_path / "nowhere.toml")
    with pytest.raises(UsageError, match=r"Cannot read .*: embedded null byte"):
        load_config(tmp_path / "a\0.toml")


def test_config_made_in_code_is_checked_like_a_file() -> None:
    with pytest.raises(UsageError, match=r"^'loudness\.target_lufs' must be between -36 and -13, not -5\.$"):
        Config(loudness=LoudnessConfig(target_lufs=-5))
    with pytest.raises(UsageError, match=r"^'provenance\.certificate' and 'provenance\.key' must be set together\.$"):
        Config(provenance=ProvenanceConfig(certificate="press.pem"))


def test_config_made_in_code_may_hold_read_only_pins_and_paths() -> None:
    casting = CastingConfig(roster=Path("roster.toml"), pins=MappingProxyType({"Ada": "alba"}))  # type: ignore[arg-type]
    assert Config(casting=casting).casting == casting


def test_config_file_may_be_in_a_folder_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    config = load(tmp_path, "[casting]\npeople = 'people.toml'\n")
    undecodable = os.fsdecode(b"desk\xff/people.toml")
    assert replace(config, casting=replace(config.casting, people=undecodable)).casting.people == undecodable


HOME_PATHS = """
[casting]
roster = "~/roster.toml"
people = "~/people.toml"
[speakable]
lexicon = "~/lexicon.toml"
[synthesis]
model = "~/model.onnx"
[cache]
folder = "~/takes"
[delivery]
folder = "~/audio"
cover = "~/cover.jpg"
[provenance]
certificate = "~/certificate.pem"
key = "~/key.pem"
"""


def test_tilde_in_every_path_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    config = load(tmp_path, HOME_PATHS)
    for name, key in (*PATH_KEYS, ("delivery", "folder")):
        assert Path(getattr(getattr(config, name), key)).parent == home, key
    assert Config(cache=CacheConfig(folder="~/takes")).cache.folder == str(home / "takes")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("takes", "takes"),
        ("./~takes", "~takes"),
        ("a~b", "a~b"),
        ("desk/~/takes", "desk/~/takes"),
    ],
)
def test_tilde_elsewhere_in_a_path_is_a_character(tmp_path: Path, written: str, expected: str) -> None:
    assert load(tmp_path, f'[cache]\nfolder = "{written}"').cache.folder == str(tmp_path / expected)


def test_home_folder_of_unknown_user_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"'cache\.folder' begins with '~nosuchuser', and there is no such home folder"
    ):
        load(tmp_path, '[cache]\nfolder = "~nosuchuser/takes"')


def test_configuration_is_loaded_from_text_and_from_path(tmp_path: Path) -> None:
    path = tmp_path / "narrate.toml"
    path.write_text("[synthesis]\nworkers = 3\n", encoding="utf-8")
    assert load_config(str(path)) == load_config(path)
    assert load_config(str(path)).synthesis.workers == 3
