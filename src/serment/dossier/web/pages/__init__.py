"""The pages: each a guard, a form, one call to a service, one template."""
