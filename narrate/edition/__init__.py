"""The edition on disk: paths, manifest, fingerprint, previous edition, changes and lock."""
