"""Four eyes: nobody gives a right alone. One proposes, another approves with a touch, and a delay may pass in between."""
