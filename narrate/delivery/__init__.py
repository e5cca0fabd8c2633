"""The files of an edition, and of a feed: written whole or not at all."""
