using Perfmon.Kvm;
using Perfmon.Kvm.Arm;

namespace Perfmon.Tests.Kvm.Arm;

/// <summary>What kernels that do not exist yet offer; a real one is asked by Hardware.KvmGuestCounterTests.</summary>
public class ArmPmuOfferTests
{
    [Theory]
    [InlineData(nameof(AttributeFive.Missing), false)]
    [InlineData(nameof(AttributeFive.FixedCountersOnly), true)]
    [InlineData(nameof(AttributeFive.Partition), false)]
    [InlineData(nameof(AttributeFive.SomethingElse), false)]
    public void Fixed_counters_are_offered_by_a_kernel_that_takes_the_others_away(string five, bool offered)
    {
        var kernel = new ProposedKvm(Enum.Parse<AttributeFive>(five));
        using (var kvm = KvmHost.Open(kernel, "/dev/kvm"))
        {
            Assert.Equal(new ArmPmuOffer(VirtualPmu: true, SelectPmu: true, offered), ArmPmuOffer.Ask(kvm));
        }

        Assert.Equal(0, kernel.OpenDescriptors);
    }
}
