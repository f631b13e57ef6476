"""The words of the business: frozen dataclasses and errors; standard library only."""
