"""The one door. Every verb does the same four things in the same order: verify, meter, append to the journal, release."""
