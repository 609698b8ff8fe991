"""The report's sections: each turns the view into blocks of literal text."""
