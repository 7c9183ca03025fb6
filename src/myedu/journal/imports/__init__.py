"""Other systems' data as this journal's records: one folder a format."""
