using Perfmon.Diagnostics;
using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>Makes the terms between the slashes into an event of one PMU.</summary>
internal sealed class PmuEventReader
{
    private const string NameTerm = "name";
    private const string PeriodTerm = "period";

    private readonly EventSyntax _syntax;
    private readonly Pmu _pmu;
    private readonly ParseContext _context;
    private readonly PmuEncoder _encoder;
    private readonly bool _hasOneEncodedTerm;
    private EventSelection? _generic;
    private EventRequest _request;

    public PmuEventReader(EventSyntax syntax, Pmu pmu, ParseContext context)
    {
        (_syntax, _pmu, _context) = (syntax, pmu, context);
        _encoder = new PmuEncoder(pmu);
        _hasOneEncodedTerm = syntax.Terms!.Count(term => !IsOwn(term)) == 1;
        _request = new EventRequest
        {
            Name = pmu.Name + syntax.Body.Slice(syntax.Name.Length),
            Pmu = pmu.Name,
            Selection = default,
            Cpus = CoreEvents.CpusOf(pmu, context.Host),
            SystemWideOnly = pmu.IsSystemWideOnly,
        };
    }

    /// <summary>The event; null where there is an error in the context.</summary>
    public EventRequest? Read()
    {
        foreach (var term in _syntax.Terms!)
        {
            if (IsOwn(term) ? !TakeOwn(term, term.Value!) : !TakeEncoded(term))
            {
                return null;
            }
        }

        if (_encoder.Open.Count > 0)
        {
            _context.Fail(_syntax.Body, $"the event needs a value for {string.Join(", ", _encoder.Open)}, as {_encoder.Open[0]}=1");
            return null;
        }

        var selection = _generic ?? _encoder.Selection;
        return _request with
        {
            Selection = selection,
            Futility = selection.Type == _pmu.Type ? ArmCommonEvents.WhyNotCounted(_context.Host, _pmu, selection.Config) : null,
        };
    }

    /// <summary>Whether the term is for this parser, not for the PMU.</summary>
    private static bool IsOwn(EventTerm term) => term.Value is not null && term.Key.ToString() is NameTerm or PeriodTerm;

    private bool TakeOwn(EventTerm term, SourceText value)
    {
        if (term.Key.ToString() == NameTerm)
        {
            _request = _request with { Name = value.ToString() };
            return !value.IsEmpty || !_context.Fail(term.Key, "the name is missing");
        }

        if (EventModifiers.ReadPeriod(term.Wrong, value, out var period) is { } error)
        {
            return !_context.Fail(term.Wrong, error.Message);
        }

        _request = _request with { Period = period };
        return true;
    }

    private bool TakeEncoded(EventTerm term)
    {
        var key = term.Key.ToString();
        string? error = null;
        if (term.Value is null && _hasOneEncodedTerm && FindGeneric(key) is { } generic)
        {
            _generic = generic;
        }
        else if (term.Value is null && _pmu.Events.TryGetValue(key, out var named))
        {
            _request = _request with { Unit = named.Unit, Scale = named.Scale };
            _encoder.TrySetEvent(named, out error);
        }
        else if (_encoder.Knows(key))
        {
            _encoder.TrySet(key, term.Value?.ToString(), out error);
        }
        else
        {
            return !FailUnknown(term);
        }

        return error is null || !_context.Fail(term.Wrong, error);
    }

    /// <summary>A generic name on this kind of core, and <c>rNNN</c>. The kernel takes no other term besides.</summary>
    private EventSelection? FindGeneric(string name) =>
        !_pmu.IsCore ? null
        : HardwareEvents.Find(name) is { } hardware ? CoreEvents.On(_pmu, _context.Host, EventType.Hardware, hardware.Config)
        : CacheEvents.Find(name) is { } cache ? CoreEvents.On(_pmu, _context.Host, EventType.HardwareCache, cache.Config)
        : RawEvents.TryParse(name, out var raw) && !_encoder.Knows(name) ? CoreEvents.On(_pmu, _context.Host, EventType.Raw, raw)
        : null;

    private bool FailUnknown(EventTerm term)
    {
        string[] terms = [.. _encoder.Terms.Order(StringComparer.Ordinal), NameTerm, PeriodTerm];
        return _context.Fail(
            term.Key,
            $"the PMU {_pmu.Name} has no term or event {term.Key.Quoted}: its terms are {string.Join(", ", terms)}",
            NearestName.Find(term.Key.ToString(), terms.Concat(_pmu.Events.Keys)),
            PerfmonReason.UnknownEvent);
    }
}
