"""What brings people here and what they live with, chosen by hand so that age, sex, unit, diagnosis, treatment and notes agree."""
