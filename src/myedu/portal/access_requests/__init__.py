"""«Your diary was not found»: the reason in words, what a family asks, what the school answers."""
