"""Who holds the master key, and how: a passphrase's file, a hardware module, custodians with shares. Knows nothing of records."""
