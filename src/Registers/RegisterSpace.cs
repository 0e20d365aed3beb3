namespace Perfmon.Registers;

/// <summary>How the register numbers are laid out: perfmon's 320 PMCs and 320 PMDs.</summary>
public static class RegisterSpace
{
    /// <summary>PMCs, and as many PMDs: 0-255 hardware, 256-319 virtual.</summary>
    public const int Count = 320;

    /// <summary>The first virtual register: it selects or counts a kernel event on every machine.</summary>
    public const int FirstVirtual = 256;

    /// <summary>How many virtual registers there are.</summary>
    public const int VirtualCount = Count - FirstVirtual;
}
