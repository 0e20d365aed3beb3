using System.Diagnostics.Metrics;
using Perfmon.Instruments;

namespace Perfmon.Tests.Instruments;

/// <summary>A collector of one meter, as an exporter is one.</summary>
internal sealed class Collector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<Measured> _measured = [];

    public Collector(SessionInstruments instruments, Func<Instrument, bool>? wants = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == instruments.Meter && wants?.Invoke(instrument) != false)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _measured.Add(new(instrument, value, tags.ToArray().ToDictionary())));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _measured.Add(new(instrument, value, tags.ToArray().ToDictionary())));
        _listener.Start();
    }

    /// <summary>Collects all instruments once.</summary>
    public List<Measured> Collect()
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return [.. _measured];
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>A measurement.</summary>
internal sealed record Measured(Instrument Instrument, double Value, Dictionary<string, object?> Tags)
{
    public string Name => Instrument.Name;
}

internal static class MeasuredLists
{
    /// <summary>The only measurement of an instrument.</summary>
    public static Measured Of(this IEnumerable<Measured> all, string name) => Assert.Single(all, one => one.Name == name);

    /// <summary>The only measurement of an instrument for an event.</summary>
    public static Measured Of(this IEnumerable<Measured> all, string name, string @event) =>
        Assert.Single(all, one => one.Name == name && Equals(one.Tags["perfmon.event"], @event));
}
