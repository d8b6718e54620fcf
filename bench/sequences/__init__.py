"""Any order of what people do to a form, held against a plain account of what they were told."""
