"""python -m ufront run|import|compile|opt ...: the tools by these names."""

import sys

import ufront
from ufront._compiled import run_tool

USAGE = """\
usage: python -m ufront COMMAND ...

  run       runs a model and prints what it computes
  import    writes a model as MLIR
  compile   compiles a model to code that C programs call
  opt       runs passes on MLIR

Each is the tool of that name (ufront-run, ...); COMMAND --help says more.
"""


def main(args):
    if args and args[0] in ("run", "import", "compile", "opt"):
        run_tool(args[0], args[1:])
    if args in (["--version"], ["-V"]):
        print(f"ufront {ufront.__version__}")
    elif args in ([], ["--help"], ["-h"]):
        print(USAGE, end="")
    else:
        print(
            f"ufront: there is no command '{args[0]}'\n\n{USAGE}",
            end="",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
