"""What pages need in any program: templates, languages, forms, headers, errors, static files, load shedding.

`responses`, `error_handlers`, `health`, `static_files`, `context` and `languages` are for programs built on
Litestar; the rest is for any ASGI program.
"""
