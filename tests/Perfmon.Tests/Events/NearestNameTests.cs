using Perfmon.Events;

namespace Perfmon.Tests.Events;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("page-fualts", "page-faults")]
    [InlineData("PAGE-FAULT", "page-faults")]
    [InlineData("pagefaults", "page-faults")]
    [InlineData("cylces", "cycles")]
    [InlineData("cycels", "cycles")]
    [InlineData("c", "cs")]
    [InlineData("cx", "cs")]
    [InlineData("xy", null)]
    [InlineData("faults", "faults")]
    [InlineData("foults", "faults")]
    [InlineData("page", null)]
    [InlineData("", null)]
    public void Finds(string name, string? expected) =>
        Assert.Equal(expected, NearestName.Find(name, ["page-faults", "faults", "cycles", "cs"]));

    [Fact]
    public void Takes_the_nearest_and_the_first_of_equals()
    {
        Assert.Equal("abcd", NearestName.Find("abce", ["abzz", "abcd", "abcf"]));
        Assert.Equal("abcdefgh", NearestName.Find("abcdefgh", ["abcdefgx", "abcdefgh"]));
    }

    [Theory]
    [InlineData("abcdefghijkl", "abcdefghijkl____", true)]
    [InlineData("abcdefghijkl", "abcdefghijkl_____", false)]
    [InlineData("abcdefghijkl", "badcfehgijkl", true)]
    [InlineData("abcdefghijkl", "badcfehgjilk", false)]
    public void Four_edits_are_the_most(string name, string candidate, bool isNear) =>
        Assert.Equal(isNear, NearestName.Find(name, [candidate]) is not null);
}
