"""ESIA, the state's sign-in service: the client of a relying party, signing, and a sandbox to test them."""
