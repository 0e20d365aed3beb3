namespace Perfmon.Sampling.Records;

/// <summary>What a sampled instruction did to memory: <c>PERF_MEM_OP_*</c>.</summary>
[Flags]
public enum MemoryOperations
{
    /// <summary>Nothing is told.</summary>
    None = 0,

    /// <summary>The hardware cannot tell.</summary>
    NotAvailable = 1,

    /// <summary>It loaded.</summary>
    Load = 2,

    /// <summary>It stored.</summary>
    Store = 4,

    /// <summary>It prefetched.</summary>
    Prefetch = 8,

    /// <summary>It was fetched itself.</summary>
    Execute = 16,
}

/// <summary>Where an access was looked for, and with what result: <c>PERF_MEM_LVL_*</c>.</summary>
[Flags]
public enum MemoryLevels
{
    /// <summary>Nothing is told.</summary>
    None = 0,

    /// <summary>The hardware cannot tell.</summary>
    NotAvailable = 1,

    /// <summary>It was there.</summary>
    Hit = 2,

    /// <summary>It was not.</summary>
    Miss = 4,

    /// <summary>The cache of level 1.</summary>
    Level1 = 8,

    /// <summary>The line fill buffer.</summary>
    LineFillBuffer = 0x10,

    /// <summary>The cache of level 2.</summary>
    Level2 = 0x20,

    /// <summary>The cache of level 3.</summary>
    Level3 = 0x40,

    /// <summary>This node's memory.</summary>
    LocalMemory = 0x80,

    /// <summary>Memory one hop away.</summary>
    RemoteMemory1 = 0x100,

    /// <summary>Memory two hops away.</summary>
    RemoteMemory2 = 0x200,

    /// <summary>A cache one hop away.</summary>
    RemoteCache1 = 0x400,

    /// <summary>A cache two hops away.</summary>
    RemoteCache2 = 0x800,

    /// <summary>A device.</summary>
    Device = 0x1000,

    /// <summary>Memory that is not cached.</summary>
    Uncached = 0x2000,
}

/// <summary>What other caches answered: <c>PERF_MEM_SNOOP_*</c>, and from 0x20 on <c>PERF_MEM_SNOOPX_*</c>.</summary>
[Flags]
public enum MemorySnoops
{
    /// <summary>Nothing is told.</summary>
    None = 0,

    /// <summary>The hardware cannot tell.</summary>
    NotAvailable = 1,

    /// <summary>They were not asked.</summary>
    NotAsked = 2,

    /// <summary>One had it.</summary>
    Hit = 4,

    /// <summary>None had it.</summary>
    Miss = 8,

    /// <summary>One had it changed.</summary>
    HitModified = 0x10,

    /// <summary>One forwarded it.</summary>
    Forwarded = 0x20,

    /// <summary>A peer sent it.</summary>
    FromPeer = 0x40,
}

/// <summary>Whether an instruction was locked: <c>PERF_MEM_LOCK_*</c>.</summary>
[Flags]
public enum MemoryLock
{
    /// <summary>Nothing is told.</summary>
    None = 0,

    /// <summary>The hardware cannot tell.</summary>
    NotAvailable = 1,

    /// <summary>It was.</summary>
    Locked = 2,
}

/// <summary>Where the translation of an address came from: <c>PERF_MEM_TLB_*</c>.</summary>
[Flags]
public enum MemoryTranslations
{
    /// <summary>Nothing is told.</summary>
    None = 0,

    /// <summary>The hardware cannot tell.</summary>
    NotAvailable = 1,

    /// <summary>It was there.</summary>
    Hit = 2,

    /// <summary>It was not.</summary>
    Miss = 4,

    /// <summary>The translation buffer of level 1.</summary>
    Level1 = 8,

    /// <summary>The translation buffer of level 2.</summary>
    Level2 = 0x10,

    /// <summary>The hardware walked the tables.</summary>
    Walker = 0x20,

    /// <summary>The kernel did.</summary>
    Fault = 0x40,
}

/// <summary>Where data came from: <c>PERF_MEM_LVLNUM_*</c>. The numbers without a name are reserved.</summary>
public enum MemoryLevel
{
    /// <summary>Nothing is told.</summary>
    None = 0,

    /// <summary>The cache of level 1.</summary>
    Level1 = 1,

    /// <summary>The cache of level 2.</summary>
    Level2 = 2,

    /// <summary>The cache of level 3.</summary>
    Level3 = 3,

    /// <summary>The cache of level 4.</summary>
    Level4 = 4,

    /// <summary>A miss handling buffer of level 2.</summary>
    Level2MissBuffer = 5,

    /// <summary>The memory side's cache.</summary>
    MemorySideCache = 6,

    /// <summary>Memory that is not cached.</summary>
    Uncached = 8,

    /// <summary>Memory on a CXL device.</summary>
    Cxl = 9,

    /// <summary>A device.</summary>
    Device = 10,

    /// <summary>A cache, whichever.</summary>
    AnyCache = 11,

    /// <summary>The line fill buffer.</summary>
    LineFillBuffer = 12,

    /// <summary>Memory.</summary>
    Memory = 13,

    /// <summary>Persistent memory.</summary>
    PersistentMemory = 14,

    /// <summary>The hardware cannot tell.</summary>
    NotAvailable = 15,
}

/// <summary>What held an access up: <c>PERF_MEM_BLK_*</c>.</summary>
[Flags]
public enum MemoryBlocks
{
    /// <summary>Nothing is told.</summary>
    None = 0,

    /// <summary>The hardware cannot tell.</summary>
    NotAvailable = 1,

    /// <summary>Data that could not be forwarded.</summary>
    Data = 2,

    /// <summary>A conflict of addresses.</summary>
    Address = 4,
}
