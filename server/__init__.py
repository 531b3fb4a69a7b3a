"""The Flask server: wires everything; see docs/ for how to run it."""
