"""The conveyor that takes export packages in: receive → verify → read → check → match → propose → apply.

receive.py fetches a package, verify.py trusts no byte of it, read.py makes text tables of its files,
checks.py judges every row and people/sift.py all of them together, people/intake.py compares and changes;
service.py is the belt, outcomes.py what it says of a package.

Ways in: receive.py pulls, web.py and uploads.py take what vendors push (vendors.py knows their keys), folders
are loaded. queue.py, schedules.py and jobs.py do it without a person; ledger.py, desk.py and progress.py are
what people see of it and decide; undo.py takes a package back.
"""
