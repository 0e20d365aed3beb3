using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>A set's breakpoints, which count on the slots of a <see cref="BreakpointBank"/> while the set is active.</summary>
internal sealed class ReloadedGroup(IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, BreakpointBank bank)
    : EventGroup(kernel, counters, [])
{
    // By slot: what the bank had counted when this set came, and what this set has counted in its earlier turns.
    private readonly CountTotal[] _before = new CountTotal[counters.Count];
    private readonly CountTotal[] _counted = new CountTotal[counters.Count];
    private bool _isActive;
    private bool _isDisposed;

    public override bool IsSteady => bank.IsSteady;

    public override KernelResult Enable(Span<byte> buffer)
    {
        if (_isActive)
        {
            return bank.Enable();
        }

        var result = bank.Load(Counters);
        result = result.Failed ? result : bank.Read();
        if (result.Failed)
        {
            return result;
        }

        bank.Totals[.._before.Length].CopyTo(_before);
        _isActive = true;
        return bank.Enable();
    }

    public override KernelResult Disable(Span<byte> buffer)
    {
        var disabled = bank.Disable();
        if (!_isActive)
        {
            return disabled;
        }

        var result = bank.Read();
        for (var slot = 0; slot < _counted.Length; slot++)
        {
            _counted[slot].Add(bank.Totals[slot].Since(_before[slot]));
        }

        _isActive = false;
        return result.Failed ? result : disabled;
    }

    public override KernelResult AddTo(Span<byte> buffer, Span<CountTotal> totals)
    {
        var result = _isActive ? bank.Read() : KernelResult.Success;
        for (var slot = 0; slot < _counted.Length; slot++)
        {
            ref var total = ref totals[Counters[slot].Index];
            total.Add(_counted[slot]);
            if (_isActive)
            {
                total.Add(bank.Totals[slot].Since(_before[slot]));
            }
        }

        return result;
    }

    public override void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            bank.Leave();
        }

        base.Dispose();
    }
}
