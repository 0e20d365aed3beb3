using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>Events of guests as text.</summary>
public sealed class GuestEventTests
{
    [Theory]
    [InlineData("0xd0/0x81", "0xd0/0x81")]
    [InlineData("0XD0/0X1", "0xd0/0x01")]
    [InlineData("0x1c4/0x00", "0x1c4/0x00")]
    [InlineData("0x0000fff/0x000ff", "0xfff/0xff")]
    [InlineData("fixed:0", "fixed:0")]
    [InlineData("Fixed:31", "fixed:31")]
    [InlineData("0x11", "0x11")]
    [InlineData("0x0", "0x00")]
    [InlineData("0xffff", "0xffff")]
    public void Texts_are_read_and_written(string text, string canonical)
    {
        var guestEvent = GuestEvent.Parse(text);
        Assert.Equal(canonical, guestEvent.ToString());
        Assert.Equal(guestEvent, GuestEvent.Parse(canonical));
    }

    [Theory]
    [InlineData("", 0, 1, "an event number is hexadecimal: 0x and digits", null)]
    [InlineData("0x", 0, 2, "an event number is hexadecimal: 0x and digits", null)]
    [InlineData("d0/0x81", 0, 2, "an event select is hexadecimal: 0x and digits", "0xd0/0x81")]
    [InlineData("0xd0/81", 5, 2, "a umask is hexadecimal: 0x and digits", "0xd0/0x81")]
    [InlineData("0xd0/", 5, 1, "a umask is hexadecimal: 0x and digits", null)]
    [InlineData("0xd0/0x81/1", 5, 6, "a umask is hexadecimal: 0x and digits", null)]
    [InlineData("0xd0/0x100", 5, 5, "a umask is at most 0xff", null)]
    [InlineData("0x1000/0x00", 0, 6, "an event select is at most 0xfff", null)]
    [InlineData("0x10000", 0, 7, "an event number is at most 0xffff", null)]
    [InlineData("0xffffffffffffffffffff", 0, 22, "an event number is at most 0xffff", null)]
    [InlineData("fixed:", 6, 1, "a fixed counter has a number from 0 to 31", null)]
    [InlineData("fixed:32", 6, 2, "a fixed counter has a number from 0 to 31", null)]
    [InlineData("fixed:-1", 6, 2, "a fixed counter has a number from 0 to 31", null)]
    [InlineData("fixed:99999999999", 6, 11, "a fixed counter has a number from 0 to 31", null)]
    [InlineData(" 0x11", 0, 5, "an event number is hexadecimal: 0x and digits", null)]
    [InlineData("0x\u0661", 0, 3, "an event number is hexadecimal: 0x and digits", null)]
    public void Errors_name_the_place(string text, int position, int length, string message, string? suggestion)
    {
        Assert.False(GuestEvent.TryParse(text, out _, out var error));
        Assert.Equal((position, length, message, suggestion), (error.Position, error.Length, error.Message, error.Suggestion));
        Assert.Equal(PerfmonReason.InvalidRequest, Assert.Throws<PerfmonException>(() => GuestEvent.Parse(text)).Reason);
    }

    [Fact]
    public void Kinds_have_their_own_numbers()
    {
        var (programmable, counter, arm) = (GuestEvent.Programmable(0xd0, 0x81), GuestEvent.Fixed(3), GuestEvent.Arm(0x11));
        Assert.Equal((0xd0, 0x81, -1, -1), (programmable.Select, programmable.Umask, programmable.Counter, programmable.Number));
        Assert.Equal((0, 0, 3, -1), (counter.Select, counter.Umask, counter.Counter, counter.Number));
        Assert.Equal((0, 0, -1, 0x11), (arm.Select, arm.Umask, arm.Counter, arm.Number));
        Assert.Throws<ArgumentOutOfRangeException>(() => GuestEvent.Programmable(0x1000, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GuestEvent.Fixed(32));
        Assert.Throws<ArgumentOutOfRangeException>(() => GuestEvent.Fixed(-1));
    }
}
