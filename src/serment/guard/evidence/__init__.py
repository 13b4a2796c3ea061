"""What the guard can prove of people: accounts, assignments, ties. Rows without a good MAC do not exist."""
