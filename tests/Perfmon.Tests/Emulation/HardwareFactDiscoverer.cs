using Xunit.Abstractions;
using Xunit.Sdk;

namespace Perfmon.Tests.Emulation;

/// <summary>Makes a <see cref="HardwareTestCase"/> of each test with a <see cref="HardwareFactAttribute"/>.</summary>
public sealed class HardwareFactDiscoverer(IMessageSink diagnosticMessageSink) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        var machine = factAttribute.GetConstructorArguments().OfType<Machine>().FirstOrDefault();
        return [new HardwareTestCase(diagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod, machine)];
    }
}
