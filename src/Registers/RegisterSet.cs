namespace Perfmon.Registers;

/// <summary>The registers of one event set: 320 PMC values and the PMDs in use. No system call is made here.</summary>
internal sealed class RegisterSet
{
    private readonly RegisterMap _map;
    private readonly ulong[] _pmcs = new ulong[RegisterSpace.Count];
    private readonly PmdRegister?[] _pmds = new PmdRegister?[RegisterSpace.Count];

    public RegisterSet(ushort id, RegisterMap map)
    {
        Id = id;
        _map = map;
        if (map.Hardware is { } hardware)
        {
            foreach (var pmc in hardware.Pmcs)
            {
                _pmcs[pmc.Number] = pmc.Default;
            }
        }
    }

    public ushort Id { get; }

    /// <summary>The PMC values, each at its default until written.</summary>
    public ReadOnlySpan<ulong> Pmcs => _pmcs;

    /// <summary>Writes a PMC; reserved bits stay at their default.</summary>
    public void WritePmc(int number, ulong value) => _pmcs[number] = _map.Pmc(number)!.Apply(value);

    /// <summary>Puts back PMC values that were read from <see cref="Pmcs"/>.</summary>
    public void RestorePmcs(ReadOnlySpan<ulong> values) => values.CopyTo(_pmcs);

    /// <summary>PMD <paramref name="number"/>; null while it is not used.</summary>
    public PmdRegister? Pmd(int number) => _pmds[number];

    /// <summary>PMD <paramref name="number"/>, which is used from now on.</summary>
    public PmdRegister UsePmd(int number) => _pmds[number] ??= new PmdRegister();

    /// <summary>Puts back which PMDs are in use, as read from <see cref="UsedPmds"/>.</summary>
    public void UseOnly(in RegisterMask pmds)
    {
        for (var number = 0; number < _pmds.Length; number++)
        {
            _pmds[number] = pmds.Contains(number) ? _pmds[number] : null;
        }
    }

    /// <summary>The PMDs in use.</summary>
    public RegisterMask UsedPmds
    {
        get
        {
            var mask = default(RegisterMask);
            for (var number = 0; number < _pmds.Length; number++)
            {
                if (_pmds[number] is not null)
                {
                    mask.Add(number);
                }
            }

            return mask;
        }
    }

    /// <summary>What PMD <paramref name="number"/> counts under the PMCs as they stand.</summary>
    public CounterSetting Decode(int number) => _map.Decode(number, _pmcs);
}
