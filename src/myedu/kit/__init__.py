"""What every program needs, without school words: database, SQL, time, languages, logs, pages, serving."""
