"""Schools as verified legal entities, teachers as verified persons: matched with ESIA, confirmed by heads."""
