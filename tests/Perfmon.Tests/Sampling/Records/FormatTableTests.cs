using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>Formats by id, of many events.</summary>
public sealed class FormatTableTests
{
    private static readonly RecordFormat[] s_formats = [.. new[] { PerfSampleFormat.Ip, PerfSampleFormat.Time, PerfSampleFormat.Cpu }
        .Select(fields => RecordFormat.Of(new PerfEventAttr { SampleType = PerfSampleFormat.Identifier | fields }))];

    [Theory]
    [InlineData(1UL)]
    [InlineData(4096UL)]
    [InlineData(0x1_0000_0001UL)]
    public void Every_id_that_was_added_is_found_and_no_other(ulong step)
    {
        var table = new FormatTable();
        for (var i = 1UL; i <= 10_000; i++)
        {
            table.Add(i * step, s_formats[i % 3]);
        }

        for (var i = 1UL; i <= 10_000; i++)
        {
            Assert.Same(s_formats[i % 3], table.Find(i * step));
            Assert.Null(table.Find((i * step) + (10_000 * step)));
        }
    }

    [Fact]
    public void A_later_format_takes_the_place_of_an_earlier()
    {
        var table = new FormatTable();
        for (var i = 0; i < 100; i++)
        {
            table.Add(7, s_formats[i % 2]);
        }

        Assert.Same(s_formats[1], table.Find(7));
        Assert.Null(table.Find(8));
    }
}
