"""What every entry of a record has in common: versions, corrections, errors struck out, history."""
