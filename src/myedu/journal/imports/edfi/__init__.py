"""Ed-Fi: from the models of `connector.adapters.edfi`, which reads the format, to the journal's records."""
