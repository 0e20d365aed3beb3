using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Metrics.Expressions;
using Perfmon.Session;

namespace Perfmon.Metrics;

/// <summary>
/// A figure that follows from counts, such as instructions per cycle: an expression over events, and how its value is called.
/// <see cref="MetricCatalogue"/> has those that come with the library; <see cref="Parse"/> reads others.
/// </summary>
/// <example>
/// <code>
/// var metric = Metric.Parse("faults = page-faults / task-clock * 1e6");
/// using var session = MonitoringSession.Create([.. metric.Events]);
/// session.Attach(Target.CallingThread);
/// session.Start();
/// Work();
/// session.Stop();
/// Console.WriteLine(metric.Evaluate(session.Read()));
/// </code>
/// </example>
public sealed partial class Metric
{
    private const double StandardErrorsOf95Percent = 1.96;

    private const int UsualDecimals = 2;

    private readonly Expression _expression;
    private readonly EventIdentity? _beside;

    private Metric(string name, string text, Expression expression)
    {
        Name = name;
        ExpressionText = text;
        _expression = expression;
        Events = [.. expression.Events.Select(one => one.Text)];
    }

    /// <summary>The name, such as <c>ipc</c>; the expression itself where it was given none.</summary>
    public string Name { get; }

    /// <summary>The expression as it was written, such as <c>instructions / cycles</c>.</summary>
    public string ExpressionText { get; }

    /// <summary>What stands behind the value, such as <c>per cycle</c> or <c>% of branches</c>; <c>/s</c> of a rate; null for a plain number.</summary>
    public string? Unit { get; private init; }

    /// <summary>What it tells, in one sentence; empty where nothing was said.</summary>
    public string Description { get; private init; } = "";

    /// <summary>Where the formula comes from; empty where nothing was said.</summary>
    public string Source { get; private init; } = "";

    /// <summary>The event beside whose count the value is shown; null for none.</summary>
    public string? Beside
    {
        get;
        private init
        {
            field = value;
            _beside = value is null ? null : EventIdentity.Read(value, out _);
        }
    }

    /// <summary>How many decimals of the value tell something; null where that depends on the value.</summary>
    public int? Decimals { get; private init; }

    /// <summary>Whether it means something only where its events are counted in user and kernel mode alike.</summary>
    public bool NeedsEveryMode { get; private init; }

    /// <summary>The events it needs, as they are written, each once.</summary>
    public IReadOnlyList<string> Events { get; }

    /// <summary>Whether it needs the elapsed time.</summary>
    public bool NeedsElapsed => _expression.NeedsElapsed;

    internal IReadOnlyList<EventName> EventNames => _expression.Events;

    /// <summary>The metric that <paramref name="text"/> defines: <c>name = expression</c>, or an expression alone.</summary>
    /// <exception cref="PerfmonException">The text is wrong; the message shows where and why.</exception>
    public static Metric Parse(string text) =>
        TryParse(text, out var metric, out var error) ? metric : throw new PerfmonException(error.Reason, error.ToString());

