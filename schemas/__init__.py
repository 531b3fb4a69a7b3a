"""The wire: marshmallow schemas between JSON and the values of `sync`, the survey forms, the roster sheet."""
