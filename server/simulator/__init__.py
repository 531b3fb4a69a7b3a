"""An invented county and a fleet of tablets that does fieldwork in it: nobody in it is a real person."""
