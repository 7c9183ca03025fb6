"""The cache of decrypted copies holds what fits, and gives only the version that is asked for."""

from uuid import uuid4

from myedu.portal.federation.copy_cache import CacheEntry, CopyCache

BODY = bytes(10_000)


def test_a_version_is_found_and_no_other() -> None:
    cache, version = CopyCache(100_000), uuid4()
    cache.put("week", CacheEntry(version, BODY))
    found = cache.get("week", version)
    assert found is not None
    assert found.body == BODY
    assert cache.version("week") == version
    assert cache.get("week", uuid4()) is None
    assert cache.version("other week") is None


def test_the_least_recently_used_copies_go_when_there_is_no_room() -> None:
    cache, versions = CopyCache(50_000), [uuid4() for _ in range(6)]
    for number in range(4):
        cache.put(number, CacheEntry(versions[number], BODY))
    assert cache.get(0, versions[0])
    cache.put(4, CacheEntry(versions[4], BODY))
    assert [number for number in range(5) if cache.version(number)] == [0, 2, 3, 4]
    assert cache.size <= 50_000


def test_a_decoded_copy_takes_more_room_and_a_replaced_one_none() -> None:
    cache, version = CopyCache(1_000_000), uuid4()
    cache.put("week", CacheEntry(version, BODY))
    small = cache.size
    cache.put("week", CacheEntry(version, BODY, value=object()))
    assert cache.size > 2 * small
    cache.put("week", CacheEntry(uuid4(), BODY))
    assert cache.size == small


def test_a_copy_larger_than_the_cache_is_not_kept() -> None:
    cache, version = CopyCache(5_000), uuid4()
    cache.put("week", CacheEntry(version, BODY))
    assert (cache.get("week", version), cache.size) == (None, 0)
