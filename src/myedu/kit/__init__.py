"""What every program needs and knows no school words: database, SQL, time, words, logs, pages, serving."""
