"""Narrate: a news article in, a multi-voice audio edition out."""
