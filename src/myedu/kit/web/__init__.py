"""What a page needs in any program: templates, languages, forms, headers, errors, files, load shedding.

Files that name Litestar (`responses`, `error_handlers`, `health`, `static_files`, `context`) are for programs
built on it; the rest is for any ASGI program.
"""
