"""The local page on which an editor checks and corrects scripts: its server, and what it does to a script."""

from __future__ import annotations

from narrate.editor.serving import Editor, open_editor

__all__ = ["Editor", "open_editor"]
