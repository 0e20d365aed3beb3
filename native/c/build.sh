#!/bin/sh
# build.sh OUTPUT MACHINE COMPILER…
# Compiles the library with the first of the compilers that is there, makes code for MACHINE and has the kernel's headers. Without one
# nothing is built, which is no error: without the library counters are read by system calls.
set -eu
output=$1 machine=$2
shift 2
for compiler; do
    command -v "$compiler" >/dev/null || continue
    case $("$compiler" -dumpmachine) in "$machine"-*) ;; *) continue ;; esac
    echo '#include <linux/perf_event.h>' | "$compiler" -E - >/dev/null 2>&1 || continue
    mkdir -p "$(dirname "$output")"
    # Without libc: the kernel's headers are all it needs, and no version of libc is asked of the machine it runs on.
    "$compiler" -O2 -s -fPIC -shared -nostdlib -fvisibility=hidden -Wall -Wextra -Werror -Wl,--build-id=none -Wl,-soname,libperfmon-read.so -o "$output.tmp" c/user_read.c
    mv "$output.tmp" "$output"
    exit 0
done
echo "no compiler for $machine: counters there are read by system calls only"
