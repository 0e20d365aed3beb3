using Perfmon.Profiles;
using Perfmon.Sampling.PerfData;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Recordings;
using Perfmon.Tool.Stat;

namespace Perfmon.Tool.Export;

/// <summary>A recording as a plain perf.data file: not compressed, complete, and in the order of time.</summary>
internal static class PerfDataExport
{
    private const uint Tracepoint = 2; // PERF_TYPE_TRACEPOINT

    public static int Run(ExportRequest request)
    {
        if (request.Event is not null)
        {
            throw ToolException.WrongUsage("A perf.data file has all events of the recording: leave out -e.");
        }

        using var reader = Recording.Open(request.File);
        if (reader.Features.HostName is { } host && host != Environment.MachineName && reader.Events.FirstOrDefault(one => one.Type == Tracepoint) is { } tracepoint)
        {
            throw new ToolException(
                $"{request.File} cannot be written again here: what the fields of {tracepoint.Name} are is told by {host}, where it was made.\nRun this there, or take another format.",
                ExitCode.Failure);
        }

        using var file = request.OutputPath == Recording.Standard ? null : ResultFile.Create(request.OutputPath);
        using (var writer = Writer(reader, file))
        {
            using var progress = new ReadingProgress(reader.Length);
            PerfDataCopy.Copy(reader, writer, progress.Show);
            writer.Complete();
        }

        file?.Commit();
        ExportCommand.Tell(request, $"{reader.Position:N0} bytes read", ProfileLosses.None, [.. reader.Notices.Select(notice => notice.Text)]);
        return ExitCode.Success;
    }

    private static PerfDataWriter Writer(PerfDataReader reader, ResultFile? file) => file?.Stream switch
    {
        FileStream { CanSeek: true } seekable => PerfDataWriter.Create(seekable, reader.Events, reader.Features),
        var stream => PerfDataWriter.ToPipe(stream ?? Console.OpenStandardOutput(), reader.Events, reader.Features),
    };
}
