using System.Globalization;
using Perfmon.Symbols.Elf;

namespace Perfmon.Symbols;

/// <summary>
/// Finds the file behind a mapping: below the root of its process, which may be another than this process's (containers), among the
/// process's mapped files (deleted ones), by its build id among the separate debug files, or by its path here. A file that has another
/// build id than the one that ran is never used. Each is read once.
/// </summary>
internal sealed class ImageFiles(SymbolizerOptions options, Notes notes)
{
    private readonly Dictionary<ImageKey, (ElfImage? Image, string? Problem)> _images = [];
    private string? _ownFileSystem;

    /// <summary>The image; null, with a note, where no file is the one that ran.</summary>
    public ElfImage? Find(AddressSpace space, Mapping mapping)
    {
        string? problem = null;
        var isLive = options.ProcessesAreLive && !space.HasExited;
        if (isLive)
        {
            space.FileSystem = FileSystem(Process(space.Pid)) ?? space.FileSystem;
        }

        if (isLive && space.FileSystem is { } system)
        {
            var process = Process(space.Pid);
            if (!mapping.WasDeleted && TryRead(Path.Join(process, "root", mapping.Path), mapping, system, out var image, ref problem))
            {
                return image;
            }

            if (MappedFile(process, space.Pid, mapping) is { } mapped && TryRead(mapped, mapping, "", out image, ref problem))
            {
                return image;
            }
        }

        if (options.RequiresBuildId && mapping.BuildId is null)
        {
            notes.SayNameless(mapping.Path, "nothing tells which build of it ran");
            return null;
        }

        if (IsOurs(space) && !mapping.WasDeleted && TryRead(Path.Join(options.FileRoot, mapping.Path), mapping, "", out var own, ref problem))
        {
            return own;
        }

        // The file is gone, but its symbols may be there.
        if (mapping.BuildId is { } id && TryRead(DebugPath(id), mapping, "", out var debug, ref problem))
        {
            return debug;
        }

        notes.SayNameless(mapping.Path, problem ?? "there is no such file (any more)");
        return null;
    }

    // Whether a path means the same file to the process as here. Without a build id nothing else tells.
    private bool IsOurs(AddressSpace space)
    {
        _ownFileSystem ??= FileSystem(Process(Environment.ProcessId)) ?? "";
        return !options.ProcessesAreLive || space.FileSystem is null || space.FileSystem == _ownFileSystem;
    }

    private bool TryRead(string path, Mapping mapping, string fileSystem, out ElfImage? image, ref string? problem)
    {
        image = null;
        using var handle = RegularFile.Open(path);
        if (handle is null)
        {
            return false;
        }

        var key = new ImageKey(fileSystem, path, mapping.BuildId, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle).Ticks);
        if (fileSystem.Length > 0)
        {
            // The same file below the roots of many processes.
            key = key with { Path = mapping.Path };
        }

        if (!_images.TryGetValue(key, out var known))
        {
            known = (Load(new ElfSource(handle), mapping, out var why), why);
            _images[key] = known;
        }

        image = known.Image;
        problem = known.Problem ?? problem;
        return image is not null;
    }

    private ElfImage? Load(ElfSource source, Mapping mapping, out string? problem)
    {
        if (!ElfImage.TryOpen(source, out var image, out var file, out problem))
        {
            return null;
        }

        if (mapping.BuildId is { } ran && image.BuildId is { } found && !Matches(ran, found))
        {
            problem = $"the file has build id {found}, and the one that ran {ran}";
            return null;
        }

        using var debug = image.BuildId is { } id ? RegularFile.Open(DebugPath(id)) : null;
        var debugFile = debug is not null && ElfImage.TryOpen(new ElfSource(debug), out var debugImage, out var separate, out _)
            && debugImage.BuildId == image.BuildId
            ? separate
            : null;
        image.LoadSymbols(file, debugFile);
        return image;
    }

    // The kernel tells at most 20 bytes, and fills up shorter ones with zeros.
    private static bool Matches(string ran, string found) =>
        ran == found
        || (ran.Length < found.Length && found.StartsWith(ran, StringComparison.Ordinal))
        || (ran.Length > found.Length && ran.StartsWith(found, StringComparison.Ordinal) && ran.AsSpan(found.Length).IndexOfAnyExcept('0') < 0);

    private string DebugPath(string buildId) =>
        buildId.Length > 2 ? Path.Join(options.DebugFolder, ".build-id", buildId[..2], $"{buildId[2..]}.debug") : "";

    private string Process(int pid) => Path.Combine(options.Roots.Proc, pid.ToString(CultureInfo.InvariantCulture));

    // map_files has a link for each mapping that has a file, by the addresses it has now.
    private string? MappedFile(string process, int pid, Mapping mapping)
    {
        foreach (var now in ProcessMaps.ReadOrNone(options.Roots, pid))
        {
            var path = now.Path.EndsWith(" (deleted)", StringComparison.Ordinal) ? now.Path[..^" (deleted)".Length] : now.Path;
            if (path == mapping.Path && now.Start <= mapping.Last && now.Start + now.Length > mapping.Start)
            {
                return Path.Join(process, "map_files", $"{now.Start:x}-{now.Start + now.Length:x}");
            }
        }

        return null;
    }

    /// <summary>What the paths of a process mean: its mount namespace, and its root in it. Null where that cannot be read.</summary>
    private static string? FileSystem(string process)
    {
        try
        {
            return File.ResolveLinkTarget(Path.Join(process, "ns/mnt"), returnFinalTarget: false) is { } mounts
                && File.ResolveLinkTarget(Path.Join(process, "root"), returnFinalTarget: false) is { } root
                ? $"{mounts.Name} {root.FullName}"
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private readonly record struct ImageKey(string FileSystem, string Path, string? BuildId, long Length, long Written);
}
