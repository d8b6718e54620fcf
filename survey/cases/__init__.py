"""Cases: one client's follow-up, before, during and after. Named access, a log of every reading, answers encrypted."""
