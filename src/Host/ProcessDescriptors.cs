using System.Globalization;

namespace Perfmon.Host;

/// <summary>What a process's open descriptors are, as the links of procfs's <c>PID/fd</c> say. Descriptors come and go while it is read.</summary>
internal static class ProcessDescriptors
{
    /// <summary>Looks at the descriptors of every process.</summary>
    /// <param name="reader">Where procfs is.</param>
    /// <param name="look">Is given each process that may be looked at, with its links.</param>
    /// <returns>How many other processes there are, which this user may not look at.</returns>
    public static int LookAtAll(HostReader reader, Action<int, List<(string Number, string Link)>> look)
    {
        var notReadable = 0;
        foreach (var name in reader.Folders(reader.Roots.Proc))
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            if (Links(reader.Proc(name)) is { } links)
            {
                look(pid, links);
            }
            else
            {
                // A thread of the kernel has no command line, and no descriptors either.
                notReadable += reader.Text(reader.Proc($"{name}/cmdline")) is { Length: > 0 } ? 1 : 0;
            }
        }

        return notReadable;
    }

    /// <summary>Each descriptor with its link, such as <c>anon_inode:kvm-vm</c>; empty where there is no such process, null where this user may not look at them.</summary>
    /// <param name="process">The process's folder in procfs.</param>
    // They are listed from fdinfo, whose entries are files: to list the links themselves is to look at what they point to, which on a network
    // file system whose server is gone takes for ever.
    public static List<(string Number, string Link)>? Links(string process)
    {
        var links = new List<(string, string)>();
        var isForbidden = false;
        try
        {
            foreach (var entry in Directory.EnumerateFiles(Path.Join(process, "fdinfo")))
            {
                var number = Path.GetFileName(entry);
                if (new FileInfo(Path.Join(process, "fd", number)).LinkTarget is { } link)
                {
                    links.Add((number, link));
                }
                else
                {
                    isForbidden = true;
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return links;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // A descriptor may be closed meanwhile, but not all of them.
        return isForbidden && links.Count == 0 ? null : links;
    }
}
