// as_nobody PROGRAM [ARGUMENT...]
//
// Executes PROGRAM as user and group 65534 without further groups and without capabilities. For machines without util-linux's setpriv.
//
// Oracle: the program's /proc/self/status shows 65534 four times in Uid and in Gid, and CapEff 0.
#define _GNU_SOURCE
#include <grp.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const int nobody = 65534;
    if (argc < 2 || setgroups(0, 0) || setresgid(nobody, nobody, nobody) || setresuid(nobody, nobody, nobody)) {
        perror("as_nobody");
        return 1;
    }
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
