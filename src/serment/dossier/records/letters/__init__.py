"""Letters: written from what the record holds, signed once, set as a page and sealed among the documents."""
