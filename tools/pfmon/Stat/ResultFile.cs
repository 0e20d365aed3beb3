using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Stat;

/// <summary>
/// The file for a result. It is written beside its place and moved there when it is complete, so that nobody reads half a result,
/// and that a run that fails leaves an earlier one alone. What is no ordinary file, such as a pipe, is written directly.
/// </summary>
internal sealed class ResultFile : IDisposable
{
    private readonly string _path;
    private readonly string? _temporary;

    private ResultFile(string path, string? temporary, StreamWriter writer)
    {
        _path = path;
        _temporary = temporary;
        Writer = writer;
    }

    public StreamWriter Writer { get; }

    /// <summary>What <see cref="Writer"/> writes to: for a result that is no text, in its place.</summary>
    public Stream Stream => Writer.BaseStream;

    /// <summary>Opens the file, before anything is counted for it.</summary>
    /// <exception cref="ToolException">It cannot be written.</exception>
    public static ResultFile Create(string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            if (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal))
            {
                return new ResultFile(full, null, new StreamWriter(full));
            }

            // Behind a symbolic link is the place that counts.
            var named = new FileInfo(full);
            var place = named.LinkTarget is null ? full : named.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            if (Path.Exists(place))
            {
                var existing = new FileStream(place, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                if (!existing.CanSeek)
                {
                    return new ResultFile(place, null, new StreamWriter(existing));
                }

                existing.Dispose();
            }

            var temporary = $"{place}.{Guid.NewGuid():N}.part";
            return new ResultFile(place, temporary, new StreamWriter(temporary));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CannotWrite(path, failure);
        }
    }

    /// <summary>Why a file cannot be written.</summary>
    public static ToolException CannotWrite(string path, Exception failure)
    {
        var why = failure switch
        {
            DirectoryNotFoundException => $"There is no folder {Path.GetDirectoryName(Path.GetFullPath(path))}.",
            UnauthorizedAccessException when Directory.Exists(path) => "It is a folder.",
            UnauthorizedAccessException => "This user may not write it, or not in its folder.",
            _ => failure.Message,
        };
        return new ToolException($"Cannot write {path}.\n{why}", ExitCode.Failure);
    }

    /// <summary>Puts the complete file in its place.</summary>
    public void Commit()
    {
        Writer.Dispose();
        if (_temporary is not null)
        {
            File.Move(_temporary, _path, overwrite: true);
        }
    }

    public void Dispose()
    {
        Writer.Dispose();
        if (_temporary is not null)
        {
            File.Delete(_temporary);
        }
    }
}
