"""The procedure: plan receive check classify approve publish verify complete."""
