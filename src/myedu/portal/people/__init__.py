"""Schools, pupils and who answers for whom; the one door to everything about a child."""
