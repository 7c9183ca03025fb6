"""The operator's side: packages, what they would change, what is wrong with them, and the word to go on."""
