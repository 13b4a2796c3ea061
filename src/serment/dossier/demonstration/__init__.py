"""A fictional group of two clinics and a nursing home, and the people in it: nobody in here exists."""
