using System.Text.Json;
using System.Text.Json.Serialization;
using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tool.Stat;

/// <summary>A JSON object on a line of its own for the result, and one before it for each interval. README.md has the keys.</summary>
internal sealed class StatJson(TextWriter writer) : StatFormat
{
    public override void Write(StatInterval interval) => WriteLine(JsonSerializer.Serialize(
        new JsonInterval(Nanoseconds(interval.End), Nanoseconds(interval.Length), [.. interval.Events.Select(Event)], Metrics(interval.Metrics)),
        StatJsonContext.Default.JsonInterval));

    public override void Write(StatResult result) => WriteLine(JsonSerializer.Serialize(
        new JsonResult
        {
            Command = result.Command,
            ExitCode = result.ExitCode,
            ElapsedNs = Nanoseconds(result.Elapsed),
            Switches = result.Turns?.Switches ?? 0,
            Sets = result.Turns is { } turns
                ? [.. turns.Sets.Select(set => new JsonSet(set.Id, set.Runs, Nanoseconds(set.ActiveTime), set.Switch))]
                : [new JsonSet(0, (ulong)result.Runs.Count, result.Runs.Sum(run => Nanoseconds(run.Elapsed)), null)],
            Switching = JsonSwitching.Of(result.Turns),
            Trust = JsonTrust.Of(result.Turns),
            LostSlices = result.Turns?.LostSlices,
            Events = [.. result.Events.Select(Event)],
            Metrics = Metrics(result.Metrics),
            Runs = result.IsRepeated ? [.. result.Runs.Select(Run)] : null,
        },
        StatJsonContext.Default.JsonResult));

    private void WriteLine(string json)
    {
        writer.WriteLine(json);
        writer.Flush();
    }

    private static JsonRun Run(StatRun run) =>
        new(run.Exit?.ExitCode, run.Exit?.Signal, Nanoseconds(run.Elapsed), JsonTrust.Of(run.Turns), [.. run.Results.Select(Event)], Metrics(run.Metrics));

    private static JsonEvent Event(EventResult result) => new()
    {
        Event = result.Name,
        Set = result.Set,
        State = result.State switch
        {
            CountState.Counted => "counted",
            CountState.Estimated => "estimated",
            _ => "not_counted",
        },
        Value = result.Value,
        Raw = result.Raw,
        EnabledNs = result.Enabled,
        RunningNs = result.Running,
        Low = result.Low,
        High = result.High,
        Estimator = result.Estimator,
        Reason = result.Reason,
        Unit = result.Event.Unit,
        Scale = result.Event.Scale == 1 ? null : result.Event.Scale,
    };

    // The key is there where metrics were asked for.
    private static IReadOnlyList<JsonMetric>? Metrics(IReadOnlyList<MetricValue> values) => values.Count == 0 ? null : [.. values.Select(Metric)];

    private static JsonMetric Metric(MetricValue value) => new(
        value.Metric.Name, MetricMean.StateName(value.State), value.Value, value.Low, value.High, value.Metric.Unit, value.Reason, value.Events);

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;
}

internal sealed record JsonResult
{
    public required IReadOnlyList<string> Command { get; init; }

    public required int? ExitCode { get; init; }

    public required long ElapsedNs { get; init; }

    public ulong Switches { get; init; }

    public int Lost { get; init; }

    public required IReadOnlyList<JsonSet> Sets { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonSwitching? Switching { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonTrust? Trust { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? LostSlices { get; init; }

    public required IReadOnlyList<JsonEvent> Events { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonMetric>? Metrics { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonRun>? Runs { get; init; }
}

internal sealed record JsonSet(
    int Id, ulong Runs, long DurationNs, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Switch);

internal sealed record JsonRun(
    int? ExitCode,
    int? Signal,
    long ElapsedNs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonTrust? Trust,
    IReadOnlyList<JsonEvent> Events,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonMetric>? Metrics);

internal sealed record JsonInterval(
    long TimeNs,
    long IntervalNs,
    IReadOnlyList<JsonEvent> Events,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonMetric>? Metrics);

internal sealed record JsonMetric(
    string Metric, string State, double? Value, double? Low, double? High, string? Unit, string? Reason, IReadOnlyList<string> Events);

internal sealed record JsonEvent
{
    public required string Event { get; init; }

    public int Set { get; init; }

    public required string State { get; init; }

    public decimal? Value { get; init; }

    public ulong? Raw { get; init; }

    public ulong EnabledNs { get; init; }

    public ulong RunningNs { get; init; }

    public decimal? Low { get; init; }

    public decimal? High { get; init; }

    public string? Estimator { get; init; }

    public string? Reason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Scale { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(JsonResult))]
[JsonSerializable(typeof(JsonInterval))]
internal sealed partial class StatJsonContext : JsonSerializerContext;
