"""Setting pages: a template and data in, one PDF out, in memory."""
