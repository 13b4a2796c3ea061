"""Results and papers from elsewhere: panels as laboratories send them, and who has seen what came."""
