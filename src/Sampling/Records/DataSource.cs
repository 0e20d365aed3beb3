namespace Perfmon.Sampling.Records;

// union perf_mem_data_src {
//     u64 val;
//     struct { u64 mem_op:5, mem_lvl:14, mem_snoop:5, mem_lock:2, mem_dtlb:7, mem_lvl_num:4, mem_remote:1, mem_snoopx:2, mem_blk:3, mem_hops:3,
//                  mem_rsvd:18; };
// };

/// <summary>Where the data of a sampled memory access came from: <c>union perf_mem_data_src</c>.</summary>
/// <param name="Value">All 64 bits.</param>
public readonly record struct DataSource(ulong Value)
{
    /// <summary>What the instruction did.</summary>
    public MemoryOperations Operations => (MemoryOperations)Bits(0, 5);

    /// <summary>Where the access was looked for, and with what result: the older of two ways to tell it.</summary>
    public MemoryLevels Levels => (MemoryLevels)Bits(5, 14);

    /// <summary>What other caches answered.</summary>
    public MemorySnoops Snoops => (MemorySnoops)(Bits(19, 5) | (Bits(38, 2) << 5));

    /// <summary>Whether the instruction was locked.</summary>
    public MemoryLock Lock => (MemoryLock)Bits(24, 2);

    /// <summary>Where the translation of the address came from.</summary>
    public MemoryTranslations Translations => (MemoryTranslations)Bits(26, 7);

    /// <summary>Where the data came from: the newer way.</summary>
    public MemoryLevel Level => (MemoryLevel)Bits(33, 4);

    /// <summary>Whether that was another socket's or node's.</summary>
    public bool IsRemote => Bits(37, 1) != 0;

    /// <summary>What held the access up.</summary>
    public MemoryBlocks Blocks => (MemoryBlocks)Bits(40, 3);

    /// <summary>How far away it was: 0 not told, 1 another core of the node, 2 another node of the socket, 3 another socket of the board, 4 another board.</summary>
    public int Hops => (int)Bits(43, 3);

    private uint Bits(int first, int count) => (uint)(Value >> first) & ((1U << count) - 1);
}
