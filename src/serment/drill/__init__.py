"""The attacks of the threat model, played against a running instance through its public doors, and the friction of an honest year."""
