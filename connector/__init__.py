"""Takes library news from the moment someone finds it to a proved public page."""
