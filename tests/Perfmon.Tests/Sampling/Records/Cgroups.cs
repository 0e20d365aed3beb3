using System.Globalization;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>Where cgroups of version 2 are.</summary>
internal static class Cgroups
{
    /// <summary>Skips unless they are mounted; the folder of their root.</summary>
    public static string Root()
    {
        var root = ((string[])["/sys/fs/cgroup/unified", "/sys/fs/cgroup"]).FirstOrDefault(folder => File.Exists(folder + "/cgroup.procs"));
        Skip.If(root is null, "cgroups of version 2 are not mounted. Run: sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup");
        return root!;
    }

    /// <summary>The number of a file's inode.</summary>
    public static ulong Inode(string path) => ulong.Parse(RunResult.Run("stat", ["-c", "%i", path]).Output, CultureInfo.InvariantCulture);
}
