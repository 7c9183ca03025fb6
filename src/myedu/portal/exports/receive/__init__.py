"""How packages come: pulled from journals, pushed by vendors, or in a folder."""
