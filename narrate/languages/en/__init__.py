"""English: number words, and the rules and word lists that turn written into spoken English."""
