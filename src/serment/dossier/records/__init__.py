"""The clinical record: immutable sealed entries, and one context for each thing that they say."""
