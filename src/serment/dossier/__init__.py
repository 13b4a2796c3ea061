"""The record: what staff read and write. It sees ciphertext except inside an opening, whose keys the guard alone releases."""
