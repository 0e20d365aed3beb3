using System.Text;
using Perfmon.Symbols;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Symbols;

public sealed class JitMapTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void AMethodCoversItsBytes()
    {
        using var map = Written("1000 10 first\n1010 8 void [App] Ns.Type::Second(int32)[Tier0]\n0x2000 4 with 0x before it\r\n");
        Assert.Equal("first", Find(map, 0x1000));
        Assert.Equal("first", Find(map, 0x100f));
        Assert.Equal("void [App] Ns.Type::Second(int32)[Tier0]", Find(map, 0x1017));
        Assert.Equal("with 0x before it", Find(map, 0x2003));
        Assert.Null(Find(map, 0x1018));
        Assert.Null(Find(map, 0xfff));
        Assert.Null(Find(map, 0x2004));
    }

    [Fact]
    public void ALaterLineTakesThePlaceOfThoseItOverlaps()
    {
        using var map = Written("1000 100 old\n1100 100 neighbour\n10f0 8 new\n");
        Assert.Equal("new", Find(map, 0x10f0));
        // Where the old method's other bytes were may be anything now.
        Assert.Null(Find(map, 0x1000));
        Assert.Equal("neighbour", Find(map, 0x1100));

        Append("1000 200 newest\n");
        Assert.True(map.Refresh(out var hasReplaced));
        Assert.True(hasReplaced);
        Assert.Equal("newest", Find(map, 0x10f0));
        Assert.Equal("newest", Find(map, 0x11ff));
    }

    [Fact]
    public void WhatIsAddedIsReadAndAHalfLineWaits()
    {
        using var map = Written("1000 10 first\n2000 10 sec");
        Assert.Equal("first", Find(map, 0x1000));
        Assert.Null(Find(map, 0x2000));
        Append("ond\n");
        Assert.True(map.Refresh(out var hasReplaced));
        Assert.False(hasReplaced);
        Assert.Equal("second", Find(map, 0x2000));
        Assert.False(map.Refresh(out _));
    }

    [Fact]
    public void AFileWrittenAnewIsReadAnew()
    {
        using var map = Written("1000 10 first\n2000 10 second\n");
        File.WriteAllText(_path, "3000 10 x\n");
        Assert.True(map.Refresh(out var hasReplaced));
        Assert.True(hasReplaced);
        Assert.Null(Find(map, 0x1000));
        Assert.Equal("x", Find(map, 0x3000));

        // Longer than before: the lines are not where they were, which the first look-up finds.
        File.WriteAllText(_path, "1000 10 of another process\n3000 10 y\n");
        Assert.Null(Find(map, 0x3000));
        Assert.True(map.Refresh(out _));
        Assert.Equal("y", Find(map, 0x3000));
        Assert.Equal("of another process", Find(map, 0x1000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("nonsense\n")]
    [InlineData("1000\n1000 \n1000 10\n1000 10 \n")]
    [InlineData("ffffffffffffffff 10 wraps\n0 0 empty\n")]
    [InlineData("1000 fffffffffffffffff too long\n")]
    public void WhatIsNoLineIsPassedOver(string text)
    {
        using var map = Written(text + "5000 10 good\n");
        Assert.Equal("good", Find(map, 0x5000));
        Assert.Null(Find(map, 0x1000));
    }

    [Fact]
    public void ALineWithoutEndIsPassedOver()
    {
        using var map = Written("1000 10 before\n2000 10 " + new string('x', 5 << 20) + "\n3000 10 behind\n");
        Assert.Equal("before", Find(map, 0x1000));
        Assert.Null(Find(map, 0x2000));
        Assert.Equal("behind", Find(map, 0x3000));
    }

    [Fact]
    public void RandomMapsAreWhatReplayingTheirLinesGives()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            var owner = new string?[300];
            for (var line = 0; line < 60; line++)
            {
                var start = random.Next(1, 280);
                var size = random.Next(1, 20);
                text.Append($"{start:x} {size:x} m{line}\n");
                for (var address = start; address < start + size; address++)
                {
                    if (owner[address] is { } gone)
                    {
                        for (var other = 0; other < owner.Length; other++)
                        {
                            owner[other] = owner[other] == gone ? null : owner[other];
                        }
                    }
                }

                Array.Fill(owner, $"m{line}", start, size);
            }

            using var map = Written(text.ToString());
            for (var address = 0; address < owner.Length; address++)
            {
                Assert.Equal(owner[address], Find(map, (ulong)address));
            }
        }
    }

    [SkippableFact]
    public void APipeOfThatNameIsNotWaitedFor()
    {
        var pipe = _path + ".pipe";
        RunResult.Run("mkfifo", pipe).Succeeded();
        Assert.Null(RegularFile.Open(pipe));
        Assert.Null(RegularFile.Open("/dev/zero"));
        Assert.Null(RegularFile.Open(Path.GetTempPath()));
        Assert.Null(RegularFile.Open(_path + ".absent"));
        File.Delete(pipe);
    }

    public void Dispose() => File.Delete(_path);

    private static string? Find(JitMap map, ulong address) => map.TryFind(address, out _, out var name) ? name : null;

    private JitMap Written(string text)
    {
        File.WriteAllText(_path, text);
        var map = new JitMap(File.OpenHandle(_path, share: FileShare.ReadWrite | FileShare.Delete));
        map.Refresh(out _);
        return map;
    }

    private void Append(string text) => File.AppendAllText(_path, text);
}
