"""Takes to a mastered MP3: assembly, word timing, loudness, limiting, watermark and encoders."""
