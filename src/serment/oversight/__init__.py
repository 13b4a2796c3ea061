"""People watching people: four eyes, reviews, unlocks, containment, and the security officer's picture."""
