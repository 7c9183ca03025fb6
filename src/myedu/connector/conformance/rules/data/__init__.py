"""The content of answers: days, texts, marks, references between them."""
