"""Invented regions: a believable school for a journal (`school`), exports at true sizes (`exports`)."""
