"""borg as the tests start it, a few hundred times: without what makes a start expensive and shows nothing.

The self-test at the start is that of the build, which others have done; its modules alone are a quarter of what is loaded. And keys are
made as borg's own tests make them, with one round of stretching, so that opening a repository costs nothing.
"""

import gc
import sys
import types

gc.disable()
untested = types.ModuleType("borg.selftest")
untested.selftest = lambda logger: None
sys.modules["borg.selftest"] = untested

import borg.constants  # noqa: E402

borg.constants.PBKDF2_ITERATIONS = 1

from borg.archiver import main  # noqa: E402

main()
