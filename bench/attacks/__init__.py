"""The adversary: plays rounds on real databases, takes the files, and tries to tell who gave which answer."""
