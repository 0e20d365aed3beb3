using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

public sealed class RegisterDescriptionTests
{
    [Theory]
    [InlineData(0x00, 0x50)]
    [InlineData(0xff, 0x5f)]
    [InlineData(0xa3, 0x53)]
    public void A_write_keeps_reserved_bits_at_their_default(ulong written, ulong left) =>
        Assert.Equal(left, new RegisterDescription { Number = 0, Name = "R", Default = 0x5c, Reserved = 0xf0 }.Apply(written));
}
