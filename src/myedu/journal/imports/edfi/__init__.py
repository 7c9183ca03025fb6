"""From Ed-Fi's models to the journal's tables; the format itself is connector.adapters.edfi's affair."""
