"""What depends on the language of an article, as data."""
