using System.Text.Json;
using System.Text.Json.Serialization;
using Perfmon.Profiles;

namespace Perfmon.Tool.Report;

/// <summary>The report as a JSON object on a line of its own. README.md has the keys.</summary>
internal static class ReportJson
{
    public static void Write(TextWriter writer, ReportRequest request, RecordedSamples samples, Profile profile)
    {
        var features = samples.Features;
        var totals = profile.Totals;
        var lost = totals.Losses;
        var report = new JsonReport
        {
            File = request.File,
            Command = features.CommandLine,
            Host = features.HostName,
            Kernel = features.OsRelease,
            Architecture = features.Architecture,
            Written = samples.Written,
            FirstNs = totals.FirstTime,
            LastNs = totals.LastTime,
            Lost = new JsonLosses(lost.LostRecords, lost.LostSamples, lost.Throttled, lost.Dropped),
            UnresolvedFrames = lost.UnresolvedFrames,
            Damaged = samples.IsDamaged,
            Notes = samples.Notes,
            Events = [.. profile.Description.Events.Select((_, number) => Event(request, profile, number))],
        };
        writer.WriteLine(JsonSerializer.Serialize(report, ReportJsonContext.Default.JsonReport));
    }

    private static JsonProfileEvent Event(ReportRequest request, Profile profile, int number)
    {
        var one = profile.Description.Events[number];
        var total = profile.Totals.Events[number];
        return new JsonProfileEvent
        {
            Event = one.Name,
            Unit = one.Unit switch { ProfileUnit.Nanoseconds => "ns", ProfileUnit.Bytes => "bytes", _ => null },
            Period = one.Period > 0 ? one.Period : null,
            Samples = total.Samples,
            Weight = total.Weight,
            Rows = request.IsTree ? null : [.. FlatView.Of(profile, number, request.Key, request.MinShare).Rows.Select(Row)],
            Tree = request.IsTree ? [.. Tree(request, profile, number)] : null,
        };
    }

    private static JsonRow Row(FlatRow row) => new()
    {
        Name = row.Name,
        Module = row.Function?.Module,
        Kind = Kind(row.Function),
        ProcessId = row.Thread?.ProcessId,
        ThreadId = row.Thread?.ThreadId,
        SelfSamples = row.Self.Samples,
        SelfWeight = row.Self.Weight,
        SelfShare = row.SelfShare,
        TotalSamples = row.Total.Samples,
        TotalWeight = row.Total.Weight,
        TotalShare = row.TotalShare,
    };

    private static IEnumerable<JsonRow> Tree(ReportRequest request, Profile profile, int number)
    {
        var tree = CallTree.Of(profile, number, request.IsInverted, new CallTreeLimits(request.MinShare));
        var whole = tree.Root.Total.Weight;
        return tree.DepthFirst().Select(node => new JsonRow
        {
            Depth = node.Depth,
            Name = node.Depth == 0 ? "" : node.Function.Label,
            Module = node.Depth == 0 ? null : node.Function.Module,
            Kind = node.Depth == 0 ? null : Kind(node.Function),
            SelfSamples = node.Self.Samples,
            SelfWeight = node.Self.Weight,
            SelfShare = whole == 0 ? 0 : (double)node.Self.Weight / whole,
            TotalSamples = node.Total.Samples,
            TotalWeight = node.Total.Weight,
            TotalShare = node.Share,
        });
    }

    private static string? Kind(ProfileFunction? function) => function is { } one ? $"{one.Kind}".ToLowerInvariant() : null;
}

internal sealed record JsonReport
{
    public required string File { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public string? Host { get; init; }

    public string? Kernel { get; init; }

    public string? Architecture { get; init; }

    public DateTimeOffset? Written { get; init; }

    public long FirstNs { get; init; }

    public long LastNs { get; init; }

    public required JsonLosses Lost { get; init; }

    public long UnresolvedFrames { get; init; }

    public bool Damaged { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<JsonProfileEvent> Events { get; init; }
}

internal sealed record JsonLosses(long Records, long Samples, long Throttled, long Undecoded);

internal sealed record JsonProfileEvent
{
    public required string Event { get; init; }

    public string? Unit { get; init; }

    public long? Period { get; init; }

    public long Samples { get; init; }

    public long Weight { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonRow>? Rows { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonRow>? Tree { get; init; }
}

internal sealed record JsonRow
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Depth { get; init; }

    public required string Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Module { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Kind { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ProcessId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ThreadId { get; init; }

    public long SelfSamples { get; init; }

    public long SelfWeight { get; init; }

    public double SelfShare { get; init; }

    public long TotalSamples { get; init; }

    public long TotalWeight { get; init; }

    public double TotalShare { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(JsonReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
