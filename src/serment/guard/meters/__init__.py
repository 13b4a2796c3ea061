"""What is left of each budget. The meter lives with the key: a limit the application enforces is one the intruder lifts."""
