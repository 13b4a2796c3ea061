"""The pages for staff: design system, templates, views. No rule lives here."""
