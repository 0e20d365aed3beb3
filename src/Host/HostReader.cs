using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Perfmon.Host;

/// <summary>
/// Reads procfs and sysfs files. Nothing here throws for what a file holds or forbids: it is absent from the result, and
/// <see cref="Problems"/> has a line that names the file and the wrong part.
/// </summary>
internal sealed class HostReader(HostRoots roots)
{
    // The longest file read is cpuinfo: some 1,500 bytes a CPU.
    private const int LongestFile = 16 << 20;
    private const int LongestQuote = 40;

    private readonly ConcurrentQueue<string> _problems = new();

    public HostRoots Roots { get; } = roots;

    public IReadOnlyList<string> Problems => [.. _problems];

    public void Report(string path, string problem) => _problems.Enqueue($"{path}: {problem}");

    /// <summary>A file below <see cref="HostRoots.Proc"/>.</summary>
    public string Proc(string path) => Path.Combine(Roots.Proc, path);

    /// <summary>A file below <see cref="HostRoots.Sys"/>.</summary>
    public string Sys(string path) => Path.Combine(Roots.Sys, path);

    /// <summary>The file's text without white space around it; null where there is no such file, or it cannot be read (reported).</summary>
    public string? Text(string path)
    {
        // Most files asked for are optional, and an exception for each would be most of the time.
        if (!Path.Exists(path))
        {
            return null;
        }

        try
        {
            return ReadBounded(path).Trim();
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Report(path, $"cannot be read: {failure.Message}");
            return null;
        }
    }

    /// <summary>The number that is the whole file; null where there is none.</summary>
    public T? Number<T>(string path)
        where T : struct, IBinaryInteger<T>
    {
        if (Text(path) is not { } text)
        {
            return null;
        }

        if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Report(path, $"{Quote(text)} is not a number of type {typeof(T).Name}");
        return null;
    }

    /// <summary>The CPU list that is the whole file; null where there is none.</summary>
    public CpuList? Cpus(string path)
    {
        if (Text(path) is not { } text)
        {
            return null;
        }

        if (CpuList.TryParse(text, out var cpus, out var error))
        {
            return cpus;
        }

        Report(path, error);
        return null;
    }

    /// <summary>The names of the folders in a folder, sorted; none where there is no such folder.</summary>
    public IReadOnlyList<string> Folders(string path) => Names(path, Directory.EnumerateDirectories);

    /// <summary>The names of the files in a folder, sorted; none where there is no such folder.</summary>
    public IReadOnlyList<string> Files(string path) => Names(path, Directory.EnumerateFiles);

    /// <summary>How many entries a folder has; null where there is no such folder.</summary>
    public int? CountEntries(string path) => Directory.Exists(path) ? Names(path, Directory.EnumerateFileSystemEntries).Count : null;

    /// <summary><paramref name="text"/> in quotes for a message: cut short, and on one line.</summary>
    public static string Quote(ReadOnlySpan<char> text)
    {
        var quote = new StringBuilder("'");
        foreach (var letter in text[..Math.Min(text.Length, LongestQuote)])
        {
            quote.Append(char.IsControl(letter) ? '?' : letter);
        }

        return quote.Append(text.Length > LongestQuote ? "…'" : "'").ToString();
    }

    private List<string> Names(string path, Func<string, IEnumerable<string>> enumerate)
    {
        var names = new List<string>();
        try
        {
            names.AddRange(enumerate(path).Select(entry => Path.GetFileName(entry)));
        }
        catch (DirectoryNotFoundException)
        {
            // An optional folder.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Report(path, $"cannot be listed: {failure.Message}");
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    // procfs and sysfs files have no length that tells anything: read until the end, which is bounded here.
    private string ReadBounded(string path)
    {
        using var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[4096];
        var length = 0;
        while (RandomAccess.Read(handle, buffer.AsSpan(length), length) is > 0 and var read)
        {
            length += read;
            if (length < buffer.Length)
            {
                continue;
            }

            if (length >= LongestFile)
            {
                Report(path, $"is longer than {LongestFile} bytes; the rest is left out");
                break;
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
