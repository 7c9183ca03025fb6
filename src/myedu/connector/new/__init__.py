"""`myedu connector new`: a small working project for a vendor to complete."""
