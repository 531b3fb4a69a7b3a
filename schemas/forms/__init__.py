"""The survey forms as data: a bureau edits them in Excel, and one place turns a filled-in form into writes."""
