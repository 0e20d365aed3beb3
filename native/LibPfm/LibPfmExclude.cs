namespace Perfmon.Native.LibPfm;

/// <summary>The <c>exclude_*</c> bits that libpfm4 sets, by their place in the flags of <c>perf_event_attr</c>.</summary>
[Flags]
internal enum LibPfmExclude : uint
{
    None = 0,
    User = 1 << 4,
    Kernel = 1 << 5,
    Hypervisor = 1 << 6,
    Host = 1 << 19,
    Guest = 1 << 20,
    All = User | Kernel | Hypervisor | Host | Guest,
}
