using Perfmon.Symbols;

namespace Perfmon.Tests.Symbols;

public sealed class MappingTableTests
{
    [Fact]
    public void RandomMappingsAreWhatReplayingThemGives()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var table = new MappingTable();
            var bytes = new (string Path, ulong Offset)?[400];
            for (var count = 0; count < 40; count++)
            {
                var start = random.Next(0, 380);
                var length = random.Next(1, Math.Min(80, 400 - start));
                var offset = (ulong)random.Next(0, 1000);
                table.Add(new Mapping((ulong)start, (ulong)length, offset, $"/m{count}", default));
                for (var address = start; address < start + length; address++)
                {
                    bytes[address] = ($"/m{count}", offset + (ulong)(address - start));
                }
            }

            for (var address = 0; address < bytes.Length; address++)
            {
                var mapping = table.Find((ulong)address);
                (string, ulong)? found = mapping is null ? null : (mapping.Path, (ulong)address - mapping.Start + mapping.FileOffset);
                Assert.Equal(bytes[address], found);
            }
        }
    }

    [Fact]
    public void AMappingMayEndWhere64BitsEnd()
    {
        var table = new MappingTable();
        table.Add(new Mapping(ulong.MaxValue - 0xfff, 0x1000, 0, "/end", default));
        Assert.Equal("/end", table.Find(ulong.MaxValue)?.Path);
        table.Add(new Mapping(ulong.MaxValue - 0xf, 0x10, 0, "/last", default));
        Assert.Equal("/last", table.Find(ulong.MaxValue)?.Path);
        Assert.Equal("/end", table.Find(ulong.MaxValue - 0x10)?.Path);
    }

    [Fact]
    public void LinesOfProcfsAreRead()
    {
        var mappings = ProcessMaps.Parse(
            """
            5584b349e000-5584b34a3000 r-xp 00002000 fe:00 247270                     /usr/bin/with a space (deleted)
            7f5a6d64a000-7f5a6d64c000 r-xp 00000000 00:00 0                          [vdso]
            7f0000000000-7f0000001000 rw-p 00000000 00:00 0
            7f0000002000-7f0000001000 rw-p 00000000 00:00 0
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
            nonsense
            """);
        Assert.Equal(4, mappings.Count);
        Assert.Equal(new ProcessMapping(0x5584b349e000, 0x5000, 0x2000, "/usr/bin/with a space (deleted)", true), mappings[0]);
        Assert.Equal(("[vdso]", true), (mappings[1].Path, mappings[1].IsExecutable));
        Assert.Equal(("", false), (mappings[2].Path, mappings[2].IsExecutable));
        Assert.Equal(0xffffffffff600000, mappings[3].Start);
    }
}
