"""Letters, images, scans: files sealed in chunks, each with an entry that says what it is."""
