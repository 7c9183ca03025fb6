"""The portal: the section «Моё образование»."""
