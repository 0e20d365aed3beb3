namespace Perfmon.Host;

/// <summary>What a process's open descriptors are, as the links of procfs's <c>PID/fd</c> say. Descriptors come and go while it is read.</summary>
internal static class ProcessDescriptors
{
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
