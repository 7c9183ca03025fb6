"""How the methods answer: windows, ids, errors, ETags, links."""
