"""The system under load: its stated rate, refusals beyond it, answers that stay correct."""
