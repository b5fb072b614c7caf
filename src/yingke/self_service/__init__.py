"""How many questions are answered without a person, and which entries would answer more."""
