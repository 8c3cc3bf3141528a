"""The command line: `python -m analytics COMMAND`. Standard output carries the answer only, standard error everything else.

Exit status: 0 done; 1 refused (bad input, nothing changed); 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from analytics import answers
from analytics.arguments import parser
from analytics.commands import COMMANDS
from analytics.errors import DuebookError, UsageError


def main(words: list[str] | None = None) -> int:
    """Runs one command and returns its exit status; every problem becomes one sentence on standard error."""
    asked = parser().parse_args(words)
    try:
        answer = COMMANDS[asked.command](asked)
        if answer is None:
            return 0
        answers.write(answer, asked.format, asked.out and Path(asked.out), print)
        sys.stdout.flush()
    except DuebookError as problem:
        print(f"analytics {asked.command}: {problem}", file=sys.stderr)
        return 2 if isinstance(problem, UsageError) else 1
    except BrokenPipeError:
        # The reader (`| head`) has gone: that is no failure, but Python would complain once more while closing the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(f"analytics {asked.command}: stopped", file=sys.stderr)
        return 1
    except Exception as surprise:
        if os.environ.get("AR_DEBUG"):
            raise
        said = str(surprise).partition("\n")[0]
        print(
            f"analytics {asked.command}: failed, which is our mistake ({type(surprise).__name__}: {said}); AR_DEBUG=1 shows where",
            file=sys.stderr,
        )
        return 1
    return 1 if answer.refused else 0


if __name__ == "__main__":
    sys.exit(main())
