"""Words being typed, kept sealed until they are signed or given up."""
