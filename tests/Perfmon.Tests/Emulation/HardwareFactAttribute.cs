using Xunit.Sdk;

namespace Perfmon.Tests.Emulation;

/// <summary>
/// A test that runs in an emulated machine. Elsewhere it takes its result from there: all tests of one machine run in one boot of it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Perfmon.Tests.Emulation.HardwareFactDiscoverer", "Perfmon.Tests")]
internal sealed class HardwareFactAttribute(Machine machine = Machine.Max) : FactAttribute
{
    public Machine Machine { get; } = machine;
}
