"""What the answers say: days, texts, marks, references between them."""
