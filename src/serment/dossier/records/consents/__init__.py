"""What the patient agreed to or opposed."""
