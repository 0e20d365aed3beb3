namespace Perfmon.Tests.Support;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of Perfmon.sln, above the test's own.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The files below <paramref name="folders"/> with one of <paramref name="extensions"/>: path from the root, and text.</summary>
    public static IEnumerable<(string Path, string Text)> Files(string[] folders, params string[] extensions) =>
        from folder in folders
        let full = Path.Combine(Root, folder)
        where Directory.Exists(full)
        from file in Directory.EnumerateFiles(full, "*", SearchOption.AllDirectories)
        where extensions.Contains(Path.GetExtension(file))
        select (Path.GetRelativePath(Root, file), File.ReadAllText(file));

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Perfmon.sln")))
                return folder;
        }

        throw new DirectoryNotFoundException($"No Perfmon.sln above {AppContext.BaseDirectory}");
    }
}
