"""Objects that live as long as the program are not examined again."""

import subprocess
import sys


def test_objects_of_the_start_are_left_out_of_every_collection() -> None:
    program = (
        "import gc; from myedu.kit.gc_tuning import tune_gc; tune_gc();"
        " print(gc.get_freeze_count(), *gc.get_threshold())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    frozen, first, *_ = map(int, done.stdout.split())
    assert frozen > 1000
    assert first > 700
