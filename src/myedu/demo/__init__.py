"""Everything on one machine with one command: the only room that knows all the programs."""
