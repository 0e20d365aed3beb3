using FsCheck;
using FsCheck.Fluent;
using Perfmon.Host;

namespace Perfmon.Tests.Host;

public class CpuListTests
{
    [Theory]
    [InlineData("", new int[0], "")]
    [InlineData("\n", new int[0], "")]
    [InlineData("0\n", new[] { 0 }, "0")]
    [InlineData("0-3,8,10-11", new[] { 0, 1, 2, 3, 8, 10, 11 }, "0-3,8,10-11")]
    [InlineData("8,2,1-2", new[] { 1, 2, 8 }, "1-2,8")]
    [InlineData("0-3,1-2,3-4", new[] { 0, 1, 2, 3, 4 }, "0-4")]
    [InlineData("65535", new[] { 65535 }, "65535")]
    public void Reads_the_kernels_list_form(string text, int[] cpus, string canonical)
    {
        Assert.True(CpuList.TryParse(text, out var list, out var error));
        Assert.Null(error);
        Assert.Equal(cpus, list);
        Assert.Equal(canonical, list.ToString());
        Assert.Equal(CpuList.Of(cpus), list);
    }

    [Theory]
    [InlineData("0-3,x", "'x'")]
    [InlineData("0,,2", "''")]
    [InlineData("0,", "''")]
    [InlineData("-1", "'-1'")]
    [InlineData("1-", "'1-'")]
    [InlineData("1-2-3", "'1-2-3'")]
    [InlineData("0, 1", "' 1'")]
    [InlineData("3,5-4", "'5-4' is a range that ends before it starts")]
    [InlineData("65536", "'65536'")]
    [InlineData("0-99999999999999999999", "'0-99999999999999999999'")]
    [InlineData("0-4294967295", "'0-4294967295'")]
    public void Points_at_the_wrong_part(string text, string wrong)
    {
        Assert.False(CpuList.TryParse(text, out var list, out var error));
        Assert.Null(list);
        Assert.StartsWith(wrong, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_huge_ranges_cost_one()
    {
        var text = string.Join(',', Enumerable.Repeat("0-65535", 10_000));
        Assert.True(CpuList.TryParse(text, out var list, out _));
        Assert.Equal(CpuList.Limit, list.Count);
    }

    [Fact]
    public void Contains_its_members_only()
    {
        var list = CpuList.Of(1, 5);
        Assert.Equal([1, 5], Enumerable.Range(-1, 8).Where(list.Contains));
        Assert.NotEqual(CpuList.Of(1), list);
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuList.Of(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuList.Of(CpuList.Limit));
    }

    [Fact]
    public void Its_text_is_read_back()
    {
        var cpus = Gen.Choose(0, 70).ArrayOf();
        Prop.ForAll(cpus.ToArbitrary(), numbers =>
            CpuList.TryParse(CpuList.Of(numbers).ToString(), out var list, out _) &&
            list.SequenceEqual(numbers.Distinct().Order())).QuickCheckThrowOnFailure();
    }
}
