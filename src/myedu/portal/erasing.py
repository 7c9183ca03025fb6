"""How a room erases its data of persons."""

from collections.abc import Awaitable, Callable

from psycopg import AsyncConnection

Eraser = Callable[[AsyncConnection, str, str], Awaitable[None]]
"""Erases a room's data of the persons that are erased in this transaction (people.service.erased_persons).

Its arguments: the transaction's connection, the region, the system's id.
"""
