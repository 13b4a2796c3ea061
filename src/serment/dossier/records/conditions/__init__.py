"""Problems and diagnoses."""
