using Perfmon.Tool.Output;

namespace Perfmon.Tool.Stat;

/// <summary>A way to write results: each interval as it comes, and all at the end.</summary>
internal abstract class StatFormat
{
    public abstract void Write(StatInterval interval);

    public abstract void Write(StatResult result);

    /// <param name="kind">Which way.</param>
    /// <param name="file">Where to; null for standard error.</param>
    public static StatFormat Create(StatFormatKind kind, TextWriter? file) => kind switch
    {
        StatFormatKind.Json => new StatJson(file ?? Console.Error),
        StatFormatKind.Csv => new StatCsv(file ?? Console.Error),
        _ => new StatTable(file is null ? Terminal.Error : Terminal.Plain(file)),
    };
}
