"""How the methods answer: windows, ids, errors, tags, links."""
