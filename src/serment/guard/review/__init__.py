"""What happens after an opening: decoys that tell on who opens them, reviews by a person, and the security officer's picture."""
