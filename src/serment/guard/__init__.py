"""The guard: the one process that holds keys, ties, meters and the journal, and decides what is disclosed."""
