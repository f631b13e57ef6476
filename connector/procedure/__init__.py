"""The flow chart as a table, who may take which arrow, and four eyes."""
