"""The friction of an honest year: how often the guard gets in the way of people who do nothing wrong."""
