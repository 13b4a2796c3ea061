"""The attacks of the threat model, one file each."""
