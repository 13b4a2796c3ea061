"""The offline verifier: for a data-protection officer, a witness, a judge. It needs an export and a key, and nothing that runs."""