    /// <summary>The metric that <paramref name="text"/> defines, or where and why it is wrong. No event is looked up.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Metric? metric, [NotNullWhen(false)] out EventSyntaxError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var definition = Definition().Match(text);
        var start = definition.Success ? definition.Length : 0;
        var body = text[start..].Trim();
        metric = ExpressionReader.Read(text, start, out error) is { } expression
            ? new Metric(definition.Success ? definition.Groups[1].Value : body, body, expression)
            : null;
        return metric is not null;
    }

    internal static Metric Of(MetricDefinition definition)
    {
        var text = $"{definition.Name} = {definition.Expression}";
        if (ExpressionReader.Read(text, text.Length - definition.Expression.Length, out var error) is not { } expression)
        {
            throw new PerfmonException(PerfmonReason.InvalidRequest, error!.ToString());
        }

        return new Metric(definition.Name, definition.Expression, expression)
        {
            Unit = definition.Unit,
            Description = definition.Description,
            Source = definition.Source,
            Beside = definition.Beside,
            Decimals = definition.Decimals ?? UsualDecimals,
            NeedsEveryMode = definition.EveryMode,
        };
    }

    /// <summary>
    /// The value for a reading; where the reading serves the metric several times (see <see cref="EvaluateAll"/>), the first of them.
    /// </summary>
    /// <param name="reading">The counts, such as a <see cref="Reading"/>.</param>
    /// <param name="elapsed">How long was counted; null where the metric does not need it.</param>
    public MetricValue Evaluate(IReadOnlyList<EventCount> reading, TimeSpan? elapsed = null) => EvaluateAll(reading, elapsed)[0];

    /// <summary>
    /// Every value that a reading gives. A name in the expression is served by the event in any modes, <c>cycles</c> by <c>cycles:u</c>, but
    /// all of one value are in the same modes, and on a hybrid machine on the same kind of core: a reading of both kinds, or of
    /// user and kernel mode apart, gives a value for each. One that is not counted, where an event is missing in all of them.
    /// </summary>
    /// <param name="reading">The counts, such as a <see cref="Reading"/>.</param>
    /// <param name="elapsed">How long was counted; null where the metric does not need it.</param>
    public IReadOnlyList<MetricValue> EvaluateAll(IReadOnlyList<EventCount> reading, TimeSpan? elapsed = null)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var bindings = MetricBinding.Find(EventNames, [.. reading.Select(one => one.Event)], NeedsEveryMode);
        var complete = bindings.Where(binding => binding.IsComplete).ToList();
        if (complete.Count == 0)
        {
            var nearest = bindings.MinBy(binding => binding.Indices.Count(index => index < 0))!;
            complete.Add(nearest);
        }

        return [.. complete.Select(binding => Evaluate(binding, reading, elapsed))];
    }

    /// <summary>The value for values of the events that come from elsewhere.</summary>
    /// <param name="inputs">What is known of each of <see cref="Events"/>, by its name there.</param>
    /// <param name="elapsed">How long was counted; null where the metric does not need it.</param>
    public MetricValue Evaluate(IReadOnlyDictionary<string, MetricInput> inputs, TimeSpan? elapsed = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Evaluate(
            [.. Events.Select(name => inputs.TryGetValue(name, out var input) ? input : new MetricInput(0, null, CountState.NotCounted))],
            Events,
            elapsed,
            new MetricValue { Metric = this, Name = Name, Events = [.. Events.Where(inputs.ContainsKey)], State = MetricState.NotCounted });
    }

    /// <summary>Whether the value is shown beside the count of <paramref name="eventName"/>, whatever its modifiers and its kind of core.</summary>
    public bool IsBeside(string eventName)
    {
        ArgumentNullException.ThrowIfNull(eventName);
        return _beside is { } beside && EventIdentity.Read(eventName, out _)?.Name == beside.Name;
    }

    /// <summary>The name and the expression.</summary>
    public override string ToString() => Name == ExpressionText ? Name : $"{Name} = {ExpressionText}";

    private MetricValue Evaluate(MetricBinding binding, IReadOnlyList<EventCount> reading, TimeSpan? elapsed)
    {
        var served = binding.Indices.Select(index => index < 0 ? null : reading[index]).ToList();
        var name = (binding.Pmu is null ? Name : $"{binding.Pmu}/{Name}/") + (binding.Modes.Length > 0 ? $":{binding.Modes}" : "");
        return Evaluate(
            [.. served.Select((count, i) => count is null ? Absent(i, reading, binding) : MetricInput.Of(count))],
            [.. served.Select((count, i) => count?.Name ?? Events[i])],
            elapsed,
            new MetricValue { Metric = this, Name = name, Events = [.. served.OfType<EventCount>().Select(count => count.Name)], State = MetricState.NotCounted });
    }

    private MetricInput Absent(int index, IReadOnlyList<EventCount> reading, MetricBinding binding)
    {
        var same = reading.Select(one => one.Name).Where(name => EventIdentity.Read(name, out _)?.Name == EventNames[index].Identity.Name).ToList();
        var modes = binding.Modes.Length > 0 ? $":{binding.Modes}" : "all modes";
        var reason = same.Count == 0 ? "it is not among the counted events"
            : $"it is there only as {string.Join(", ", same)}, and {Name} needs all its events alike, in {modes}";
        return new MetricInput(0, null, CountState.NotCounted, reason);
    }

    private MetricValue Evaluate(MetricInput[] inputs, IReadOnlyList<string> names, TimeSpan? elapsed, MetricValue empty)
    {
        var missing = Array.FindIndex(inputs, input => input.State == CountState.NotCounted);
        if (missing >= 0)
        {
            var why = inputs[missing].Reason is { } cause ? $": {cause}" : "";
            return empty with { MissingEvent = names[missing], Reason = $"{names[missing]} is not counted{why}" };
        }

        if (NeedsElapsed && elapsed is null)
        {
            return empty with { Reason = "the elapsed time is not given" };
        }

        if (_expression.Compute(inputs, elapsed?.TotalSeconds ?? 0, out var reason) is not { } result)
        {
            return empty with { State = MetricState.Undefined, Reason = reason };
        }

        var half = result.StandardError(inputs) is { } error && double.IsFinite(error) ? StandardErrorsOf95Percent * error : (double?)null;
        var estimates = inputs.Zip(names).Where(pair => pair.First.State == CountState.Estimated).ToList();
        return empty with
        {
            State = estimates.Count > 0 ? MetricState.Estimated : MetricState.Counted,
            Value = result.Value,
            Low = result.Value - half,
            High = result.Value + half,
            Reason = estimates.Count > 0 ? string.Join("; ", estimates.Select(pair => $"{pair.Second} is {pair.First.Reason ?? "an estimate"}")) : null,
        };
    }

    // A PMU's terms hold an equals sign too, but a slash before it.
    [GeneratedRegex(@"\A\s*([A-Za-z_][\w.-]*)\s*=")]
    private static partial Regex Definition();
}
