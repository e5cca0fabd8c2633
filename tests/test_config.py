"""The configuration: what is written is what holds, and a slip is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrate.config import DISCLAIMER, Config, ScriptConfig, load_config
from narrate.errors import UsageError


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "narrate.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Config()
    assert Config().script.disclaimer == DISCLAIMER == "Voice is AI-generated. Inconsistencies may occur."


def test_values_are_taken_over(tmp_path: Path) -> None:
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
        ("[script]\ndisclaimer = ' '", r"disclaimer must be words"),
        ("[script]\ndisclaimer = '— 🤖 —'", r"disclaimer must be words"),
        ("[script]\ndisclaimer = '\u3164\u3164\u3164\u3164\u3164'", r"disclaimer must be words"),
        ("[synthesis]\ntime_limit_s = inf", r"time_limit_s must be more than 0, and 3600 at most"),
        ("[script]\ndisclaimer = 5", r"'script\.disclaimer' must be a text, not 5"),
        ("[script]\nfragment_words = true", r"'script\.fragment_words' must be a whole number, not True"),
        ("script = 3", r"'script' must be a table, not 3"),
        ("[attribution]\nmin_confidence = 1.5", r"min_confidence must be between 0 and 1"),
        ("[casting.pins]\nAda = 3", r"'casting\.pins' must be a table of texts"),
        ("[assembly]\nend_ms = -1", r"assembly\.end_ms must be between 0 and 10000"),
        ("[cache]\nfolder = 's3://desk/takes'", r"cache\.folder is a folder; takes are shared at cache\.store"),
        ('[delivery]\ncover = "a\\u0000"', r"delivery\.cover holds the character U\+0000"),
        ('[casting.pins]\nAda = "\\u0000"', r"casting\.pins\.Ada holds the character U\+0000"),
        ("[script", r"is not valid TOML"),
    ],
)
def test_a_slip_is_told_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        load(tmp_path, text)
    assert "narrate.toml" in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Cannot read the configuration .*nowhere\.toml: No such file"):
        load_config(tmp_path / "nowhere.toml")
    with pytest.raises(UsageError, match=r"Cannot read the configuration .*: embedded null byte"):
        load_config(tmp_path / "a\0.toml")
